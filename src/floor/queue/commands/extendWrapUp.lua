--[[
  Lengthens a wrap-up, up to a cap that is measured from its begin.

  KEYS[1] prefix
  ARGV[1] agentId   ARGV[2] ms   ARGV[3] capMs

  Output: status 'ok' with the agent, or 'stale' when there is no wrap-up
]]
--- @include "agent"

local id, ms, capMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local agent = findAgent(id)
if not agent or agent.state ~= 'WRAP_UP' then return reply('stale') end
local endsAt = tonumber(agent.wrapUpUntil)
local cap = tonumber(agent.since) + capMs
-- A site may have made the wrap-up itself longer than the cap: it is never shortened.
agent.wrapUpUntil = whole(math.max(endsAt, math.min(endsAt + ms, cap)))
saveAgent(agent, agent.since)
return reply('ok', { agent = agent })
