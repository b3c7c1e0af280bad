--[[
  One tab of a log-in has the phone. A tab takes it when it is free, its own already (a reload), or by force.

  KEYS[1] hash: tabId, socketId
  ARGV[1] tabId   ARGV[2] socketId   ARGV[3] '1' to take it by force   ARGV[4] ms until it is free without a sign of life

  Output: 'open' or 'occupied'
]]
local holder = redis.call('HGET', KEYS[1], 'tabId')
if holder and holder ~= ARGV[1] and ARGV[3] ~= '1' then return 'occupied' end
redis.call('HSET', KEYS[1], 'tabId', ARGV[1], 'socketId', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 'open'
