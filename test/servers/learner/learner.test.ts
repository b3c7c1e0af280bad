import { asc, eq, inArray, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { LearnerStanding, LearnerSuggestion } from '../../../src/learner/api.ts'
import { learnerModels, learnerOutcomes } from '../../../src/learner/schema.ts'
import { learnSome } from '../../../src/learner/train.ts'
import type { Db } from '../../../src/platform/database/database.ts'
import { openDatabase } from '../../../src/platform/database/database.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import type { UnitCode } from '../../../src/platform/types.ts'
import { tickets } from '../../../src/tickets/records/schema.ts'
import { seeded, until } from '../tools/seed/world.ts'
import { aWeb } from '../web/world.ts'

const dayMs = 86_400_000
const log = createLogger('test', 'fatal')

/** So many closed tickets are closed again after `from`, as if people had dispatched them. */
async function closedByHand(db: Db, most: number, from: number, lead?: UnitCode): Promise<void> {
  const rows = await db
    .select({ id: tickets.id })
    .from(tickets)
    .where(sql`${tickets.state} = 'CLOSED' AND ${tickets.leadUnit} IS NOT NULL AND ${tickets.type} <> 'REPORT'
      AND NOT ${tickets.isConfidential} AND NOT ${tickets.isAnonymous}`)
    .orderBy(asc(tickets.id))
    .limit(most)
  const ids = rows.map(({ id }) => id)
  expect(ids).toHaveLength(most)
  await db
    .update(tickets)
    .set({ ruleKey: null, closedAt: from, ...(lead ? { leadUnit: lead } : {}) })
    .where(inArray(tickets.id, ids))
}

test('it is trained on closed tickets, agrees with the dispatchers, and switches itself off when it does not', async () => {
  const world = await aWeb()
  const { db } = world
  const filling = openDatabase({ databaseUrl: world.settings.databaseUrl }, { limitMs: 120_000 })
  await seeded(filling, { tickets: 3_000 })
  await filling.close()
  await world.person('dispatcher', ['DISPATCHER'])
  await world.person('cgj', ['CLERK'])
  const [dispatcher, clerk] = [await world.logIn('dispatcher'), await world.logIn('cgj')]
  let now = until
  const learn = () => learnSome({ db, now: () => now, log })
  const standing = async (): Promise<LearnerStanding> => (await world.get('/api/learner', dispatcher)).json()
  const ask = { text: '小区门口的路灯不亮了好几天', place: '英雄路', countyCode: '140403' }
  const suggestion = async (): Promise<LearnerSuggestion> => {
    // The role keeps what it knows for half a minute.
    world.wait(60_000)
    return (await world.post('/api/learner/suggestion', dispatcher, ask)).json()
  }
  expect(await suggestion()).toEqual({ unit: null, sureness: null, version: null })

  // Two processes at once: one of them trains.
  await Promise.all([learn(), learn()])
  const models = await db.select().from(learnerModels)
  expect(models.map(({ version, state }) => [version, state])).toEqual([[1, 'READY']])
  // Some four closed tickets for each of two hundred matters; by chance it would be one in fifty.
  expect(models[0]?.heldOut).toBeGreaterThan(0.5)
  expect(await suggestion()).toMatchObject({ unit: { code: 'luzhou' }, version: 1 })
  expect(await standing()).toMatchObject({ isOn: true, of: 0, model: { version: 1 }, months: [] })

  now += dayMs / 2
  await closedByHand(db, 120, until + dayMs / 4)
  await learn()
  const agreeing = await standing()
  expect(agreeing).toMatchObject({ isOn: true, model: { version: 1 } })
  expect(agreeing.of).toBeGreaterThan(100)
  expect(agreeing.agreed).toBeGreaterThan(0.8 * agreeing.of)
  // Compared once, however often it is looked at.
  await learn()
  expect((await standing()).of).toBe(agreeing.of)

  // From now on dispatchers send all of it elsewhere.
  await db.delete(learnerOutcomes)
  await closedByHand(db, 400, until + (3 * dayMs) / 8, 'mhjc' as UnitCode)
  await learn()
  const off = await standing()
  expect(off).toMatchObject({ isOn: false, of: 200 })
  expect(off.agreed).toBeLessThan(160)
  expect(off.months).toHaveLength(1)
  expect(await suggestion()).toEqual({ unit: null, sureness: null, version: null })

  // The next day's training makes another version; it has to earn its word first.
  now += dayMs
  await learn()
  expect(await standing()).toMatchObject({ isOn: false, model: { version: 2 } })
  expect((await db.select().from(learnerModels).where(eq(learnerModels.version, 2)))[0]?.state).toBe('READY')

  expect((await world.get('/api/learner', clerk)).json().code).toBe('access.denied')
  expect((await world.post('/api/learner/suggestion', clerk, ask)).json().code).toBe('access.denied')
}, 120_000)
