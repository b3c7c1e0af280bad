--[[
  Two people talk and the floor does not know: the step that would have said so was lost with Redis. `leave` has taken
  the call out of the line and of any offer before.

  KEYS[1] prefix
  ARGV[1] callId   ARGV[2] agentId   ARGV[3] node   ARGV[4] skill   ARGV[5] since   ARGV[6] TALKING or HOLD   ARGV[7] now

  Output: status 'ok' with the agent; 'busy' when the agent has another call or offer, or the call is known
]]
--- @include "agent"

local callId, agentId, node, skill, since, state, now = unpack(ARGV)

local agent = findAgent(agentId)
local key = prefix .. 'call:' .. callId
if not agent or busyStates[agent.state] or redis.call('EXISTS', key) == 1 then return reply('busy') end

local call = {
  node = node, skill = skill, priority = '0', queuedAt = since, lastAgent = '', offerId = '', agentId = agentId,
}
redis.call('HSET', key, unpack(flatten(call)))
redis.call('SADD', prefix .. 'calls', callId)
agent.wrapUpUntil = ''
agent.state = state
agent.reason = ''
agent.callId = callId
agent.talkSince = since
agent.callSkill = skill
saveAgent(agent, now)
return reply('ok', { agent = agent })
