--[[
  A call that an agent has already, at Asterisk: {callId, agentId, node, skill, state, since}. Of one that only rings no
  handling time is measured.
]]
--- @include "agent"

local function putInTalk(agent, talk)
  local call = {
    node = talk.node, skill = talk.skill, priority = '0', queuedAt = talk.since, lastAgent = '', offerId = '',
    [asParty(talk.agentId)] = 'AGENT',
  }
  redis.call('HSET', prefix .. 'call:' .. talk.callId, unpack(flatten(call)))
  redis.call('SADD', prefix .. 'calls', talk.callId)
  agent.wrapUpUntil = ''
  agent.state = talk.state
  agent.reason = ''
  agent.callId = talk.callId
  if talk.state == 'RINGING' or talk.state == 'OUTBOUND' then return end
  agent.talkSince = talk.since
  agent.callSkill = talk.skill
  agent.callNode = talk.node
end
