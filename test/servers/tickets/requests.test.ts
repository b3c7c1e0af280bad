import { and, asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syncCalendar } from '../../../src/calendar/store.ts'
import { messages } from '../../../src/messages/schema.ts'
import { keepReceipt } from '../../../src/messages/store.ts'
import { fireOverdue } from '../../../src/tickets/clockwork/sweep.ts'
import type { TicketEvent } from '../../../src/tickets/life/ticket.ts'
import type { By } from '../../../src/tickets/records/rows.ts'
import {
  attachments,
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  tickets,
} from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { ticketTellings } from '../../../src/tickets/telling/schema.ts'
import { markTold, markUntold, tellCitizen } from '../../../src/tickets/telling/sending.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, aPerson, calendarYears, loadBasics, monday, timingWithoutContact as timing, unit } from './world.ts'

/** Extension, suspension, promise, final answer and termination, with the real tables and the machine's own decisions. */

const day = 86_400_000
const endOf = (date: string) => Date.parse(`${date}T23:59:59.999+08:00`)
/** Of a request for help that is dispatched on Monday. */
const handleDueAt = endOf('2026-11-30')

let world: JobsWorld
let clerk: NonNullable<By>
let first: NonNullable<By>
let second: NonNullable<By>

beforeAll(async () => {
  world = await aJobsWorld()
  await loadBasics(world.db)
  await syncCalendar(world.db, calendarYears, monday)
  clerk = await aPerson(world.db, 'clerk', 'CLERK', 'cgj')
  first = await aPerson(world.db, 'first', 'DISPATCHER')
  second = await aPerson(world.db, 'second', 'DISPATCHER')
})
afterAll(() => world.close())

async function refusalOf(number: string, event: TicketEvent, by: By): Promise<string | null> {
  const outcome = await actOnTicket(world.db, number, event, null, { by, now: world.clock.now, timing })
  return outcome.ok ? null : outcome.refusal.code
}
async function act(number: string, event: TicketEvent, by: By): Promise<void> {
  const refused = await refusalOf(number, event, by)
  if (refused !== null) throw new Error(`${event.kind}: ${refused}`)
}

/** Signed by its unit on Monday at ten. */
async function aSignedTicket(change: Parameters<typeof aMatter>[0] = {}) {
  world.clock.now = monday
  await world.db.update(ticketDeadlines).set({ slot: null })
  const request = { by: null, now: monday, timing }
  const made = await createTicket(world.db, aMatter(change), { kind: 'register' }, request)
  if (!made.ok) throw new Error(made.refusal.code)
  const lead = { lead: unit('cgj'), coUnits: [], ruleKey: null, reason: '市管道路', returnBy: null }
  await act(made.number, { kind: 'dispatch', ...lead }, first)
  await act(made.number, { kind: 'sign' }, clerk)
  return made
}

const rowOf = async (number: string) => {
  const [row] = await world.db.select().from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error(number)
  return row
}
const clockOf = async (ticketId: string, clock: string) => {
  const rows = await world.db
    .select()
    .from(ticketDeadlines)
    .where(eq(ticketDeadlines.ticketId, ticketId as never))
  return rows.find((row) => row.clock === clock)
}
const tellingsOf = (ticketId: string) =>
  world.db
    .select()
    .from(ticketTellings)
    .where(eq(ticketTellings.ticketId, ticketId as never))

const extend: TicketEvent = { kind: 'extend', amount: 4, note: '等待材料' }

