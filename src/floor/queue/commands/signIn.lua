--[[
  A desk page takes charge of an agent. The first sign-in begins NOT_READY; the same session again (a reload) changes
  no state; another session takes over, and work that is under way goes on.

  KEYS[1] prefix
  ARGV[1] profile as JSON: id number name skills version   ARGV[2] sessionId   ARGV[3] endpoint or ''
  ARGV[4] now   ARGV[5] backWithinMs

  Output: status 'ok' with the agent; extra: the session that was in charge before, if another
]]
--- @include "settle"

local profile, sessionId, endpoint, now, backWithinMs = cjson.decode(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local agent = findAgent(profile.id) or newAgent(profile.id, profile.version)
local previous = agent.sessionId
agent.number = profile.number
agent.name = profile.name
agent.skills = profile.skills
agent.sessionId = sessionId
agent.isDeskLost = ''
if agent.state == 'OFFLINE' then
  agent.state = 'NOT_READY'
  agent.reason = ''
  agent.idleSince = now
elseif agent.state == 'READY' and previous ~= sessionId then
  agent.state = 'NOT_READY'
  agent.reason = 'signed-in-elsewhere'
end
bindEndpoint(agent, endpoint, now, backWithinMs)
redis.call('ZADD', prefix .. 'desks', now, agent.id)
saveAgent(agent, now)

local replaced = {}
if previous ~= '' and previous ~= sessionId then replaced = { previous } end
return reply('ok', { agent = agent, extra = replaced })
