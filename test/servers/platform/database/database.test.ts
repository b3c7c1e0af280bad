import { eq, sql } from 'drizzle-orm'
import { createConnection } from 'mysql2/promise'
import { afterEach, expect, test } from 'vitest'
import { type Database, openDatabase, type Tx } from '../../../../src/platform/database/database.ts'
import { insertInto } from '../../../../src/platform/database/prepared.ts'
import { outbox } from '../../../../src/platform/database/schema.ts'
import { freshDatabaseUrl } from '../../world.ts'

const opened: Database[] = []
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
})

async function aDatabase(options: Parameters<typeof openDatabase>[1] = {}): Promise<Database> {
  const database = openDatabase({ databaseUrl: await freshDatabaseUrl() }, options)
  opened.push(database)
  return database
}

const row = { queue: 'q', jobId: 'j', topic: 't', createdAt: Date.UTC(2026, 1, 28, 16, 30, 0, 123) }

test('what is written is read back: 4-byte characters, JSON and the millisecond', async () => {
  const { db } = await aDatabase()
  const payload = { name: '𠮷野😀', nested: { list: [1, null] } }
  await db.insert(outbox).values({ ...row, payload })
  expect(await db.select().from(outbox)).toMatchObject([{ payload, createdAt: row.createdAt, relayedAt: null }])
})

test('instants are kept in UTC whatever the time zone of server or process', async () => {
  const { db } = await aDatabase()
  await db.insert(outbox).values({ ...row, payload: {} })
  const [rows] = await db.execute(sql`SELECT CAST(created_at AS CHAR) AS text, @@session.time_zone AS zone FROM outbox`)
  expect(rows).toMatchObject([{ text: '2026-02-28 16:30:00.123', zone: '+00:00' }])
})

test('a code with characters from outside equals no code, and the statement goes through', async () => {
  const { db } = await aDatabase()
  await db.insert(outbox).values({ ...row, payload: {} })
  expect(await db.select().from(outbox).where(eq(outbox.queue, 'q张😀'))).toEqual([])
})

test('text that is too long is refused, not cut', async () => {
  const { db } = await aDatabase()
  await expect(db.insert(outbox).values({ ...row, payload: {}, lastError: 'x'.repeat(600) })).rejects.toThrow()
})

test('two statements in one are refused', async () => {
  const { pool } = await aDatabase()
  await expect(pool.query('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: 'ER_PARSE_ERROR' })
})

test('a statement that takes too long is given up here and at the server, and the pool goes on', async () => {
  const database = await aDatabase({ limitMs: 300, connections: 2 })
  await expect(database.pool.query('SELECT SLEEP(30)')).rejects.toThrow()
  await expect(
    database.db.transaction(async (tx) => {
      await tx.execute(sql`SELECT SLEEP(30)`)
    }),
  ).rejects.toThrow()
  await database.ping()
})

test('a connection that the server has cut does no harm', async () => {
  const url = await freshDatabaseUrl()
  const database = openDatabase({ databaseUrl: url }, { connections: 1 })
  opened.push(database)
  const [rows] = await database.pool.query('SELECT CONNECTION_ID() AS id')
  const other = await createConnection(url)
  await other.query(`KILL ${(rows as { id: number }[])[0]?.id}`)
  await other.end()
  await database.ping().catch(() => {})
  await database.ping()
})

test('a server that is away fails at once, and one that says nothing within three seconds', async () => {
  const { createServer } = await import('node:net')
  const silent = createServer(() => {})
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port))
  })
  const hung = openDatabase({ databaseUrl: `mysql://x@127.0.0.1:${port}/x` }, { limitMs: 400 })
  await expect(hung.ping()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  const away = openDatabase({ databaseUrl: 'mysql://x@127.0.0.1:1/x' })
  await expect(away.ping()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  opened.push(hung, away)
  silent.close()
})

test('a transaction that fails leaves nothing, and its connection is clean', async () => {
  const { db } = await aDatabase({ connections: 1 })
  const failing = db.transaction(async (tx) => {
    await tx.insert(outbox).values({ ...row, payload: {} })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await db.select().from(outbox)).toEqual([])
})

test('of two transactions that wait for each other one begins again, both are done, and a short line says so', async () => {
  const lines: [object, string?][] = []
  const { db } = await aDatabase({ log: { warn: (...line: [object, string?]) => void lines.push(line) } })
  await db.insert(outbox).values(['one', 'other'].map((jobId) => ({ ...row, jobId, payload: {} })))
  const holding = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const both = holding.map(({ promise }) => promise)
  const countUp = (tx: Tx, jobId: string) =>
    tx
      .update(outbox)
      .set({ attempts: sql`${outbox.attempts} + 1` })
      .where(eq(outbox.jobId, jobId))
  const inTurn = (jobIds: string[], at: number) =>
    db.transaction(async (tx) => {
      await countUp(tx, jobIds[at] ?? '')
      holding[at]?.resolve()
      await Promise.all(both)
      await countUp(tx, jobIds[1 - at] ?? '')
    })
  await Promise.all([inTurn(['one', 'other'], 0), inTurn(['one', 'other'], 1)])
  expect((await db.select().from(outbox)).map(({ attempts }) => attempts)).toEqual([2, 2])
  expect(lines).toEqual([[{ statement: 'update outbox', tries: 1 }, 'deadlock: transaction rolled back, retrying']])
})

test('rows that a prepared statement adds are those of a plain one: defaults, nothing, many at once, in any transaction', async () => {
  const { db } = await aDatabase({ connections: 1 })
  const add = insertInto(outbox)
  const given = { ...row, payload: { name: '𠮷野' } }
  await add(db, given)
  for (const jobId of ['k', 'm']) {
    await db.transaction((tx) => add(tx, { ...given, jobId }, { ...given, jobId: `${jobId}2`, doneAt: row.createdAt }))
  }
  const [plain, ...others] = await db.select().from(outbox).orderBy(outbox.id)
  expect(plain).toMatchObject({ ...given, relayedAt: null, doneAt: null, attempts: 0, lastError: null })
  expect(others.map(({ jobId, doneAt }) => [jobId, doneAt])).toEqual([
    ['k', null],
    ['k2', row.createdAt],
    ['m', null],
    ['m2', row.createdAt],
  ])
})

test('a transaction whose connection is lost fails by that, and the next one has another', async () => {
  const { db } = await aDatabase({ connections: 1 })
  const lost = db.transaction((tx) => tx.execute(sql`KILL CONNECTION_ID()`))
  await expect(lost).rejects.toThrow(/KILL/)
  await db.transaction((tx) => tx.insert(outbox).values({ ...row, payload: {} }))
  expect(await db.select().from(outbox)).toHaveLength(1)
})
