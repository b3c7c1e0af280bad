--[[
  The phone of a reserved agent rings.

  KEYS[1] prefix
  ARGV[1] offerId   ARGV[2] now

  Output: status 'ok' with the agent, or 'stale'
]]
--- @include "offer"

local offerId, now = ARGV[1], ARGV[2]

local offer, agent = findOpenOffer(offerId)
if not offer then return reply('stale') end
agent.state = 'RINGING'
saveAgent(agent, now)
return reply('ok', { agent = agent })
