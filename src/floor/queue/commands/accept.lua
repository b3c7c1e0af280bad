--[[
  The agent answered: if the offer still holds, the agent talks in its call.

  KEYS[1] prefix
  ARGV[1] offerId   ARGV[2] now

  Output: status 'ok' with the agent and the offer, or 'stale': the offer was ended before, or the caller is gone.
  Repeated while that call lasts, it is 'ok' again.
]]
--- @include "offer"

local offerId, now = ARGV[1], ARGV[2]

local offer = readHash(prefix .. 'offer:' .. offerId)
if not offer then return reply('stale') end
local agent = findAgent(offer.agentId)
if not agent then return reply('stale') end
if agent.takenOffer == offerId then return reply('ok', { offers = { flatten(offer) }, agent = agent }) end
if agent.offerId ~= offerId then return reply('stale') end

local callKey = prefix .. 'call:' .. offer.callId
local call = readHash(callKey)
redis.call('ZREM', prefix .. 'offers', offerId)
redis.call('HSET', callKey, asParty(agent.id), 'AGENT')

-- The pace of this skill: the time since the previous call was accepted, if this one waited through all of it and the
-- clock was not set back in between.
local pace = prefix .. 'pace:' .. call.skill
local before = redis.call('LINDEX', pace, 0)
local takenBefore = before and tonumber(string.match(before, '^%d+'))
local interval = ''
if takenBefore and takenBefore >= tonumber(call.queuedAt) and takenBefore <= tonumber(now) then interval = whole(tonumber(now) - takenBefore) end
redis.call('LPUSH', pace, now .. ' ' .. interval)
redis.call('LTRIM', pace, 0, 49)
redis.call('PEXPIRE', pace, 3600000)

agent.state = 'TALKING'
agent.reason = ''
agent.callId = offer.callId
agent.offerId = ''
agent.takenOffer = offerId
agent.talkSince = now
agent.callSkill = call.skill
agent.callNode = call.node
saveAgent(agent, now)
return reply('ok', { offers = { flatten(offer) }, agent = agent })
