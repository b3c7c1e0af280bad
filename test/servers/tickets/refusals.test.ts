import { count, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { syncCalendar } from '../../../src/calendar/store.ts'
import type { TicketId } from '../../../src/platform/types.ts'
import {
  type Actor,
  barTo,
  type Capacity,
  type EventKind,
  eventKinds,
  type FirstEvent,
  stepOf,
  type TicketEvent,
  type TicketState,
  ticketStates,
} from '../../../src/tickets/life/ticket.ts'
import { termsIn } from '../../../src/tickets/lists/detail-parts.ts'
import { findTicket, machineIn } from '../../../src/tickets/lists/reads.ts'
import type { By } from '../../../src/tickets/records/rows.ts'
import {
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  tickets,
  ticketTasks,
} from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { ticketTellings } from '../../../src/tickets/telling/schema.ts'
import { randomOf } from '../../../src/tools/seed/random.ts'
import { eventFor } from '../../unit/tickets/life/walk.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, aPerson, calendarYears, loadBasics, monday, timing, unit } from './world.ts'

/** Steps that a state does not allow, on real tickets: each is refused in words, and nothing is written. */

let world: JobsWorld
let people: NonNullable<By>[] = []
let [agent, dispatcher, clerk, callback]: NonNullable<By>[] = []

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  await syncCalendar(world.db, calendarYears, monday)
  agent = await aPerson(world.db, 'agent', 'AGENT')
  dispatcher = await aPerson(world.db, 'dispatcher', 'DISPATCHER')
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
  callback = await aPerson(world.db, 'callback', 'CALLBACK')
  people = [agent, dispatcher, clerk, callback]
})
afterAll(() => world.close())

const actorFor: Record<Capacity, () => By> = {
  ...{ HOTLINE: () => agent ?? null, DISPATCHER: () => dispatcher ?? null, FOLLOW_UP: () => callback ?? null },
  ...{ LEAD_UNIT: () => clerk ?? null, UNIT_IN_CHARGE: () => clerk ?? null, PART_UNIT: () => clerk ?? null },
  SYSTEM: () => null,
}

const words = { publicReply: '已修复', internalReply: '换灯头' }
const toUnit: TicketEvent = {
  kind: 'dispatch',
  lead: unit('cgj'),
  coUnits: [],
  ruleKey: null,
  reason: '属地',
  returnBy: null,
}
const answer: FirstEvent = { kind: 'answer', publicReply: '八点半', isKnowledge: false }
const signed: [TicketEvent, () => By][] = [
  [toUnit, () => dispatcher ?? null],
  [{ kind: 'sign' }, () => clerk ?? null],
]
const closed: typeof signed = [
  ...signed,
  [{ kind: 'reply', ...words }, () => clerk ?? null],
  [{ kind: 'close' }, () => dispatcher ?? null],
]

/** The way into each state that a ticket can be in. */
const ways: Partial<Record<TicketState, [FirstEvent, typeof signed]>> = {
  PENDING_REVIEW: [{ kind: 'submit' }, []],
  REGISTERED: [{ kind: 'register' }, []],
  DISPATCHED: [{ kind: 'register' }, signed.slice(0, 1)],
  SIGNED: [{ kind: 'register' }, signed],
  REPLIED: [{ kind: 'register' }, closed.slice(0, 3)],
  CLOSED: [{ kind: 'register' }, closed],
  ARCHIVED: [{ kind: 'register' }, [...closed, [{ kind: 'archive' }, () => null]]],
  DIRECT_CLOSED: [answer, []],
  CLASSIFIED: [{ kind: 'classify', reason: 'N12', act: 'EXPLAIN', note: '民事纠纷，建议诉讼' }, []],
  HANDED_OVER: [{ kind: 'hand-over', to: '119', note: '已移交' }, []],
  VOIDED: [{ kind: 'register' }, [[{ kind: 'void', reason: 'MISTAKE', note: '误登' }, () => dispatcher ?? null]]],
  AT_PROVINCE: [{ kind: 'register' }, [[{ kind: 'escalate', note: '跨市' }, () => dispatcher ?? null]]],
}

async function ticketIn([first, steps]: [FirstEvent, typeof signed]): Promise<{ id: TicketId; number: string }> {
  const now = monday
  const made = await createTicket(world.db, aMatter({ type: 'CONSULT' }), first, { by: agent ?? null, now, timing })
  if (!made.ok) throw new Error(made.refusal.detail)
  for (const [event, by] of steps) {
    const done = await actOnTicket(world.db, made.number, event, null, { by: by(), now, timing })
    if (!done.ok) throw new Error(`${event.kind}: ${done.refusal.detail}`)
  }
  return made
}

/** Everything that hangs on a ticket, as it lies there. */
async function writtenOf(id: TicketId): Promise<string> {
  const rows = await Promise.all([
    world.db.select().from(tickets).where(eq(tickets.id, id)),
    world.db.select().from(ticketTasks).where(eq(ticketTasks.ticketId, id)),
    world.db.select().from(ticketRequests).where(eq(ticketRequests.ticketId, id)),
    world.db.select().from(ticketDeadlines).where(eq(ticketDeadlines.ticketId, id)),
    world.db.select().from(ticketTellings).where(eq(ticketTellings.ticketId, id)),
    world.db.select({ events: count() }).from(ticketEvents).where(eq(ticketEvents.ticketId, id)),
  ])
  return JSON.stringify(rows.map((of) => (of as object[]).map((row) => JSON.stringify(row)).sort()))
}

test('more than 200 pairs of state and step are refused, each in words, and nothing of them is written', async () => {
  const pairs = new Set<string>()
  const wordless: string[] = []
  for (const [state, way] of Object.entries(ways) as [TicketState, [FirstEvent, typeof signed]][]) {
    const { id, number } = await ticketIn(way)
    const before = await writtenOf(id)
    expect(JSON.parse(JSON.parse(before)[0][0]).state).toBe(state)
    // Every third of them from each state: each step from a third of the states.
    for (const kind of eventKinds.filter((_, n) => (n + Object.keys(ways).indexOf(state)) % 3 === 0)) {
      if (await isOpenTo(number, kind, wordless)) continue
      pairs.add(`${state} ${kind}`)
    }
    expect(await writtenOf(id), state).toBe(before)
  }
  expect(wordless).toEqual([])
  expect(pairs.size).toBeGreaterThan(200)
  expect(Object.keys(ways).sort()).toEqual(
    ticketStates.filter((state) => state !== 'DRAFT' && state !== 'MERGED').sort(),
  )
})

/** @returns whether somebody may take it: then it is not tried. Else one of those who could elsewhere is refused */
async function isOpenTo(number: string, kind: EventKind, wordless: string[]): Promise<boolean> {
  const found = await findTicket(world.db, number)
  if (!found) throw new Error(number)
  const ticket = machineIn(found)
  const actors = [...people.map((person): Actor => ({ by: 'person', person })), { by: 'system' } as const]
  if (actors.some((actor) => barTo(actor, ticket, kind, monday, termsIn(found, timing)) === null)) return true
  const event = eventFor(randomOf(1), ticket, kind, true)
  const [capacity] = stepOf(kind).who
  const by = capacity === undefined ? null : actorFor[capacity]()
  const outcome = await actOnTicket(world.db, number, event, null, { by, now: monday, timing })
  const said = outcome.ok ? 'done' : outcome.refusal.detail
  if (!/[\u4e00-\u9fff].*。$/.test(said)) wordless.push(`${ticket.state} ${kind}: ${said}`)
  return false
}
