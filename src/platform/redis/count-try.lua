--[[
  Counts one attempt within a window. The window begins with the first attempt, and again with the one that reaches the
  limit: that is when the lock begins.

  KEYS[1] counter
  ARGV[1] limit   ARGV[2] windowMs

  Output: {tries so far, ms until they are forgotten}
]]
local tries = redis.call('INCR', KEYS[1])
if tries == 1 or tries == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { tries, redis.call('PTTL', KEYS[1]) }
