--[[
  The prefix of all keys, and hashes as tables. Every value is a string; '' stands for "none".
]]
local prefix = KEYS[1]

--- @include "fence"

local function readHash(key)
  local flat = redis.call('HGETALL', key)
  if #flat == 0 then return nil end
  local hash = {}
  for i = 1, #flat, 2 do hash[flat[i]] = flat[i + 1] end
  return hash
end

local function flatten(hash)
  local flat = {}
  for field, value in pairs(hash) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  return flat
end

-- Lua would write 1e+15 for a large whole number.
local function whole(number) return string.format('%.0f', number) end
