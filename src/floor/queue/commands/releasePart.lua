--[[
  The phone of an agent who was asked into a call no longer rings: ready again, without a missed ring.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] callId   ARGV[3] id of the part   ARGV[4] now

  Output: status 'ok' with the agent, or 'stale' when they are not reserved for this part (any more)
]]
--- @include "settle"

local id, callId, part, now = unpack(ARGV)

local agent = findAgent(id)
if not agent or agent.callId ~= callId or agent.takenOffer ~= part
  or (agent.state ~= 'RINGING' and agent.state ~= 'OUTBOUND') then
  return reply('stale')
end
leaveCall(callId, id)
agent.takenOffer = ''
agent.callId = ''
settle(agent, now)
saveAgent(agent, now)
return reply('ok', { agent = agent })
