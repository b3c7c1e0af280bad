--[[
  Two people talk and the floor does not know: the step that would have said so was lost with Redis, or Asterisk's own
  queue put them together. `leave` has taken the call out of the line and of any offer before. May be repeated, and says
  so when a phone that rang was answered.

  KEYS[1] prefix
  ARGV[1] callId   ARGV[2] agentId   ARGV[3] node   ARGV[4] skill   ARGV[5] since   ARGV[6] RINGING, TALKING or HOLD
  ARGV[7] now

  Output: status 'ok' with the agent; 'busy' when the agent has another call or offer, or the call somebody else
]]
--- @include "talk"

local callId, agentId, node, skill, since, state, now = unpack(ARGV)

local agent = findAgent(agentId)
if not agent then return reply('busy') end
local known = readHash(prefix .. 'call:' .. callId)
local isTheirs = known and answerableOf(known) == agentId and agent.callId == callId
if not isTheirs and (known or busyStates[agent.state]) then return reply('busy') end

putInTalk(agent, { callId = callId, agentId = agentId, node = node, skill = skill, since = since, state = state })
saveAgent(agent, now)
return reply('ok', { agent = agent })
