--[[
  An agent takes part in a call beside the one who has it: reserved while their phone rings, then talking. Or the call is
  theirs from now on. Or they place it themselves: from whatever they do but a call's work, and afterwards they are what
  they were.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] callId   ARGV[3] id of the part   ARGV[4] node   ARGV[5] skill
  ARGV[6] role: AGENT, CONSULTED or PARTNER   ARGV[7] RINGING, TALKING or OUTBOUND   ARGV[8] now

  Output: status 'ok' with the agent; 'busy' when the agent has something else in hand or, asked to ring, is not ready, or,
  placing a call, is signed out or has no phone
  May be repeated.
]]
--- @include "settle"

local id, callId, part, node, skill, role, state, now = unpack(ARGV)

local agent = findAgent(id)
if not agent then return reply('busy') end
if agent.callId ~= callId or not busyStates[agent.state] then
  if busyStates[agent.state] then return reply('busy') end
  if state == 'RINGING' and not isReady(agent) then return reply('busy') end
  if state == 'OUTBOUND' then
    if agent.sessionId == '' or agent.isReachable ~= '1' then return reply('busy') end
    endWork(agent, now)
    if agent.state == 'NOT_READY' or agent.state == 'BREAK' then
      agent.nextState = agent.state
      agent.nextReason = agent.reason
    end
  end
end

local callKey = prefix .. 'call:' .. callId
local call = readHash(callKey)
if not call then
  local made = { node = node, skill = skill, priority = '0', queuedAt = now, lastAgent = '', offerId = '' }
  redis.call('HSET', callKey, unpack(flatten(made)))
  redis.call('SADD', prefix .. 'calls', callId)
elseif role == 'AGENT' then
  for field, known in pairs(call) do
    if known == 'AGENT' and field ~= asParty(id) then redis.call('HDEL', callKey, field) end
  end
end
redis.call('HSET', callKey, asParty(id), role)

agent.wrapUpUntil = ''
agent.state = state
agent.reason = ''
agent.callId = callId
agent.takenOffer = part
if state == 'TALKING' and agent.talkSince == '' then
  agent.talkSince = now
  agent.callSkill = skill
  agent.callNode = node
end
saveAgent(agent, now)
return reply('ok', { agent = agent })
