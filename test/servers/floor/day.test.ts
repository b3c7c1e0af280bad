import { sql } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { callSegments, type calls } from '../../../src/calls/records/schema.ts'
import { countCalls, readDay } from '../../../src/floor/day.ts'
import { connectRate, noCalls, within15sRate } from '../../../src/floor/figures.ts'
import type { Instant } from '../../../src/platform/types.ts'
import { aWeb, type World } from '../web/world.ts'

const at = (text: string): Instant => Date.parse(`${text}+08:00`)
const second = 1_000

async function aCall(world: World, arrivedAt: Instant, change: Partial<typeof calls.$inferInsert>) {
  return world.call({ id: ulid() as never, arrivedAt, ...change })
}

/** As its closed record has it: in the line after 4 s, gone after so long there. */
async function left(world: World, arrivedAt: Instant, waitedMs: number, outcome: 'LEFT_QUEUE' | 'LEFT_AT_OFFER') {
  const queuedAt = arrivedAt + 4 * second
  const endedAt = queuedAt + waitedMs
  const id = await aCall(world, arrivedAt, { queuedAt, endedAt: endedAt + 3 * second, outcome, endedBy: 'CALLER' })
  const kinds = outcome === 'LEFT_QUEUE' ? (['WAITING'] as const) : (['WAITING', 'OFFER'] as const)
  for (const [seq, kind] of kinds.entries()) {
    await world.db.insert(callSegments).values({ id: ulid(), callId: id, seq, kind, startedAt: queuedAt, endedAt })
  }
}

const answered = (world: World, arrivedAt: Instant, waitedMs: number, isOver = true) =>
  aCall(world, arrivedAt, {
    queuedAt: arrivedAt + 4 * second,
    answeredAt: arrivedAt + 4 * second + waitedMs,
    ...(isOver ? { endedAt: arrivedAt + 100 * second, outcome: 'ANSWERED' as const } : {}),
  })

test('calls are counted by when they came to the line, across midnight in Shanghai, and those that go on as they are', async () => {
  const world = await aWeb()
  const now = at('2026-11-24T09:00:00')
  // Yesterday, before and after the same time of day.
  await answered(world, at('2026-11-23T08:00:00'), 10 * second)
  await left(world, at('2026-11-23T08:30:00'), 20 * second, 'LEFT_QUEUE')
  await answered(world, at('2026-11-23T20:00:00'), 40 * second)
  // Dialled before midnight, in the line after it: today's.
  await answered(world, at('2026-11-23T23:59:58'), 9 * second)
  // In the line before midnight, answered after it: yesterday's.
  await answered(world, at('2026-11-23T23:59:50'), 14 * second)
  // Today.
  await left(world, at('2026-11-24T00:10:00'), 4_999, 'LEFT_QUEUE')
  await left(world, at('2026-11-24T00:11:00'), 5_000, 'LEFT_AT_OFFER')
  await answered(world, at('2026-11-24T00:12:00'), 15_000)
  await answered(world, at('2026-11-24T00:13:00'), 15_001)
  await answered(world, now - 60 * second, 2 * second, false)
  await aCall(world, at('2026-11-24T00:14:00'), { endedAt: at('2026-11-24T00:14:03'), outcome: 'LEFT_BEFORE_QUEUE' })
  await aCall(world, at('2026-11-24T00:15:00'), {
    queuedAt: at('2026-11-24T00:15:04'),
    endedAt: at('2026-11-24T00:15:20'),
    outcome: 'PLATFORM_LOST',
  })
  // In the line now, for 10 s and for 20 s; and one whose greeting plays.
  await aCall(world, now - 14 * second, { queuedAt: now - 10 * second })
  await aCall(world, now - 24 * second, { queuedAt: now - 20 * second })
  await aCall(world, now - second, {})
  // Three days ago: not counted.
  await answered(world, at('2026-11-21T09:00:00'), second)

  const day = await readDay(world.db, now)
  expect(day.today).toEqual({
    arrived: 10,
    offered: 9,
    answered: 4,
    answeredWithin15s: 3,
    waitedMs: 9_000 + 15_000 + 15_001 + 2_000,
    leftShort: 1,
    gaveUp: 1,
    notAnswered: 1,
    waiting: 2,
    waitingLong: 1,
  })
  expect(day.yesterday).toEqual({
    ...noCalls,
    arrived: 2,
    offered: 2,
    answered: 1,
    answeredWithin15s: 1,
    waitedMs: 10_000,
    gaveUp: 1,
  })
  expect(day.last24h).toMatchObject({ arrived: 13, offered: 11, answered: 6 })
  expect(day.before24h).toEqual(day.yesterday)
  expect(connectRate(day.today)).toBe(4 / (9 - 1 - 2))
  expect(within15sRate(day.today)).toBe(3 / (9 - 1 - 1))
})

test('a call that Asterisk’s own queue had was in the line from there', async () => {
  const world = await aWeb()
  const now = at('2026-11-24T09:00:00')
  const arrivedAt = now - 600 * second
  const takenAt = arrivedAt + 6 * second
  const ended = { arrivedAt, endedAt: takenAt + 90 * second }
  const one = await aCall(world, arrivedAt, {
    ...ended,
    answeredAt: takenAt + 12 * second,
    outcome: 'FALLBACK_ANSWERED',
  })
  const other = await aCall(world, arrivedAt, { ...ended, outcome: 'FALLBACK_MESSAGE' })
  for (const callId of [one, other]) {
    const endedAt = ended.endedAt
    await world.db
      .insert(callSegments)
      .values({ id: ulid(), callId, seq: 1, kind: 'FALLBACK', startedAt: takenAt, endedAt })
  }
  const { today } = await readDay(world.db, now)
  expect(today).toMatchObject({ offered: 2, answered: 1, answeredWithin15s: 1, waitedMs: 12_000, notAnswered: 1 })
})

test('counting walks the index of arrivals, and reads no stage of a call that was answered', async () => {
  const world = await aWeb()
  const statements: string[] = []
  const now = at('2026-11-24T09:00:00')
  const spy = new Proxy(world.db, {
    get: (db, key) =>
      key === 'execute'
        ? (statement: ReturnType<typeof sql>) => {
            statements.push('seen')
            return db.execute(sql`EXPLAIN ${statement}`).then(([rows]) => {
              plan = rows as unknown as { table: string; key: string | null }[]
              return [[], []]
            })
          }
        : Reflect.get(db, key),
  })
  let plan: { table: string; key: string | null }[] = []
  await countCalls(spy, [now - 86_400_000, now], now)
  expect(statements).toHaveLength(1)
  expect(plan.map(({ table, key }) => `${table} ${key}`)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/calls calls_arrived/),
      expect.stringMatching(/^s call_segments_order/),
    ]),
  )
})
