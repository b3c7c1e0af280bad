--[[
  Puts a call into the waiting line of its skill. A call that is known already stays as it is.

  KEYS[1] prefix
  ARGV[1] callId   ARGV[2] node   ARGV[3] skill   ARGV[4] priority, queuedAt and lastAgent as JSON

  Output: status 'new' or 'known'
]]
--- @include "agent"

local callId, node, skill = ARGV[1], ARGV[2], ARGV[3]
local rest = cjson.decode(ARGV[4])

local key = prefix .. 'call:' .. callId
if redis.call('EXISTS', key) == 1 then return reply('known') end

local call = {
  node = node, skill = skill, priority = rest.priority, queuedAt = rest.queuedAt, lastAgent = rest.lastAgent,
  offerId = '',
}
redis.call('HSET', key, unpack(flatten(call)))
redis.call('SADD', prefix .. 'calls', callId)
putInLine(callId, call)
return reply('new')
