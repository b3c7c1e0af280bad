--[[
  The agent is done with the wrap-up before its time.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] now

  Output: status 'ok' with the agent, or 'stale' when there is no wrap-up
]]
--- @include "settle"

local id, now = ARGV[1], ARGV[2]

local agent = findAgent(id)
if not agent or agent.state ~= 'WRAP_UP' then return reply('stale') end
settle(agent, now)
saveAgent(agent, now)
return reply('ok', { agent = agent })
