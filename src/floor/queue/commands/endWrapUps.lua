--[[
  Ends every wrap-up whose time is over.

  KEYS[1] prefix
  ARGV[1] now

  Output: status 'ok'; at most 200 agents a time
]]
--- @include "settle"

local now = ARGV[1]

for _, id in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'wrapups', '-inf', now, 'LIMIT', 0, 200)) do
  local agent = findAgent(id)
  settle(agent, now)
  saveAgent(agent, now)
end
return reply('ok')
