--[[
  Takes one try back, unless all are forgotten already: a counter without an end must not come to be.

  KEYS[1] counter

  Output: 1 if there was one
]]
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('DECR', KEYS[1])
return 1
