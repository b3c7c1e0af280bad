--[[
  Keeps a log-in, unless it has ended: what ended in between must not come back.

  KEYS[1] fresh   KEYS[2] kept
  ARGV[1] log-in as JSON   ARGV[2] ms of the fresh one   ARGV[3] ms of the kept one   ARGV[4] mark of one that has ended
  ARGV[5] 'over' what is there, or 'beside' it: then it is written only where nothing is fresh

  Output: 1 if it was written
]]
local there = redis.call('GET', KEYS[1])
if there == ARGV[4] or (there and ARGV[5] == 'beside') then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 1
