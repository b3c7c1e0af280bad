--[[
  A phone registered or was lost. READY without a phone is NOT_READY; during work only the flag changes.

  KEYS[1] prefix
  ARGV[1] endpoint   ARGV[2] '1' or '0'   ARGV[3] now   ARGV[4] backWithinMs   ARGV[5] node whose Asterisk says so

  Output: status 'ok' with the agent, or 'nobody' when no signed-in agent uses the phone (its state is kept nevertheless),
  or 'elsewhere' when it has registered at another node: its loss here has no effect
]]
--- @include "settle"

local endpoint, isReachable, now, backWithinMs, node = ARGV[1], ARGV[2] == '1', ARGV[3], ARGV[4], ARGV[5]

if isReachable then
  redis.call('HSET', prefix .. 'phonesAt', endpoint, node)
else
  local at = redis.call('HGET', prefix .. 'phonesAt', endpoint)
  if at and at ~= node then return reply('elsewhere') end
  redis.call('HDEL', prefix .. 'phonesAt', endpoint)
end
local id = redis.call('HGET', prefix .. 'endpoints', endpoint)
local agent = id and findAgent(id)
if not agent then return reply('nobody') end
setPhone(agent, isReachable, now, backWithinMs)
saveAgent(agent, now)
return reply('ok', { agent = agent })