describe('an extension', () => {
  it('is counted from the old due date, may be granted for less, and is told to the citizen', async () => {
    const { id, number } = await aSignedTicket()
    await act(number, extend, clerk)
    // The unit's own clock is what its row shows, not the decision.
    expect(await rowOf(number)).toMatchObject({ nextDueAt: handleDueAt, limitsKey: 'default.1' })
    expect(await clockOf(id, 'DECIDE_EXT')).toMatchObject({ slot: 1, dueAt: Date.parse('2026-11-23T16:30:00+08:00') })
    expect(await refusalOf(number, extend, clerk)).toBe('ticket.request-pending')
    expect(await refusalOf(number, { kind: 'grant-extension', amount: 5 }, first)).toBe('ticket.request-too-long')
    await act(number, { kind: 'grant-extension', amount: 3 }, first)
    expect(await rowOf(number)).toMatchObject({ handleDueAt: endOf('2026-12-03'), nextDueAt: endOf('2026-12-03') })
    expect(await clockOf(id, 'HANDLE')).toMatchObject({ allowed: '5 wd+3 wd', slot: 1, overdueAt: null })
    expect(await tellingsOf(id)).toMatchObject([{ words: expect.stringContaining('2026年12月3日'), toldAt: null }])
    expect(await refusalOf(number, extend, clerk)).toBe('ticket.extension-exhausted')
  })

  it('is told to the citizen by a message to a mobile telephone, once; to a hidden caller by a person', async () => {
    const inbox = () => world.db.select().from(messages).where(eq(messages.kind, 'TELLING')).orderBy(asc(messages.id))
    const parts = { db: world.db, siteName: '长治12345', now: () => world.clock.now }
    const granted = async (change: Parameters<typeof aMatter>[0] = {}) => {
      const { id, number } = await aSignedTicket(change)
      await act(number, extend, clerk)
      await act(number, { kind: 'grant-extension', amount: 3 }, first)
      const { version: seq } = await rowOf(number)
      return { ticketId: id, seq, number }
    }
    const open = await granted()
    expect([await tellCitizen(parts, open), await tellCitizen(parts, open)]).toEqual([true, false])
    const [message, ...more] = await inbox()
    expect(more).toEqual([])
    expect(message).toMatchObject({ toNumber: '13912345678', text: expect.stringContaining('2026年12月3日') })
    expect(message?.text).toContain(open.number)
    // On its way.
    expect(await tellingsOf(open.ticketId)).toMatchObject([{ toldAt: null, toldBy: 'SMS' }])
    await markTold(world.db, { dedupeKey: message?.dedupeKey ?? '' }, monday + 60_000)
    expect(await tellingsOf(open.ticketId)).toMatchObject([{ toldAt: monday + 60_000, toldBy: 'SMS' }])
    // Another kind of message has nothing to mark.
    await markTold(world.db, { dedupeKey: 'link:1' }, monday)

    // A line at home takes no message.
    const landline = { name: '李四', phone: '+863552123456', address: null }
    const withMobile = await granted({ caller: { ...landline, otherPhone: '+8613812345678' } })
    expect(await tellCitizen(parts, withMobile)).toBe(true)
    expect((await inbox()).at(-1)?.toNumber).toBe('13812345678')
    // These a person tells; nothing is written to a telephone that others may read.
    const hidden = await granted({ isConfidential: true })
    const home = await granted({ caller: landline })
    for (const one of [hidden, home]) {
      expect(await tellCitizen(parts, one)).toBe(false)
      expect(await tellingsOf(one.ticketId)).toMatchObject([{ toldAt: null, toldBy: null }])
    }
    expect(await inbox()).toHaveLength(2)

    // A message that does not arrive: a person tells, also when the receipt is here before our own mark.
    const { dedupeKey } = message ?? { dedupeKey: '' }
    const fails = () =>
      world.db.transaction(async (tx) => {
        const failed = await keepReceipt(tx, message?.id ?? 0, 'FAILED', monday)
        if (failed) await markUntold(tx, failed)
        return failed
      })
    expect(await fails()).toEqual({ dedupeKey })
    expect(await tellingsOf(open.ticketId)).toMatchObject([{ toldAt: null, toldBy: null }])
    await markTold(world.db, { dedupeKey }, monday)
    expect(await tellingsOf(open.ticketId)).toMatchObject([{ toldAt: null }])
    expect(await fails()).toBeNull()
  })

  it('is asked for in time, and within the profile', async () => {
    const { number } = await aSignedTicket()
    expect(await refusalOf(number, { ...extend, amount: 6 }, clerk)).toBe('ticket.request-too-long')
    // Four working hours before the end of Monday: the afternoon and half an hour of the morning.
    world.clock.now = Date.parse('2026-11-30T11:30:00.001+08:00')
    expect(await refusalOf(number, extend, clerk)).toBe('ticket.extension-too-late')
    world.clock.now = Date.parse('2026-11-30T11:29:00+08:00')
    expect(await refusalOf(number, extend, clerk)).toBeNull()
  })

  it('that nobody decides on is refused by the machine, as the profile says', async () => {
    const { id, number } = await aSignedTicket()
    await act(number, extend, clerk)
    world.clock.now = Date.parse('2026-11-23T16:30:00.001+08:00')
    await fireOverdue(world.parts)
    const [request] = await world.db.select().from(ticketRequests).where(eq(ticketRequests.ticketId, id))
    expect(request).toMatchObject({ decision: 'REFUSED', decidedBy: null, slot: null })
    expect(request?.decisionNote).toContain('逾期未审核')
    expect(await rowOf(number)).toMatchObject({ state: 'SIGNED', handleDueAt })
    const told = world.said.filter(({ topic }) => topic === 'ticket.changed')
    expect(told.at(-1)).toMatchObject({ message: { kind: 'refuse-extension' } })
  })

  it('that an anonymous citizen cannot be told of is told to nobody', async () => {
    const { id, number } = await aSignedTicket({ isAnonymous: true })
    await act(number, extend, clerk)
    await act(number, { kind: 'grant-extension', amount: null }, first)
    expect(await tellingsOf(id)).toEqual([])
  })
})

