--[[
  The clock was set: what began before goes on as if it had not been. The step is noticed at once, so whatever is not of
  this very moment was written before it.

  KEYS[1] prefix
  ARGV[1] now, by the new clock   ARGV[2] stepMs, negative when it was set back   ARGV[3] node whose clock it is

  Output: status 'ok'
]]
--- @include "offer"

local now, step, node = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local momentMs = 1000

local function isBefore(instant) return instant ~= '' and instant ~= '0' and math.abs(tonumber(instant) - now) > momentMs end
local function moved(instant) return whole(tonumber(instant) + step) end

for _, offerId in ipairs(redis.call('ZRANGE', prefix .. 'offers', 0, -1)) do
  local offer = readHash(prefix .. 'offer:' .. offerId)
  if offer and offer.node == node and isBefore(offer.madeAt) then
    local expiresAt = moved(offer.expiresAt)
    redis.call('HSET', prefix .. 'offer:' .. offerId, 'madeAt', moved(offer.madeAt), 'expiresAt', expiresAt)
    redis.call('ZADD', prefix .. 'offers', expiresAt, offerId)
  end
end

for _, callId in ipairs(redis.call('SMEMBERS', prefix .. 'calls')) do
  local call = readHash(prefix .. 'call:' .. callId)
  if call and call.node == node and isBefore(call.queuedAt) then
    call.queuedAt = moved(call.queuedAt)
    redis.call('HSET', prefix .. 'call:' .. callId, 'queuedAt', call.queuedAt)
    if call.offerId == '' and answerableOf(call) == '' then putInLine(callId, call) end
  end
end

-- An agent who works for another node follows its clock. `since` identifies the stay in the history and is left as it is.
for _, id in ipairs(redis.call('SMEMBERS', prefix .. 'agents')) do
  local agent = findAgent(id)
  if agent and (not agent.callNode or agent.callNode == '' or agent.callNode == node) then
    if agent.wrapUpUntil ~= '' and isBefore(agent.since) then agent.wrapUpUntil = moved(agent.wrapUpUntil) end
    if isBefore(agent.idleSince) then agent.idleSince = moved(agent.idleSince) end
    if isBefore(agent.talkSince) then agent.talkSince = moved(agent.talkSince) end
    saveAgent(agent, ARGV[1])
  end
end
return reply('ok')
