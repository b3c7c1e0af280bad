--[[
  Agents: read one with findAgent, change its fields, store it with saveAgent. Only saveAgent writes, so every index
  follows the hash by itself:

    agent:<id>       HASH
    agents           SET   every id that was ever signed in
    ready            ZSET  READY agents by idleSince
    ready:<skill>    ZSET  the same of one skill
    serving:<skill>  SET   agents of one skill who are ready or at work: neither away nor signed out
    talking          SET   agents in a call
    wrapups          ZSET  agents in WRAP_UP by the instant at which it ends
    desks            ZSET  signed-in agents by the last sign of life of their page; +inf: known to be gone
    endpoints        HASH  endpoint -> agent id
    phonesAt         HASH  registered endpoint, also one without an agent -> node whose Asterisk has it

  A visible change increases `version` by one; a new state, reason or call begins a new stay (`since`,
  `stay` = the version it began with). Each change is collected in `changes` as {agent, the stay that ended or {}}.
]]
--- @include "line"

local changes = {}
local seenFields = {
  'number', 'name', 'skills', 'state', 'reason', 'sessionId', 'endpoint', 'isReachable', 'offerId', 'callId',
  'lastCallId', 'nextState', 'nextReason', 'wrapUpUntil', 'idleSince',
}
-- isDeskLost: the page was missed during a call. takenOffer: the accepted offer, kept until the call ends.
-- talkSince, callSkill: what the handling time is measured from. callNode: by whose clock the agent works.
local quietFields = { 'isDeskLost', 'takenOffer', 'talkSince', 'callSkill', 'callNode' }

local busyStates = { RESERVED = true, RINGING = true, TALKING = true, HOLD = true, OUTBOUND = true }

local function remember(agent)
  local was = {}
  for field, value in pairs(agent) do
    if field ~= 'was' then was[field] = value end
  end
  agent.was = was
  return agent
end

local function findAgent(id)
  local agent = readHash(prefix .. 'agent:' .. id)
  if not agent then return nil end
  return remember(agent)
end

-- One who was never seen, or whom Redis lost: `version` is the last one known elsewhere.
local function newAgent(id, version)
  local agent = { id = id, version = whole(version), stay = '0', since = '' }
  for _, field in ipairs(seenFields) do agent[field] = '' end
  for _, field in ipairs(quietFields) do agent[field] = '' end
  agent.state = 'OFFLINE'
  agent.isReachable = '0'
  agent.idleSince = '0'
  return remember(agent)
end

local function isReady(agent)
  return agent.state == 'READY' and agent.isReachable == '1' and agent.sessionId ~= ''
end

local function isTalking(agent) return agent.state == 'TALKING' or agent.state == 'HOLD' end

local function indexReady(agent, was)
  local wasReady, nowReady = isReady(was), isReady(agent)
  if wasReady and nowReady and agent.skills == was.skills and agent.idleSince == was.idleSince then return end
  if wasReady then
    redis.call('ZREM', prefix .. 'ready', agent.id)
    for skill in string.gmatch(was.skills, '[^,]+') do
      redis.call('ZREM', prefix .. 'ready:' .. skill, agent.id)
      if redis.call('EXISTS', prefix .. 'ready:' .. skill) == 0 then touchSkill(skill) end
    end
  end
  if nowReady then
    redis.call('ZADD', prefix .. 'ready', agent.idleSince, agent.id)
    for skill in string.gmatch(agent.skills, '[^,]+') do
      redis.call('ZADD', prefix .. 'ready:' .. skill, agent.idleSince, agent.id)
      if redis.call('ZCARD', prefix .. 'ready:' .. skill) == 1 then touchSkill(skill) end
    end
  end
end

local awayStates = { OFFLINE = true, NOT_READY = true, BREAK = true }

local function indexServing(agent, was)
  local wasServing, nowServing = not awayStates[was.state], not awayStates[agent.state]
  if wasServing == nowServing and agent.skills == was.skills then return end
  if wasServing then
    for skill in string.gmatch(was.skills, '[^,]+') do redis.call('SREM', prefix .. 'serving:' .. skill, agent.id) end
  end
  if nowServing then
    for skill in string.gmatch(agent.skills, '[^,]+') do redis.call('SADD', prefix .. 'serving:' .. skill, agent.id) end
  end
end

local function indexAgent(agent, was)
  indexReady(agent, was)
  indexServing(agent, was)
  if isTalking(agent) ~= isTalking(was) then
    redis.call(isTalking(agent) and 'SADD' or 'SREM', prefix .. 'talking', agent.id)
  end
  if agent.wrapUpUntil ~= was.wrapUpUntil then
    if agent.wrapUpUntil == '' then
      redis.call('ZREM', prefix .. 'wrapups', agent.id)
    else
      redis.call('ZADD', prefix .. 'wrapups', agent.wrapUpUntil, agent.id)
    end
  end
  if agent.endpoint ~= was.endpoint then
    if was.endpoint ~= '' and redis.call('HGET', prefix .. 'endpoints', was.endpoint) == agent.id then
      redis.call('HDEL', prefix .. 'endpoints', was.endpoint)
    end
    if agent.endpoint ~= '' then redis.call('HSET', prefix .. 'endpoints', agent.endpoint, agent.id) end
  end
  if was.sessionId ~= '' and agent.sessionId == '' then redis.call('ZREM', prefix .. 'desks', agent.id) end
end

local function saveAgent(agent, now)
  local was = agent.was
  local write, isSeen = {}, false
  for _, field in ipairs(seenFields) do
    if agent[field] ~= was[field] then
      isSeen = true
      write[#write + 1] = field
      write[#write + 1] = agent[field]
    end
  end
  for _, field in ipairs(quietFields) do
    if agent[field] ~= was[field] then
      write[#write + 1] = field
      write[#write + 1] = agent[field]
    end
  end
  if #write == 0 then return end
  local isMoved = agent.state ~= was.state or agent.reason ~= was.reason or agent.callId ~= was.callId
  if isSeen then
    agent.version = whole(tonumber(was.version) + 1)
    write[#write + 1] = 'version'
    write[#write + 1] = agent.version
  end
  if isMoved then
    agent.since = now
    agent.stay = agent.version
    for _, field in ipairs({ 'since', 'stay' }) do
      write[#write + 1] = field
      write[#write + 1] = agent[field]
    end
  end
  if was.since == '' then
    -- First time: the whole hash, so that a reader never meets half an agent.
    agent.was = nil
    redis.call('HSET', prefix .. 'agent:' .. agent.id, unpack(flatten(agent)))
    redis.call('SADD', prefix .. 'agents', agent.id)
  else
    redis.call('HSET', prefix .. 'agent:' .. agent.id, unpack(write))
  end
  indexAgent(agent, was)
  agent.was = nil
  if isSeen then
    changes[#changes + 1] = { flatten(agent), (isMoved and was.since ~= '') and flatten(was) or {} }
  end
  remember(agent)
end

-- What a script answers: how it went, who changed, the offers and the agent it is about, and what else it found.
local function reply(status, about)
  about = about or {}
  local agent = {}
  if about.agent then
    about.agent.was = nil
    agent = flatten(about.agent)
  end
  return { status, changes, about.offers or {}, agent, about.extra or {} }
end