describe('a suspension', () => {
  const suspend: TicketEvent = { kind: 'suspend', reason: 'TESTING', until: endOf('2026-12-10'), note: '等待检测报告' }

  it('stops the clock, ends by itself, and leaves as many working days as before', async () => {
    const { id, number } = await aSignedTicket()
    await act(number, suspend, clerk)
    await act(number, { kind: 'grant-suspension' }, first)
    expect(await clockOf(id, 'HANDLE')).toMatchObject({ slot: 2, pauses: [{ from: monday, to: null }] })
    expect(await rowOf(number)).toMatchObject({ handleDueAt: null, nextDueAt: endOf('2026-12-10') })
    expect(await refusalOf(number, extend, clerk)).toBe('ticket.suspended')
    // Past its due date: a clock that stands still raises no alarm.
    world.clock.now = handleDueAt + day
    await fireOverdue(world.parts)
    expect(await clockOf(id, 'HANDLE')).toMatchObject({ overdueAt: null })
    world.clock.now = endOf('2026-12-10') + 1
    await fireOverdue(world.parts)
    // Thirteen working days stood still, 24 November to 10 December (and the instant after midnight one more).
    expect(await clockOf(id, 'HANDLE')).toMatchObject({ slot: 1, dueAt: endOf('2026-12-18') })
    expect(await rowOf(number)).toMatchObject({ state: 'SIGNED', handleDueAt: endOf('2026-12-18') })
    const [last] = await world.db
      .select()
      .from(ticketEvents)
      .where(and(eq(ticketEvents.ticketId, id), eq(ticketEvents.kind, 'resume-work')))
    expect(last).toMatchObject({ actorId: null })
  })

  it('ends when what was waited for has happened, or with the answer', async () => {
    const { id, number } = await aSignedTicket()
    await act(number, suspend, clerk)
    await act(number, { kind: 'grant-suspension' }, first)
    world.clock.now = monday + day
    await act(number, { kind: 'resume-work' }, clerk)
    expect(await clockOf(id, 'SUSPENDED')).toMatchObject({ slot: null, metAt: monday + day })
    expect(await rowOf(number)).toMatchObject({ handleDueAt: endOf('2026-12-01') })
    await act(number, suspend, clerk)
    await act(number, { kind: 'grant-suspension' }, first)
    world.clock.now = monday + 2 * day
    await act(number, { kind: 'reply', publicReply: '已修复', internalReply: '换灯' }, clerk)
    await act(number, { kind: 'send-back', note: '未说明' }, first)
    expect(await rowOf(number)).toMatchObject({ state: 'SIGNED', handleDueAt: endOf('2026-12-02') })
  })

  it('may not be longer than the profile allows, nor hide what is overdue', async () => {
    const { number } = await aSignedTicket()
    expect(await refusalOf(number, { ...suspend, until: monday + 100 * day }, clerk)).toBe('ticket.request-too-long')
    world.clock.now = handleDueAt + 1
    expect(await refusalOf(number, suspend, clerk)).toBe('ticket.extension-too-late')
  })
})

describe('a promise', () => {
  const milestones = [
    { title: '完成检测', at: endOf('2026-12-10') },
    { title: '落实资金', at: endOf('2027-01-15') },
    { title: '完工', at: endOf('2027-03-31') },
  ]
  const promise: TicketEvent = {
    ...{
      kind: 'promise',
      reason: 'FUNDS',
      leader: '李局长',
      milestones,
      note: '需市财政拨款',
      tell: '将于明年三月完工',
    },
  }

  it('moves the due date to its last day, gives each milestone a clock, and a missed one is an alarm', async () => {
    const { id, number } = await aSignedTicket()
    await act(number, promise, clerk)
    await act(number, { kind: 'grant-promise' }, first)
    // The calendar of 2027 is not loaded: a date of its own needs none.
    expect(await rowOf(number)).toMatchObject({
      handleDueAt: endOf('2027-03-31'),
      nextDueAt: endOf('2026-12-10'),
      clockMark: null,
    })
    const [telling] = await tellingsOf(id)
    expect(telling?.words).toContain('2026年12月10日 完成检测；2027年1月15日 落实资金；2027年3月31日 完工')
    await act(number, { kind: 'milestone', note: '报告已出' }, clerk)
    expect(await rowOf(number)).toMatchObject({ nextDueAt: endOf('2027-01-15') })
    world.clock.now = endOf('2027-01-15') + 1
    await fireOverdue(world.parts)
    const runs = await world.db.select().from(ticketDeadlines).where(eq(ticketDeadlines.ticketId, id))
    const ofPlan = runs.filter(({ clock }) => clock === 'MILESTONE').sort((one, other) => one.item - other.item)
    expect(ofPlan).toMatchObject([
      { item: 1, slot: null, overdueAt: null },
      { item: 2, slot: 1, overdueAt: endOf('2027-01-15') + 1 },
    ])
    expect(await refusalOf(number, extend, clerk)).toBe('ticket.extension-exhausted')
    expect(await refusalOf(number, promise, clerk)).toBe('ticket.extension-exhausted')
  })

  it('has its milestones in order, and ends within the profile', async () => {
    const { number } = await aSignedTicket()
    const reversed = { ...promise, milestones: milestones.toReversed() } as TicketEvent
    expect(await refusalOf(number, reversed, clerk)).toBe('ticket.request-too-long')
    const late = { ...promise, milestones: [{ title: '完工', at: monday + 200 * day }] } as TicketEvent
    expect(await refusalOf(number, late, clerk)).toBe('ticket.request-too-long')
  })
})

