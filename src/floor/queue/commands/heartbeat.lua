--[[
  A sign of life of a desk page. It does not undo a NOT_READY that its absence caused: the agent does that.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] now

  Output: status 'ok', or 'signed-out': the page has to sign in again
]]
--- @include "agent"

local id, now = ARGV[1], ARGV[2]

local seen = redis.call('ZSCORE', prefix .. 'desks', id)
if not seen then return reply('signed-out') end
redis.call('ZADD', prefix .. 'desks', now, id)
if seen == 'inf' then redis.call('HSET', prefix .. 'agent:' .. id, 'isDeskLost', '') end
return reply('ok')
