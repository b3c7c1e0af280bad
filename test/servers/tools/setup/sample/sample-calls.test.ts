import { asc } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { dayNumberOf, dayOf, hourMs, startOfDayNumber } from '../../../../../src/calendar/days.ts'
import { callbacks, callSegments, calls } from '../../../../../src/calls/records/schema.ts'
import { callSurveys } from '../../../../../src/calls/survey/schema.ts'
import { agents } from '../../../../../src/floor/agents/schema.ts'
import { openDatabase } from '../../../../../src/platform/database/database.ts'
import { loadSampleCalls } from '../../../../../src/tools/setup/sample/sample-calls.ts'
import { aPerson, monday } from '../../../tickets/world.ts'
import { site } from '../../../web/world.ts'
import { freshDatabaseUrl } from '../../../world.ts'

const said: [string, string][] = []
const parts = {
  ...{ site: { ...site, survey: { scale: 3 as const, minTalkMs: 10_000, linkEveryDays: 7 } }, node: 'node-1' },
  speak: async (name: string, words: string) => {
    said.push([name, words])
  },
}

test('a fresh sample has calls of yesterday and of today, with agents who answered and callers to call back', async () => {
  const { db, close } = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  onTestFinished(close)
  expect(await loadSampleCalls(db, parts, monday)).toBe(0)
  for (const number of ['1001', '1002']) {
    const { id } = await aPerson(db, number, 'AGENT')
    await db.insert(agents).values({ userId: id, number, stateSince: monday })
  }
  const now = monday + 6 * hourMs
  const added = await loadSampleCalls(db, parts, now)
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
  // One of them is a message that can be played: its sound was made where its row says.
  const [message, ...more] = todo.filter(({ reason }) => reason === 'MESSAGE')
  expect(more).toEqual([])
  expect(said).toEqual([[message?.fileName?.replace(/\.wav$/, ''), expect.stringContaining('路灯')]])

  // Nobody is asked to rate a call that nobody made.
  expect(await db.select().from(callSurveys)).toEqual([])

  expect(await loadSampleCalls(db, parts, now)).toBe(0)
})

test.each([
  [5, 0],
  [20, 1],
  [90, 4],
])('at %i minutes past midnight there are %i calls of today', async (minutes, wanted) => {
  const { db, close } = openDatabase({ databaseUrl: await freshDatabaseUrl() })
  onTestFinished(close)
  const midnight = startOfDayNumber(dayNumberOf(monday))
  const { id } = await aPerson(db, '1001', 'AGENT')
  await db.insert(agents).values({ userId: id, number: '1001', stateSince: monday })
  const now = midnight + minutes * 60_000
  await loadSampleCalls(db, { site, node: 'node-1' }, now)
  const rows = await db.select().from(calls)
  expect(rows.filter(({ arrivedAt }) => arrivedAt >= midnight)).toHaveLength(wanted)
  expect(rows.every(({ endedAt }) => endedAt !== null && endedAt < now)).toBe(true)
})