describe('a final answer', () => {
  const final: TicketEvent = { kind: 'final', reason: 'LAWFUL', note: '依据条例第八条', publicReply: '依法不予支持' }

  it('needs a sealed document, and two people who are neither each other nor the one who asked', async () => {
    const { id, number } = await aSignedTicket()
    expect(await refusalOf(number, final, clerk)).toBe('ticket.file-missing')
    expect(await rowOf(number)).toMatchObject({ version: 3 })
    await world.db.insert(attachments).values({
      ...{ id: '01JDSEA1ED0000000000000000', ticketId: id, kind: 'SEALED', fileName: '答复意见书.pdf' },
      ...{ mediaType: 'application/pdf', bytes: 1, sha256: '0'.repeat(64), uploadedAt: monday },
    })
    await act(number, final, clerk)
    expect(await refusalOf(number, { kind: 'grant-final' }, first)).toBe('ticket.wrong-state')
    await act(number, { kind: 'review-final' }, first)
    expect(await refusalOf(number, { kind: 'grant-final' }, first)).toBe('ticket.same-person')
    expect(await refusalOf(number, { kind: 'review-final' }, second)).toBe('ticket.wrong-state')
    await act(number, { kind: 'grant-final' }, second)
    expect(await rowOf(number)).toMatchObject({
      ...{ state: 'CLOSED', closeKind: 'FINAL', publicReply: '依法不予支持', nextDueAt: null },
    })
    const [request] = await world.db.select().from(ticketRequests).where(eq(ticketRequests.ticketId, id))
    expect(request).toMatchObject({ reviewedBy: first.id, decidedBy: second.id, decision: 'GRANTED' })
  })
})

describe('a termination', () => {
  it('ends the handling with what the citizen is told', async () => {
    const { id, number } = await aSignedTicket()
    const end: TicketEvent = { kind: 'end', reason: 'WITHDRAWN', note: '来电撤回', tell: '如需再反映请拨打12345' }
    await act(number, end, clerk)
    await act(number, { kind: 'withdraw' }, clerk)
    expect(await clockOf(id, 'DECIDE_END')).toMatchObject({ slot: null })
    await act(number, end, clerk)
    await act(number, { kind: 'grant-end' }, first)
    expect(await rowOf(number)).toMatchObject({
      state: 'CLOSED',
      closeKind: 'ENDED',
      publicReply: '如需再反映请拨打12345',
    })
    expect(await tellingsOf(id)).toMatchObject([{ words: '如需再反映请拨打12345' }])
  })
})

it('the dispatch after the last return is a designation, and says so', async () => {
  const { id, number } = await aSignedTicket()
  const other = await aPerson(world.db, 'other', 'CLERK', 'rsj')
  const back: TicketEvent = { kind: 'return', reason: 'U2', note: '三定规定', suggestedUnit: null }
  const to = (lead: string): TicketEvent => ({
    ...{ kind: 'dispatch', lead: unit(lead), coUnits: [], ruleKey: null, reason: '属地', returnBy: null },
  })
  await act(number, back, clerk)
  await act(number, to('rsj'), first)
  await act(number, back, other)
  await act(number, to('cgj'), first)
  const rows = await world.db.select().from(ticketEvents).where(eq(ticketEvents.ticketId, id))
  const dispatches = rows.filter(({ kind }) => kind === 'dispatch').sort((one, another) => one.seq - another.seq)
  expect(dispatches.map(({ details }) => details.isDesignation ?? false)).toEqual([false, false, true])
  expect(await refusalOf(number, back, clerk)).toBe('ticket.return-exhausted')
})
