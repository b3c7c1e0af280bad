--[[
  The caller of an offer is gone: nothing of offer and call remains, the agent goes on as before.

  KEYS[1] prefix
  ARGV[1] offerId   ARGV[2] now

  Output: status 'ok' with the offer and the agent, or 'stale'
]]
--- @include "offer"

local offerId, now = ARGV[1], ARGV[2]

local offer, agent = findOpenOffer(offerId)
if not offer then return reply('stale') end
dropOffer(offerId)
dropCall(offer.callId)
noteGone(offer.callId)
releaseAgent(agent, now)
saveAgent(agent, now)
return reply('ok', { offers = { flatten(offer) }, agent = agent })
