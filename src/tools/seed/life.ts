import { hourMs, minuteMs } from '../../calendar/days.ts'
import type { Choice } from '../../catalogue/catalogue.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import {
  carryClocks,
  type DueColumns,
  dueColumnsOf,
  type Run,
  returnByOf,
  runningOf,
  type Timing,
} from '../../tickets/clocks/deadlines.ts'
import type { Matter } from '../../tickets/clocks/limits.ts'
import { advance, type Ticket, type TicketEvent, type VoidReason } from '../../tickets/life/ticket.ts'
import { type Author, historyRow } from '../../tickets/records/history.ts'
import {
  type By,
  columnsOf,
  draftOf,
  firstDetails,
  instantsOf,
  type NewTicket,
  participantOf,
  unitChanges,
} from '../../tickets/records/rows.ts'
import type { ticketParticipants, tickets } from '../../tickets/records/schema.ts'
import type { Cast } from './people.ts'
import type { Random } from './random.ts'
import {
  contactNote,
  handDispatch,
  redoNote,
  refusalOfReturn,
  replyOf,
  returnNote,
  type Subject,
  urgeNote,
  voidNote,
} from './words.ts'

/**
 * What happens to a ticket until a given instant: the same machine and the same clocks as in the hotline, with people
 * who take their time. So a ticket's state follows from its age, and its history is plausible.
 */

const voided = ['N01', 'N02', 'N05', 'N12', 'N13', 'N14', 'MISTAKE'] as const satisfies VoidReason[]

export interface Lived {
  after: Ticket
  columns: Partial<typeof tickets.$inferSelect>
  runs: Run[]
  history: ReturnType<typeof historyRow>[]
  participants: (typeof ticketParticipants.$inferInsert)[]
  due: DueColumns
}

export interface Setting {
  until: Instant
  timing: Timing
  cast: Cast
  /** The catalogue's choice of unit. */
  choice: Choice
  /** Where the catalogue names no unit, and for returned tickets. */
  otherUnit: (random: Random) => UnitCode
  subject: Subject
  newId: (at: Instant) => string
}

interface Next {
  at: Instant
  event: TicketEvent
  by: By
}

export function live(
  input: NewTicket,
  first: { id: string; at: Instant; event: TicketEvent; by: By },
  matter: Matter,
  setting: Setting,
  random: Random,
): Lived {
  const { timing, until, newId } = setting
  let ticket = draftOf(input, first.at, first.id)
  const lived: Lived = { after: ticket, columns: {}, runs: [], history: [], participants: [], due: dueColumnsOf([]) }
  let next: Next | null = first
  while (next !== null && next.at <= until) {
    const { at, event: given, by }: Next = next
    const event: TicketEvent =
      given.kind === 'dispatch' ? { ...given, returnBy: returnByOf(matter, timing, at) } : given
    const step = advance(ticket, event, by === null ? { by: 'system' } : { by: 'person', person: by }, at)
    if (!step.ok) throw new Error(`a made-up life that cannot be: ${step.refusal.code} at ${event.kind}`)
    const details = ticket.version === 0 ? { details: firstDetails(input) } : {}
    const hash = lived.history.at(-1)?.hash ?? ''
    lived.history.push(historyRow({ before: ticket, after: step.ticket, event, ...details }, authorOf(by), at, hash))
    join(lived, ticket, step.ticket, at, newId)
    lived.runs = carryClocks(ticket.id, lived.runs, step.clocks, matter, timing, at, newId)
    ticket = { ...step.ticket, running: runningOf(lived.runs) }
    lived.columns = { ...lived.columns, ...columnsOf(ticket), ...instantsOf(event, at), changedAt: at }
    lived.due = dueColumnsOf(lived.runs)
    next = by !== null && isSigned(event, ticket) ? contactBy(by, at) : nextOf(ticket, at, lived.due, setting, random)
  }
  return { ...lived, after: ticket, runs: lived.runs.map((run) => rung(run, until)) }
}

const authorOf = (by: By): Author =>
  by === null ? { id: null, name: '系统', unitCode: null } : { id: by.id, name: by.name, unitCode: by.unitCode }

function join(lived: Lived, before: Ticket, after: Ticket, at: Instant, newId: (at: Instant) => string): void {
  const { gone, come } = unitChanges(before, after)
  lived.participants = lived.participants.map((one) =>
    one.slot === 1 && gone.includes(one.unitCode) ? { ...one, slot: null, leadSlot: null, leftAt: at } : one,
  )
  for (const one of come) lived.participants.push(participantOf(after.id, one, at, newId(at)))
}

