--[[
  Offers: offer:<id> HASH, from the match until the agent did not take it or the call it became has ended;
  `offers` ZSET of those still open, by the instant at which anybody may expire them.
]]
--- @include "settle"

local function dropOffer(offerId)
  redis.call('DEL', prefix .. 'offer:' .. offerId)
  redis.call('ZREM', prefix .. 'offers', offerId)
end

-- The offer if it still holds: open, and its agent reserved for it.
local function findOpenOffer(offerId)
  local offer = readHash(prefix .. 'offer:' .. offerId)
  if not offer then return nil end
  local agent = findAgent(offer.agentId)
  if not agent or agent.offerId ~= offerId then return nil end
  return offer, agent
end

-- Not counted as a missed ring: the agent continues as before, in the same place among the ready agents.
local function releaseAgent(agent, now)
  agent.offerId = ''
  settle(agent, now)
end

-- The floor takes the agent out of the ready ones, unless something other than READY was chosen already.
local function blameAgent(agent, reason, now)
  agent.offerId = ''
  if agent.sessionId ~= '' and (agent.nextState == '' or agent.nextState == 'READY') then
    agent.nextState = 'NOT_READY'
    agent.nextReason = reason
  end
  settle(agent, now)
end

local function returnCall(callId)
  local call = readHash(prefix .. 'call:' .. callId)
  if not call then return end
  redis.call('HSET', prefix .. 'call:' .. callId, 'offerId', '')
  putInLine(callId, call)
end
