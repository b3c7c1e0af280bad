--[[
  A note has reached the database: it waits no longer, unless it was changed meanwhile.

  KEYS[1] set of calls whose note waits   KEYS[2] hash of the note
  ARGV[1] callId   ARGV[2] version that was written

  Output: 1 if it waits no longer
]]
local version = redis.call('HGET', KEYS[2], 'version')
if version and version ~= ARGV[2] then return 0 end
redis.call('SREM', KEYS[1], ARGV[1])
return 1
