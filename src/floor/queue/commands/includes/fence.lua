--[[
  A step of a controller's brings its epoch as the last argument, and the key of the highest one that acted on this
  Asterisk's calls. A controller that was replaced and does not know it yet changes nothing.
]]
local epochKey, epoch = KEYS[#KEYS], ARGV[#ARGV]
if #KEYS > 1 then
  local highest = tonumber(redis.call('GET', epochKey) or '0')
  if tonumber(epoch) < highest then return redis.error_reply('STALE_EPOCH a controller with a higher epoch leads') end
  if tonumber(epoch) > highest then redis.call('SET', epochKey, epoch) end
end
