--[[
  A phone registered or was lost. READY without a phone is NOT_READY; during work only the flag changes.

  KEYS[1] prefix
  ARGV[1] endpoint   ARGV[2] '1' or '0'   ARGV[3] now   ARGV[4] backWithinMs

  Output: status 'ok' with the agent, or 'nobody' when the phone is no signed-in agent's (it is remembered all the same)
]]
--- @include "settle"

local endpoint, isReachable, now, backWithinMs = ARGV[1], ARGV[2] == '1', ARGV[3], ARGV[4]

redis.call(isReachable and 'SADD' or 'SREM', prefix .. 'phones', endpoint)
local id = redis.call('HGET', prefix .. 'endpoints', endpoint)
local agent = id and findAgent(id)
if not agent then return reply('nobody') end
setPhone(agent, isReachable, now, backWithinMs)
saveAgent(agent, now)
return reply('ok', { agent = agent })