/** Overdue alarms count as fired: a hotline that starts on this database is not flooded with them. */
function rung(run: Run, until: Instant): Run {
  const endedAt = run.metAt ?? run.cancelledAt ?? until
  const isPast = (at: Instant | null) => at !== null && at < endedAt
  return {
    ...run,
    warnedAt: isPast(run.warnAt) ? run.warnAt : null,
    overdueAt: isPast(run.dueAt) && run.dueAt !== null ? run.dueAt + 1 : null,
  }
}

/** A unit that signs by itself calls the citizen soon; a unit that was signed for automatically does not. */
const isSigned = ({ kind }: TicketEvent, { running }: Ticket) => kind === 'sign' && running.includes('CONTACT')

function contactBy(by: By, signedAt: Instant): Next {
  const at = signedAt + 20 * minuteMs
  return { at, by, event: { kind: 'contact', at, way: 'PHONE', withWhom: '来电人', note: contactNote } }
}

/** Its next event, and when. Null: no further event. */
function nextOf(ticket: Ticket, at: Instant, due: DueColumns, setting: Setting, random: Random): Next | null {
  const { cast, choice, subject } = setting
  const dispatcher = cast.dispatcher(random)
  const clerk = ticket.leadUnit === null ? null : cast.clerkOf(ticket.leadUnit, random)
  const after = (from: number, to: number, bend = 2) => Math.round(at + random.between(from, to, bend))
  switch (ticket.state) {
    case 'REGISTERED': {
      if (random.chance(0.012)) {
        const reason = random.pick(voided)
        return { at: after(5 * minuteMs, 3 * hourMs), by: dispatcher, event: { kind: 'void', reason, note: voidNote } }
      }
      const soon = after(1_000, 6_000)
      if (choice.lead !== null) return { at: soon, by: null, event: { kind: 'dispatch', ...choice, returnBy: null } }
      if (ticket.inboxMark === null) {
        return { at: soon, by: null, event: { kind: 'queue', mark: choice.mark, reason: choice.reason } }
      }
      return byHand(ticket, after(8 * minuteMs, 3 * hourMs), setting, random)
    }
    case 'RETURNED': {
      const decidedAt = after(10 * minuteMs, 5 * hourMs)
      if (random.chance(0.3))
        return { at: decidedAt, by: dispatcher, event: { kind: 'refuse-return', note: refusalOfReturn } }
      return byHand(ticket, decidedAt, setting, random)
    }
    case 'DISPATCHED': {
      if (mayReturn(ticket, random)) {
        const returned = after(20 * minuteMs, 3 * hourMs)
        const event: TicketEvent = {
          kind: 'return',
          reason: 'NOT_OUR_DUTY',
          note: returnNote(random),
          suggestedUnit: null,
        }
        if (returned < (ticket.returnBy ?? returned + 1)) return { at: returned, by: clerk, event }
      }
      const { signDueAt } = due
      const isLate = random.chance(0.03) && signDueAt !== null
      // Signed automatically when the unit does not sign in time.
      return isLate && signDueAt > at
        ? { at: signDueAt + 1, by: null, event: { kind: 'sign' } }
        : { at: after(3 * minuteMs, 9 * hourMs, 3), by: clerk, event: { kind: 'sign' } }
    }
    case 'SIGNED': {
      const limit = (due.handleDueAt ?? at + 48 * hourMs) - at
      if (ticket.urgeCount < 3 && random.chance(0.07)) {
        const event: TicketEvent = { kind: 'urge', note: urgeNote(random) }
        return { at: after(hourMs, Math.max(2 * hourMs, limit)), by: cast.agent(random), event }
      }
      // Most units use the time they have; one in twenty needs more.
      const share = random.chance(0.05) ? random.between(1.02, 2.5) : random.between(0.1, 0.98)
      return {
        at: Math.round(at + Math.max(hourMs, limit * share)),
        by: clerk,
        event: { kind: 'reply', ...replyOf(subject, random) },
      }
    }
    case 'REPLIED': {
      const event: TicketEvent = random.chance(0.05) ? { kind: 'send-back', note: redoNote(random) } : { kind: 'close' }
      return { at: after(20 * minuteMs, 30 * hourMs), by: dispatcher, event }
    }
    default:
      return null
  }
}

function mayReturn(ticket: Ticket, random: Random): boolean {
  return ticket.returnCount < 2 && random.chance(0.045)
}

function byHand(ticket: Ticket, at: Instant, { cast, otherUnit }: Setting, random: Random): Next {
  let lead = otherUnit(random)
  while (lead === ticket.returnedBy) lead = otherUnit(random)
  return {
    at,
    by: cast.dispatcher(random),
    event: { kind: 'dispatch', lead, coUnits: [], ruleKey: null, reason: handDispatch, returnBy: null },
  }
}
