import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyOf } from '../../../../src/tickets/clocks/limits.ts'
import type { TicketEvent } from '../../../../src/tickets/life/ticket.ts'
import type { By } from '../../../../src/tickets/records/rows.ts'
import { tickets } from '../../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../../src/tickets/records/store.ts'
import { aJobsWorld, type JobsWorld } from '../../jobs.ts'
import { aMatter, aPerson, loadBasics, timing, unit } from '../world.ts'

/** The profile of limits that a ticket keeps. */

let world: JobsWorld
let dispatcher: NonNullable<By>
let clerk: NonNullable<By>

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  dispatcher = await aPerson(world.db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
})
afterAll(() => world.close())

/** In force: other limits than those of `default.yaml`. */
const other = { ...timing, limits: { ...timing.limits, profile: 'other', version: 3 }, others: [timing.limits] }

async function aTicket(): Promise<string> {
  const made = await createTicket(
    world.db,
    aMatter(),
    { kind: 'register' },
    { by: null, now: world.clock.now, timing: other },
  )
  if (!made.ok) throw new Error(made.refusal.code)
  return made.number
}
async function act(number: string, event: TicketEvent, by: By): Promise<void> {
  const done = await actOnTicket(world.db, number, event, null, { by, now: world.clock.now, timing: other })
  if (!done.ok) throw new Error(`${event.kind}: ${done.refusal.code}`)
}
const keyIn = async (number: string): Promise<string | null | undefined> =>
  (await world.db.select({ key: tickets.limitsKey }).from(tickets).where(eq(tickets.number, number)))[0]?.key

const sent = { lead: unit('cgj'), coUnits: [], reason: '市管道路' }
const dispatch: TicketEvent = { kind: 'dispatch', ...sent, ruleKey: null, returnBy: null }
const answer = { publicReply: '已修', internalReply: '换灯', missingParts: undefined }

async function handled(number: string): Promise<void> {
  await act(number, { kind: 'sign' }, clerk)
  await act(number, { kind: 'reply', ...answer }, clerk)
  await act(number, { kind: 'close' }, dispatcher)
}

test('is that in force when it first goes to a unit, by whatever step', async () => {
  const [dispatched, designated] = [await aTicket(), await aTicket()]
  expect(await keyIn(dispatched)).toBeNull()
  await act(dispatched, dispatch, dispatcher)
  await act(designated, { kind: 'designate', ...sent }, null)
  expect([await keyIn(dispatched), await keyIn(designated)]).toEqual(['other.3', 'other.3'])
  // One that was closed before tickets kept it begins its next round under what is in force then.
  await handled(dispatched)
  await world.db.update(tickets).set({ limitsKey: null }).where(eq(tickets.number, dispatched))
  await act(dispatched, { kind: 'reopen', note: '补充了照片', lead: null }, dispatcher)
  expect(await keyIn(dispatched)).toBe('other.3')
})

test('is the only one that there was, for what was dispatched before tickets kept it', async () => {
  const [waiting, open, closed, known] = [await aTicket(), await aTicket(), await aTicket(), await aTicket()]
  for (const number of [open, closed, known]) await act(number, dispatch, dispatcher)
  await handled(closed)
  for (const number of [open, closed]) {
    await world.db.update(tickets).set({ limitsKey: null }).where(eq(tickets.number, number))
  }
  const file = resolve(import.meta.dirname, '../../../../migrations/0040_limits_of_old_dispatches.sql')
  await world.db.execute(sql.raw(await readFile(file, 'utf8')))
  expect(await Promise.all([waiting, open, closed, known].map(keyIn))).toEqual([
    ...[null, keyOf(timing.limits), null],
    'other.3',
  ])
})
