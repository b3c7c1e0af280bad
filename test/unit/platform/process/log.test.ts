import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { createLogger } from '../../../../src/platform/process/log.ts'

function aLog() {
  const lines: string[] = []
  const log = createLogger('calls', 'info', { write: (line: string) => void lines.push(line) })
  return { log, lines }
}

test('every line is one JSON object with the role', () => {
  const { log, lines } = aLog()
  log.info({ callId: '01CALL' }, 'greeting')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ role: 'calls', callId: '01CALL', msg: 'greeting', level: 'info' })
})

test('no text from outside ends a line or steers a terminal, and all of it can be read back', () => {
  const { log, lines } = aLog()
  const name = 'a\nb\r\u0000\u001b[2J\u009b31m\u0085\u2028\u2029\u202e\u007f😀"}'
  log.info({ name }, `caller ${name}`)
  expect(lines).toHaveLength(1)
  const [line = ''] = lines
  expect(line.endsWith('\n')).toBe(true)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none
  expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/)
  expect(JSON.parse(line)).toMatchObject({ name, msg: `caller ${name}` })
})

test('secrets do not reach the log, wherever they hang', () => {
  const { log, lines } = aLog()
  log.info({
    password: 's3cret',
    user: { token: 's3cret', name: 'li' },
    req: { headers: { cookie: 's3cret', authorization: 's3cret' } },
  })
  expect(lines[0]).not.toContain('s3cret')
  expect(lines[0]).toContain('li')
})

test('an error of the database is told with its statement, never with the values', () => {
  const { log, lines } = aLog()
  const secret = '+8613912345678\n    at s3cret (x.ts:1:1)'
  const driver = Object.assign(new Error(`Duplicate entry '${secret}' for key 'calls_channel'`), {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sql: `insert into calls values ('${secret}')`,
    sqlMessage: `Duplicate entry '${secret}' for key 'calls_channel'`,
  })
  const query = new DrizzleQueryError('insert into `calls` values (?)', [secret], driver)
  log.error({ err: query }, 'not kept')
  log.error({ err: new Error(`import: ${query.message}`, { cause: query }) })
  log.error(new AggregateError([query], 'all'))
  log.error({ err: Object.assign(new Error('READONLY'), { command: { name: 'set', args: [secret] } }) })
  expect(lines.join('')).not.toMatch(/13912345678|s3cret/)
  const { err } = JSON.parse(lines[0] ?? '')
  expect(err).toMatchObject({
    type: 'DrizzleQueryError',
    message: 'Failed query: insert into `calls` values (?)',
    query: 'insert into `calls` values (?)',
    cause: { message: "Duplicate entry '…' for key 'calls_channel'", code: 'ER_DUP_ENTRY', errno: 1062 },
  })
  expect(err.stack).toMatch(/^Error: Failed query.*\n {4}at .*log\.test/)
  expect(JSON.parse(lines[1] ?? '').err.cause.cause.code).toBe('ER_DUP_ENTRY')
})

test('what is thrown that is no error is not printed', () => {
  const { log, lines } = aLog()
  log.error({ err: { number: '13912345678' } })
  log.error({ err: 'plain words' })
  expect(lines.join('')).not.toContain('13912345678')
  expect(JSON.parse(lines[1] ?? '').err).toBe('plain words')
})
