--[[
  An agent's call is over: wrap-up, or without one the state chosen during the call, else READY.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] callId   ARGV[3] now   ARGV[4] wrapUpMs

  Output: status 'ok' with the agent, or 'stale' when the agent is not in this call (any more)
]]
--- @include "offer"

local id, callId, now, wrapUpMs = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

noteGone(callId)
leaveCall(callId, id)

local agent = findAgent(id)
if not agent or agent.callId ~= callId then return reply('stale') end
if agent.takenOffer ~= '' then redis.call('DEL', prefix .. 'offer:' .. agent.takenOffer) end
agent.takenOffer = ''
agent.callId = ''
agent.lastCallId = callId
agent.idleSince = now
if agent.sessionId == '' or wrapUpMs <= 0 then
  settle(agent, now)
else
  agent.state = 'WRAP_UP'
  agent.reason = ''
  agent.wrapUpUntil = whole(tonumber(now) + wrapUpMs)
end
saveAgent(agent, now)
return reply('ok', { agent = agent })
