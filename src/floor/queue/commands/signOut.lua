--[[
  The session in charge signs the agent out. In the middle of a call's work the agent has no session from now on and
  becomes OFFLINE when that work is over: the controller is never surprised by an agent who vanishes.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] sessionId, '' for whichever is in charge   ARGV[3] now

  Output: status 'ok' with the agent, or 'stale' when another session is in charge
]]
--- @include "settle"

local id, sessionId, now = ARGV[1], ARGV[2], ARGV[3]

if sessionId ~= '' then noteGone(sessionId) end
local agent = findAgent(id)
if not agent or agent.sessionId == '' or (sessionId ~= '' and agent.sessionId ~= sessionId) then return reply('stale') end
agent.sessionId = ''
agent.endpoint = ''
agent.isReachable = '0'
agent.isDeskLost = ''
agent.nextState = ''
agent.nextReason = ''
if not busyStates[agent.state] then settle(agent, now) end
saveAgent(agent, now)
return reply('ok', { agent = agent })
