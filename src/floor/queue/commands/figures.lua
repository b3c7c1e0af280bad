--[[
  How the floor stands, in one look.

  KEYS[1] prefix

  Output: {ready, signedIn, talking, {skill, waiting, oldestSince or '', ready, ...}}
]]
--- @include "line"

-- Ordered by priority first: the oldest is the oldest of the first callers of each priority.
local function oldest(lane)
  local since = nil
  local from = '-inf'
  while true do
    local first = redis.call('ZRANGEBYSCORE', lane, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if #first == 0 then return since end
    local value = tonumber(first[2])
    local priority = math.floor(value / 1e13)
    local queuedAt = value - priority * 1e13
    if not since or queuedAt < since then since = queuedAt end
    from = whole((priority + 1) * 1e13)
  end
end

local rows, done = {}, {}
local function addSkill(skill)
  if done[skill] then return end
  done[skill] = true
  local waiting, since = 0, nil
  for _, node in ipairs(redis.call('SMEMBERS', prefix .. 'lanes:' .. skill)) do
    local lane = prefix .. 'waiting:' .. node .. '/' .. skill
    waiting = waiting + redis.call('ZCARD', lane)
    local first = oldest(lane)
    if first and (not since or first < since) then since = first end
  end
  rows[#rows + 1] = { skill, waiting, since and whole(since) or '', redis.call('ZCARD', prefix .. 'ready:' .. skill) }
end

for _, skill in ipairs(redis.call('SMEMBERS', prefix .. 'skills')) do addSkill(skill) end
for _, id in ipairs(redis.call('ZRANGE', prefix .. 'ready', 0, -1)) do
  for skill in string.gmatch(redis.call('HGET', prefix .. 'agent:' .. id, 'skills'), '[^,]+') do addSkill(skill) end
end

return {
  redis.call('ZCARD', prefix .. 'ready'), redis.call('ZCARD', prefix .. 'desks'),
  redis.call('SCARD', prefix .. 'talking'), rows,
}
