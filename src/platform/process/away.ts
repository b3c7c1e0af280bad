/** Distinguishes an unreachable server from a fault of our own: the first is temporary, the second has to be fixed. */

const databaseCodes = new Set([
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_QUERY_TIMEOUT',
  'ER_OPTION_PREVENTS_STATEMENT',
  // No space on its disk: once there is space, the same statement works.
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_ERROR_ON_WRITE',
  'ER_TEMP_FILE_WRITE_FAILURE',
])

/** MariaDB's statement that took too long; mysql2 knows MySQL's errors by name, this one by its number only. */
const mariadbStatementTimeout = 1969

/** Messages of ioredis, which has no codes for these. */
const redisWords =
  /Command timed out|enableOfflineQueue|Connection is closed|Socket timeout|max retries|^LOADING|^READONLY|^MISCONF|^MASTERDOWN|^CLUSTERDOWN/i

export function whatIsAway(error: unknown): 'database.away' | 'redis.away' | null {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (redisWords.test(cause.message)) return 'redis.away'
    const code = 'code' in cause ? String(cause.code) : ''
    if (
      databaseCodes.has(code) ||
      ('errno' in cause && cause.errno === mariadbStatementTimeout) ||
      /^(No connections available|Queue limit reached|Pool is closed)/.test(cause.message)
    ) {
      return 'syscall' in cause && isRedisSocket(cause) ? 'redis.away' : 'database.away'
    }
  }
  return null
}

/** A broken socket has the same name on both sides; only our Redis client's errors carry the command. */
function isRedisSocket(error: Error): boolean {
  return 'command' in error && typeof error.command === 'object'
}
