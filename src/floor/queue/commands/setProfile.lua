--[[
  Name, number or skills were changed in the database: a known agent follows at once.

  KEYS[1] prefix
  ARGV[1] profile as JSON: id number name skills   ARGV[2] now

  Output: status 'ok' with the agent, or 'unknown'
]]
--- @include "agent"

local profile, now = cjson.decode(ARGV[1]), ARGV[2]

local agent = findAgent(profile.id)
if not agent then return reply('unknown') end
agent.number = profile.number
agent.name = profile.name
agent.skills = profile.skills
saveAgent(agent, now)
return reply('ok', { agent = agent })
