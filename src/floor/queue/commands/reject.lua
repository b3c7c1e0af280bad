--[[
  The agent did not answer, or the phone failed: the agent is taken out of the ready ones, and the call goes back to
  its old place, the head of the line.

  KEYS[1] prefix
  ARGV[1] offerId   ARGV[2] now   ARGV[3] forced reason

  Output: status 'ok' with the offer and the agent, or 'stale'
]]
--- @include "offer"

local offerId, now, reason = ARGV[1], ARGV[2], ARGV[3]

local offer, agent = findOpenOffer(offerId)
if not offer then return reply('stale') end
dropOffer(offerId)
-- The agent first, so that the call is never seen beside an agent who is about to be taken out.
blameAgent(agent, reason, now)
saveAgent(agent, now)
returnCall(offer.callId)
return reply('ok', { offers = { flatten(offer) }, agent = agent })
