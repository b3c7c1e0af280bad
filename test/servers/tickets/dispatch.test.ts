import { resolve } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { requireSeeds } from '../../../src/catalogue/load.ts'
import { catalogueRules } from '../../../src/catalogue/schema.ts'
import { syncSeeds } from '../../../src/catalogue/store.ts'
import type { Db } from '../../../src/platform/database/database.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import type { CategoryCode } from '../../../src/platform/types.ts'
import { dispatchByCatalogue, openDispatch } from '../../../src/tickets/clockwork/jobs.ts'
import type { NewTicket } from '../../../src/tickets/records/rows.ts'
import { ticketEvents, tickets } from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { until } from '../web/world.ts'
import { aMatter, aPerson, monday, timing, unit } from './world.ts'

const seeds = requireSeeds(resolve(import.meta.dirname, '../../../config'))

let world: JobsWorld
let db: Db

beforeAll(async () => {
  world = await aJobsWorld()
  db = world.db
  await syncSeeds(db, seeds, monday)
})
afterEach(() => world.rest())
afterAll(() => world.close())

async function create(change: Partial<NewTicket> = {}): Promise<string> {
  const outcome = await createTicket(db, aMatter(change), { kind: 'register' }, { by: null, now: monday, timing })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.number
}

async function rowOf(number: string) {
  const [row] = await db.select().from(tickets).where(eq(tickets.number, number))
  return row
}

/** When the announcements of this queue were done, null for those that wait. */
async function doneOf(queue: string) {
  const rows = await db.select({ at: outbox.doneAt }).from(outbox).where(eq(outbox.queue, queue))
  return rows.map(({ at }) => at)
}

test('a new ticket finds its unit by way of the outbox, once, whatever number of workers there is', async () => {
  const { relay, redis } = world
  for (let i = 0; i < 2; i += 1) world.run(openDispatch(world.working(world.parts)))
  const numbers = await Promise.all(Array.from({ length: 12 }, () => create()))
  await relay.moveOnce(monday)
  await until(
    () => db.select().from(tickets).where(eq(tickets.state, 'DISPATCHED')),
    (rows) => rows.length === numbers.length,
  )
  expect(await doneOf('dispatch')).toEqual(numbers.map(() => monday))
  // As after a relay that died before it marked its rows, and a Redis that forgot which jobs it had.
  await redis.flushdb()
  await db.update(outbox).set({ relayedAt: null })
  expect(await relay.moveOnce(monday)).toBe(2 * numbers.length)
  for (const number of numbers) expect(await dispatchByCatalogue(world.parts, number)).toBe('settled')
  expect(await db.select().from(ticketEvents)).toHaveLength(2 * numbers.length)
  expect(await rowOf(numbers[0] ?? '')).toMatchObject({
    leadUnit: 'luzhou',
    ruleKey: 'city-management',
    dispatchReason: '属地管理优先：城市管理实行属地管理（规则：城市管理）',
    version: 2,
  })
})

test('a ticket that no rule fits waits for a dispatcher, with the reason', async () => {
  const number = await create({ categoryCode: '200101' as CategoryCode })
  expect(await dispatchByCatalogue(world.parts, number)).toBe('left')
  expect(await rowOf(number)).toMatchObject({
    state: 'REGISTERED',
    inboxMark: 'NO_RULE',
    dispatchReason: expect.stringContaining('没有适用的规则'),
  })
  expect(await dispatchByCatalogue(world.parts, number)).toBe('settled')
})

test('a ticket for which the agent asks another unit waits for a dispatcher, with both reasons', async () => {
  const suggestion = { suggestedUnit: unit('rsj'), suggestedReason: '来电人说归人社' }
  const number = await create(suggestion)
  expect(await dispatchByCatalogue(world.parts, number)).toBe('left')
  expect(await rowOf(number)).toMatchObject({
    ...suggestion,
    state: 'REGISTERED',
    inboxMark: 'AGENT_ASKS',
    dispatchReason: expect.stringMatching(
      /^话务员建议派.*人力资源.*：来电人说归人社。目录：.*潞州.*（规则：城市管理）$/,
    ),
  })
  const same = await create({ suggestedUnit: unit('luzhou'), suggestedReason: '属地' })
  expect(await dispatchByCatalogue(world.parts, same)).toBe('dispatched')
})

test('a ticket across the border of the city goes to the province', async () => {
  const number = await create({ isCrossCity: true })
  expect(await dispatchByCatalogue(world.parts, number)).toBe('dispatched')
  expect(await rowOf(number)).toMatchObject({ leadUnit: 'province', ruleKey: null })
})

test('a dispatch and that its announcement is done are one change: neither is there without the other', async () => {
  const number = await create()
  const [announced] = await db.select().from(outbox)
  const event = { kind: 'queue', mark: 'NO_RULE', reason: '无规则' } as const
  const request = { by: null, now: monday, timing, outboxId: announced?.id }
  expect((await actOnTicket(db, number, event, 7, request)).ok).toBe(false)
  expect(await doneOf('dispatch')).toEqual([null])
  await dispatchByCatalogue(world.parts, number, announced?.id)
  expect(await doneOf('dispatch')).toEqual([monday])
})

test('what a dispatcher has decided meanwhile is left alone', async () => {
  const dispatcher = await aPerson(db, 'dispatcher', 'DISPATCHER')
  const number = await create()
  const by = { by: dispatcher, now: monday, timing }
  const byHand = {
    kind: 'dispatch' as const,
    lead: unit('cgj'),
    coUnits: [],
    ruleKey: null,
    reason: '市管',
    returnBy: null,
  }
  await actOnTicket(db, number, byHand, 1, by)
  expect(await dispatchByCatalogue(world.parts, number)).toBe('settled')
  expect(await rowOf(number)).toMatchObject({ leadUnit: 'cgj', version: 2 })
})

test('a rule that was ended no longer sends anything, at once', async () => {
  await db.update(catalogueRules).set({ effectiveTo: '2026-11-22' }).where(eq(catalogueRules.key, 'city-management'))
  expect(await dispatchByCatalogue(world.parts, await create())).toBe('left')
})
