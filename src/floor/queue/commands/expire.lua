--[[
  Ends the offers that were not ended in time: their controller is gone. Each call goes back to its old place. An agent
  whose phone rang is treated as one who missed a ring; an agent whose phone never rang continues as before.

  KEYS[1] prefix
  ARGV[1] now

  Output: status 'ok' with the offers that were ended; at most 100 a time
]]
--- @include "offer"

local now = ARGV[1]

local ended = {}
for _, offerId in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'offers', '-inf', now, 'LIMIT', 0, 100)) do
  local offer, agent = findOpenOffer(offerId)
  dropOffer(offerId)
  if offer then
    if agent.state == 'RINGING' then
      blameAgent(agent, 'ring-missed', now)
    else
      releaseAgent(agent, now)
    end
    saveAgent(agent, now)
    returnCall(offer.callId)
    ended[#ended + 1] = flatten(offer)
  end
end
return reply('ok', { offers = ended })
