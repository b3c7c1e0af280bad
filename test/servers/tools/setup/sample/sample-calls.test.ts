import { asc } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { dayOf, hourMs } from '../../../../../src/calendar/days.ts'
import { callbacks, callSegments, calls } from '../../../../../src/calls/records/schema.ts'
import { agents } from '../../../../../src/floor/agents/schema.ts'
import { openDatabase } from '../../../../../src/platform/database/database.ts'
import { loadSampleCalls } from '../../../../../src/tools/setup/sample/sample-calls.ts'
import { aPerson, monday } from '../../../tickets/world.ts'
import { site } from '../../../web/world.ts'
import { freshDatabaseUrl } from '../../../world.ts'

test('a fresh sample has calls of yesterday and of today, with agents who answered and callers to call back', async () => {
  const { db, close } = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  onTestFinished(close)
  expect(await loadSampleCalls(db, site, 'node-1', monday)).toBe(0)
  for (const number of ['1001', '1002']) {
    const { id } = await aPerson(db, number, 'AGENT')
    await db.insert(agents).values({ userId: id, number, stateSince: monday })
  }
  const now = monday + 6 * hourMs
  const added = await loadSampleCalls(db, site, 'node-1', now)
  const rows = await db.select().from(calls).orderBy(asc(calls.id))
  expect(rows).toHaveLength(added)
  const days = Map.groupBy(rows, ({ arrivedAt }) => dayOf(arrivedAt))
  expect([...days.keys()]).toEqual([dayOf(now - 24 * hourMs), dayOf(now)])
  for (const day of days.values()) {
    expect(day.length).toBeGreaterThan(10)
    const answered = day.filter(({ outcome }) => outcome === 'ANSWERED').length
    expect(answered / day.length).toBeGreaterThan(0.7)
    expect(answered).toBeLessThan(day.length)
  }
  expect(new Set(rows.map(({ lineId }) => lineId)).size).toBeGreaterThan(1)
  expect(new Set(rows.map(({ agentId }) => agentId)).size).toBe(3)
  expect(rows.every(({ endedAt, state }) => endedAt !== null && endedAt < now && state === null)).toBe(true)
  // Nobody has such a number.
  expect(rows.every(({ callerNumber }) => /^\+86154\d{8}$/.test(callerNumber ?? ''))).toBe(true)
  const segments = await db.select().from(callSegments)
  expect(segments.every(({ startedAt, endedAt }) => endedAt !== null && endedAt >= startedAt)).toBe(true)
  const todo = await db.select().from(callbacks)
  expect(todo.filter(({ status }) => status === 'TO_CALL_BACK').length).toBeGreaterThan(1)

  expect(await loadSampleCalls(db, site, 'node-1', now)).toBe(0)
})
