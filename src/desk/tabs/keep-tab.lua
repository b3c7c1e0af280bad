--[[
  A sign of life of the socket that has the phone, or its end. A socket that lost it changes nothing; one that Redis
  forgot has it again.

  KEYS[1] hash: tabId, socketId
  ARGV[1] tabId   ARGV[2] socketId   ARGV[3] ms until it is free without a sign of life, '0' to give it up now

  Output: 1 while this socket has it
]]
local holder = redis.call('HGET', KEYS[1], 'socketId')
if holder and holder ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('HSET', KEYS[1], 'tabId', ARGV[1], 'socketId', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
