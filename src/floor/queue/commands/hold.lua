--[[
  A talking agent put the caller on hold, or took the caller back.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] 'HOLD' or 'TALKING'   ARGV[3] now

  Output: status 'ok' with the agent, or 'stale' when the agent is in no call
]]
--- @include "agent"

local id, state, now = ARGV[1], ARGV[2], ARGV[3]

local agent = findAgent(id)
if not agent or not isTalking(agent) then return reply('stale') end
agent.state = state
saveAgent(agent, now)
return reply('ok', { agent = agent })
