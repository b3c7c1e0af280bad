--[[
  The agent answers on another phone from the next call on.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] endpoint or ''   ARGV[3] now   ARGV[4] backWithinMs

  Output: status 'ok' with the agent, or 'signed-out'
]]
--- @include "settle"

local id, endpoint, now, backWithinMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local agent = findAgent(id)
if not agent or agent.sessionId == '' then return reply('signed-out') end
bindEndpoint(agent, endpoint, now, backWithinMs)
saveAgent(agent, now)
return reply('ok', { agent = agent })
