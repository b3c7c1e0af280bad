--[[
  Whether an agent could serve a skill: signed in, with a registered phone. An agent on a break counts, too.

  KEYS[1] prefix
  ARGV[1] skill

  Output: 1 or 0
]]
--- @include "hash"

local skill = ARGV[1]

-- Usually an agent is at work, and the agents need not be examined one by one.
if redis.call('EXISTS', prefix .. 'serving:' .. skill) == 1 then return 1 end

for _, id in ipairs(redis.call('ZRANGE', prefix .. 'desks', 0, -1)) do
  local agent = redis.call('HMGET', prefix .. 'agent:' .. id, 'isReachable', 'skills')
  if agent[1] == '1' and string.find(',' .. agent[2] .. ',', ',' .. skill .. ',', 1, true) then return 1 end
end
return 0
