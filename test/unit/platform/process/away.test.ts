import { expect, test } from 'vitest'
import { whatIsAway } from '../../../../src/platform/process/away.ts'

const failed = (fields: object, message = 'Failed query') => Object.assign(new Error(message), fields)

test.each([
  ['MariaDB gives up a statement', { errno: 1969, code: undefined }],
  ['MySQL gives up a statement', { errno: 3024, code: 'ER_QUERY_TIMEOUT' }],
  ['the server is not there', { code: 'ECONNREFUSED', syscall: 'connect' }],
  ['it has no room on its disk', { errno: 1114, code: 'ER_RECORD_FILE_FULL' }],
  ['two writers lock each other', { errno: 1213, code: 'ER_LOCK_DEADLOCK' }],
])('the database is away when %s, also as the cause of another error', (_, fields) => {
  expect(whatIsAway(failed(fields))).toBe('database.away')
  expect(whatIsAway(new Error('Failed query', { cause: failed(fields) }))).toBe('database.away')
})

test('a statement that is wrong is a fault of our own', () => {
  expect(whatIsAway(failed({ errno: 1064, code: 'ER_PARSE_ERROR' }))).toBeNull()
})

test('Redis that cannot write its file is away until it can', () => {
  const words = 'MISCONF Errors writing to the AOF file: No space left on device script: 1e9bb7de, on @user_script:119.'
  expect(whatIsAway(new Error(words))).toBe('redis.away')
})
