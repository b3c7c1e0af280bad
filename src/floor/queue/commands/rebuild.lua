--[[
  Puts back what Redis lost: agents from the database, talks and waiting calls from the calls. Whatever is here
  already is newer and stays; what ended while the floor was lost does not come back. A floor that is alive is not
  touched, so that several controllers may try.

  KEYS[1] prefix
  ARGV[1] snapshot as JSON: agents, talks, waiting; '' for none   ARGV[2] now   ARGV[3] backWithinMs

  Output: status 'ok' or 'alive'
]]
--- @include "settle"
--- @include "talk"

local snapshot, now, backWithinMs = cjson.decode(ARGV[1]), ARGV[2], ARGV[3]

if redis.call('EXISTS', prefix .. 'alive') == 1 then return reply('alive') end
redis.call('SET', prefix .. 'alive', now)

local function isGone(id) return redis.call('EXISTS', prefix .. 'gone:' .. id) == 1 end

for _, kept in ipairs(snapshot.agents) do
  if redis.call('EXISTS', prefix .. 'agent:' .. kept.id) == 0 and not isGone(kept.sessionId) then
    local agent = newAgent(kept.id, kept.version)
    agent.number = kept.number
    agent.name = kept.name
    agent.skills = kept.skills
    agent.sessionId = kept.sessionId
    agent.idleSince = kept.idleSince
    bindEndpoint(agent, kept.endpoint, now, backWithinMs)
    if kept.state == 'READY' then
      becomeReady(agent)
    else
      agent.state = kept.state
      agent.reason = kept.reason
      agent.wrapUpUntil = kept.wrapUpUntil
    end
    redis.call('ZADD', prefix .. 'desks', now, agent.id)
    saveAgent(agent, now)
  end
end

for _, talk in ipairs(snapshot.talks) do
  local agent = findAgent(talk.agentId)
  if agent and not busyStates[agent.state] and not isGone(talk.callId)
    and redis.call('EXISTS', prefix .. 'call:' .. talk.callId) == 0 then
    putInTalk(agent, talk)
    saveAgent(agent, now)
  end
end

for _, waiting in ipairs(snapshot.waiting) do
  if redis.call('EXISTS', prefix .. 'call:' .. waiting.callId) == 0 and not isGone(waiting.callId) then
    local call = {
      node = waiting.node, skill = waiting.skill, priority = waiting.priority, queuedAt = waiting.queuedAt,
      lastAgent = waiting.lastAgent, offerId = '',
    }
    redis.call('HSET', prefix .. 'call:' .. waiting.callId, unpack(flatten(call)))
    redis.call('SADD', prefix .. 'calls', waiting.callId)
    putInLine(waiting.callId, call)
  end
end
return reply('ok')
