--[[
  Finds desk pages without a sign of life: READY becomes NOT_READY, and an agent at work will not be READY afterwards.

  KEYS[1] prefix
  ARGV[1] now   ARGV[2] graceMs

  Output: status 'ok'; at most 200 agents a time
]]
--- @include "agent"

local now, graceMs = ARGV[1], tonumber(ARGV[2])

local latest = whole(tonumber(now) - graceMs)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'desks', '-inf', latest, 'LIMIT', 0, 200)) do
  local agent = findAgent(id)
  agent.isDeskLost = '1'
  if agent.state == 'READY' then
    agent.state = 'NOT_READY'
    agent.reason = 'desk-lost'
  end
  redis.call('ZADD', prefix .. 'desks', '+inf', id)
  saveAgent(agent, now)
end
return reply('ok')
