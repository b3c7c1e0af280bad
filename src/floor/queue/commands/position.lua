--[[
  The place of a waiting call among all who wait for its skill, on whatever node, and what is known of the pace.

  KEYS[1] prefix
  ARGV[1] callId

  Output: {} when the call does not wait; else {position, serving, pace entries, handling entries};
  an entry is '<instant> <ms>', newest first
]]
--- @include "line"

local callId = ARGV[1]

local call = readHash(prefix .. 'call:' .. callId)
if not call or call.offerId ~= '' or answerableOf(call) ~= '' then return {} end

local position = redis.call('ZRANK', prefix .. 'waiting:' .. call.node .. '/' .. call.skill, callId) + 1
for _, node in ipairs(redis.call('SMEMBERS', prefix .. 'lanes:' .. call.skill)) do
  if node ~= call.node then
    position = position + redis.call('ZCOUNT', prefix .. 'waiting:' .. node .. '/' .. call.skill, '-inf', '(' .. score(call))
  end
end

return {
  position, redis.call('SCARD', prefix .. 'serving:' .. call.skill),
  redis.call('LRANGE', prefix .. 'pace:' .. call.skill, 0, 49),
  redis.call('LRANGE', prefix .. 'handling:' .. call.skill, 0, 49),
}
