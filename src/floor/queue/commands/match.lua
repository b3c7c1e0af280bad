--[[
  Reserves one agent for one caller: the caller at the head of all lanes that a ready agent could serve, and for it
  the agent who spoke with this caller last, else the one who is idle longest.

  KEYS[1] prefix
  ARGV[1] now   ARGV[2] node whose calls are matched, '' for all   ARGV[3] offerMs   ARGV[4] id of the new offer

  Output: status 'offered' with the offer and its agent, or 'none'.
  Run twice with one id (a reply that was lost), it gives the same offer again.
]]
--- @include "offer"

local now, node, offerMs, offerId = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local made = readHash(prefix .. 'offer:' .. offerId)
if made then return reply('offered', { offers = { flatten(made) }, agent = findAgent(made.agentId) }) end

-- One node: always the first. Several: a handful of lanes at most stand before one of ours.
local function firstLane()
  local from = 0
  while true do
    local lanes = redis.call('ZRANGE', prefix .. 'heads', from, from + 19)
    for _, lane in ipairs(lanes) do
      if node == '' or string.sub(lane, 1, #node + 1) == node .. '/' then return lane end
    end
    if #lanes < 20 then return nil end
    from = from + 20
  end
end

local lane = firstLane()
if not lane then return reply('none') end

local callId = redis.call('ZRANGE', prefix .. 'waiting:' .. lane, 0, 0)[1]
local call = readHash(prefix .. 'call:' .. callId)
local ready = prefix .. 'ready:' .. call.skill
local agentId = call.lastAgent
if agentId == '' or not redis.call('ZSCORE', ready, agentId) then agentId = redis.call('ZRANGE', ready, 0, 0)[1] end
local agent = findAgent(agentId)

local offer = {
  id = offerId, callId = callId, node = call.node, agentId = agentId, agentNumber = agent.number,
  endpoint = agent.endpoint, madeAt = now, expiresAt = whole(tonumber(now) + tonumber(offerMs)),
}
redis.call('HSET', prefix .. 'offer:' .. offerId, unpack(flatten(offer)))
redis.call('ZADD', prefix .. 'offers', offer.expiresAt, offerId)
redis.call('HSET', prefix .. 'call:' .. callId, 'offerId', offerId)

agent.state = 'RESERVED'
agent.reason = ''
agent.offerId = offerId
-- The agent first: when the skill's last one is taken, its lanes close before the line is looked at again.
saveAgent(agent, now)
takeFromLine(callId, call)
return reply('offered', { offers = { flatten(offer) }, agent = agent })
