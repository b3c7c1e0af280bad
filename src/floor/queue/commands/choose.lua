--[[
  A state is chosen for an agent: taken at once, or in the middle of a call's work kept as `next`.
  agent.ts `choiceOf` says the same to the page.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] READY, NOT_READY or BREAK   ARGV[3] reason or ''   ARGV[4] now
  ARGV[5] '1' when the desk page asks: a sign of its life; '' when a supervisor does

  Output: status 'ok' with the agent, 'signed-out' or 'phone-unreachable'
]]
--- @include "settle"

local id, state, reason, now, isDesk = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == '1'

local agent = findAgent(id)
if not agent or agent.sessionId == '' then return reply('signed-out') end
if isDesk then
  redis.call('ZADD', prefix .. 'desks', now, id)
  agent.isDeskLost = ''
end
if busyStates[agent.state] then
  agent.nextState = state
  agent.nextReason = reason
elseif state == 'READY' and agent.isReachable ~= '1' then
  saveAgent(agent, now)
  return reply('phone-unreachable', { agent = agent })
elseif state == 'READY' then
  endWork(agent, now)
  agent.nextState = ''
  agent.nextReason = ''
  becomeReady(agent)
else
  endWork(agent, now)
  agent.nextState = ''
  agent.nextReason = ''
  agent.state = state
  agent.reason = reason
end
saveAgent(agent, now)
return reply('ok', { agent = agent })
