--[[
  The caller is gone while waiting or while offered: nothing of the call remains, and an agent who was reserved for it
  goes on as before. A call that an agent took already is left alone: finishCall ends it.

  KEYS[1] prefix
  ARGV[1] callId   ARGV[2] now

  Output: status 'unknown', 'waiting', 'offered' (with the offer and its agent) or 'talking' (with the agent's id)
]]
--- @include "offer"

local callId, now = ARGV[1], ARGV[2]

local call = readHash(prefix .. 'call:' .. callId)
if not call then
  noteGone(callId)
  return reply('unknown')
end
local agentId = answerableOf(call)
if agentId ~= '' then return reply('talking', { extra = { agentId } }) end

if call.offerId == '' then
  takeFromLine(callId, call)
  dropCall(callId)
  noteGone(callId)
  return reply('waiting')
end

local offer, agent = findOpenOffer(call.offerId)
dropOffer(call.offerId)
dropCall(callId)
noteGone(callId)
if not offer then return reply('waiting') end
releaseAgent(agent, now)
saveAgent(agent, now)
return reply('offered', { offers = { flatten(offer) }, agent = agent })
