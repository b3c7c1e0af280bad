--[[
  The waiting line. A lane is the line of one skill on one node, `<node>/<skill>`:

    waiting:<lane>   ZSET  callId  by (priority, queuedAt)
    lanes:<skill>    SET   nodes with somebody waiting for this skill
    skills           SET   skills with somebody waiting
    heads            ZSET  lane by its first caller; only lanes that a ready agent could serve
    calls            SET   every callId with a hash call:<callId>

  `heads` is why a match needs no search: its first member is the caller to serve next.
  A call's hash: node skill priority queuedAt lastAgent, offerId while offered and talking, and once it was taken a field
  `party:<agentId>` for each agent who takes part, with the agent's role. Who is answerable has the role AGENT.
]]
--- @include "hash"

-- Both parts stay exact in a double: priority <= 99, queuedAt < 10^13 until the year 2286.
local function score(call) return whole(tonumber(call.priority) * 1e13 + tonumber(call.queuedAt)) end

local function touchLane(node, skill)
  local lane = node .. '/' .. skill
  local head = redis.call('ZRANGE', prefix .. 'waiting:' .. lane, 0, 0, 'WITHSCORES')
  if #head == 0 then
    redis.call('ZREM', prefix .. 'heads', lane)
    redis.call('SREM', prefix .. 'lanes:' .. skill, node)
    if redis.call('EXISTS', prefix .. 'lanes:' .. skill) == 0 then redis.call('SREM', prefix .. 'skills', skill) end
    return
  end
  redis.call('SADD', prefix .. 'lanes:' .. skill, node)
  redis.call('SADD', prefix .. 'skills', skill)
  if redis.call('EXISTS', prefix .. 'ready:' .. skill) == 1 then
    redis.call('ZADD', prefix .. 'heads', head[2], lane)
  else
    redis.call('ZREM', prefix .. 'heads', lane)
  end
end

-- The first agent of a skill became ready, or the last one left: its lanes can be served or not.
local function touchSkill(skill)
  for _, node in ipairs(redis.call('SMEMBERS', prefix .. 'lanes:' .. skill)) do touchLane(node, skill) end
end

-- A call that comes back keeps priority and queuedAt, and so its place.
local function putInLine(callId, call)
  redis.call('ZADD', prefix .. 'waiting:' .. call.node .. '/' .. call.skill, score(call), callId)
  touchLane(call.node, call.skill)
end

local function takeFromLine(callId, call)
  redis.call('ZREM', prefix .. 'waiting:' .. call.node .. '/' .. call.skill, callId)
  touchLane(call.node, call.skill)
end

local function asParty(agentId) return 'party:' .. agentId end

-- The id of the answerable agent; '' without one.
local function answerableOf(call)
  for field, role in pairs(call) do
    local agentId = role == 'AGENT' and string.match(field, '^party:(.+)$')
    if agentId then return agentId end
  end
  -- Of a floor that was written before calls had parties.
  return call.agentId or ''
end

local function dropCall(callId)
  redis.call('DEL', prefix .. 'call:' .. callId)
  redis.call('SREM', prefix .. 'calls', callId)
end

-- One agent leaves the call. The floor keeps the call as long as another one takes part: otherwise its caller waits again, or is gone.
local function leaveCall(callId, agentId)
  local callKey = prefix .. 'call:' .. callId
  local call = readHash(callKey)
  if not call then return end
  if answerableOf(call) == agentId then return dropCall(callId) end
  if redis.call('HDEL', callKey, asParty(agentId)) == 0 then return end
  for field in pairs(call) do
    if string.sub(field, 1, 6) == 'party:' and field ~= asParty(agentId) then return end
  end
  dropCall(callId)
end

-- While the floor is lost and not yet rebuilt, ended calls are remembered, so that the rebuild does not restore them.
local function noteGone(id)
  if redis.call('EXISTS', prefix .. 'alive') == 0 then redis.call('SET', prefix .. 'gone:' .. id, '1', 'PX', 600000) end
end
