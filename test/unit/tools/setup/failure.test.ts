import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { explain } from '../../../../src/tools/setup/failure.ts'

const driverError = (message: string, more: object) => Object.assign(new Error(message), more)

test('a server that does not answer is named by its address, with what to do, and no value of a statement', () => {
  const cause = driverError('connect ECONNREFUSED 127.0.0.1:12348', {
    code: 'ECONNREFUSED',
    address: '127.0.0.1',
    port: 12348,
  })
  const words = explain(new DrizzleQueryError('insert into `citizens` …', ['13800138000'], cause))
  expect(words).toMatch(/^a server at 127\.0\.0\.1:12348 does not answer: connect ECONNREFUSED/)
  expect(words).toContain('What to do: is the hotline running (npm start)? with the same HOTLINE_VAR, HTTP_PORT')
  expect(words).not.toMatch(/Failed query|13800138000/)
})

test('a structure of another version and a refused log-in are told as what they are', () => {
  const noTable = driverError("Table 'hotline.tickets' doesn't exist", { code: 'ER_NO_SUCH_TABLE', sqlMessage: 'x' })
  expect(explain(new DrizzleQueryError('select 1', [], noTable))).toMatch(/does not fit this version.*\n.*npm start/)
  const denied = driverError("Access denied for user 'hotline'@'127.0.0.1'", {
    code: 'ER_ACCESS_DENIED_ERROR',
    sqlMessage: 'x',
  })
  expect(explain(denied)).toMatch(/denies access: Access denied for user 'hotline'/)
})

test('any other refusal of the database is told with its code, without what was written', () => {
  const doubled = driverError("Duplicate entry '13800138000' for key 'x'", { code: 'ER_DUP_ENTRY', sqlMessage: 'x' })
  const words = explain(new DrizzleQueryError('insert into `citizens` …', ['13800138000'], doubled))
  expect(words).toMatch(/^the database refuses a statement: ER_DUP_ENTRY Duplicate entry '…' for key 'x'/)
  expect(words).not.toContain('13800138000')
})

test('a full disk is told with the file', () => {
  const full = driverError("ENOSPC: no space left on device, write '/srv/var/run/start.lock'", { code: 'ENOSPC' })
  expect(explain(full)).toBe(
    "ENOSPC: no space left on device, write '/srv/var/run/start.lock'\n  What to do: free space on this disk, then start again",
  )
})

test('a fault of our own keeps its stack', () => {
  expect(explain(new TypeError('x is not a function'))).toMatch(/^TypeError: x is not a function\n {4}at /)
})
