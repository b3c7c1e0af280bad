import { hourMs, minuteMs } from '../../calendar/days.ts'
import type { Choice } from '../../catalogue/catalogue.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { Run, Timing } from '../../tickets/clocks/deadlines.ts'
import { type ClassCode, classes } from '../../tickets/exits/classified.ts'
import {
  awaitedBy,
  type FirstEvent,
  holderOf,
  inChargeOf,
  isOpenPart,
  isPending,
  leadOf,
  type Ticket,
  type TicketEvent,
  timesAsked,
} from '../../tickets/life/ticket.ts'
import { isSaying } from '../../tickets/lists/search-index.ts'
import { birthOf, type Change, changeOf, type Kept, keptAfter, keptBirth } from '../../tickets/records/change.ts'
import { type By, factsOf, laterTokensOf, type NewTicket } from '../../tickets/records/rows.ts'
import type { Cast } from './people.ts'
import type { Random } from './random.ts'
import {
  contactNote,
  extensionNote,
  handDispatch,
  handedOn,
  notWaitedFor,
  redoNote,
  refusalOfExtension,
  refusalOfReturn,
  replyOf,
  returnNote,
  type Subject,
  urgeNote,
  voidNote,
} from './words.ts'

/**
 * What becomes of a ticket until a given instant: made of the same changes as in the hotline, with people who take their
 * time. So a ticket's state follows from its age, and its history is one that could have been.
 */

const classified = ['N01', 'N02', 'N05', 'N12', 'N13', 'N14'] as const satisfies ClassCode[]

export interface Lived extends Kept {
  after: Ticket
  history: Change['history'][]
  links: Change['links']
  tokens: string
}

export interface Setting {
  until: Instant
  timing: Timing
  statutoryDays: number | null
  queryCode: string
  cast: Cast
  /** The catalogue's choice of unit. */
  choice: Choice
  /** Where the catalogue names no unit, and for returned tickets. */
  otherUnit: (random: Random) => UnitCode
  /** A bureau below this unit; null: it has none. */
  bureauOf: (unit: UnitCode, random: Random) => UnitCode | null
  subject: Subject
  /** Its unit asks for nothing any more. */
  isAskingOver?: boolean
  newId: (at: Instant) => string
}

export interface First {
  id: string
  at: Instant
  event: FirstEvent
  by: By
}
interface Next {
  at: Instant
  event: TicketEvent
  by: By
  /** Where the rules refuse it, the life goes on as if nobody had asked. */
  isAsked?: boolean
}

export function live(input: NewTicket, first: First, setting: Setting, random: Random): Lived {
  const { timing, statutoryDays, queryCode, until } = setting
  const ids = [first.id]
  const idOf = (at: Instant) => ids.shift() ?? setting.newId(at)
  const given = { timing, statutoryDays, queryCode, number: '', citizenId: null, idOf }
  const born = madeUp(birthOf(input, first.event, { ...given, by: first.by, now: first.at }), first.event)
  let after = born.after
  let kept = keptBirth(born)
  const history = [born.history]
  let next = nextAfter(first, after, kept, setting, random)
  while (next !== null && next.at <= until) {
    const { at, event, by }: Next = next
    const known = { by, now: at, timing, statutoryDays, words: null, idOf }
    const worked = changeOf(kept, event, known)
    if (!worked.ok && next.isAsked === true) {
      next = nextOf(after, at, kept.row, { ...setting, isAskingOver: true }, random)
      continue
    }
    const change = madeUp(worked, event)
    kept = keptAfter(kept, change)
    after = change.after
    history.push(change.history)
    next = nextAfter(next, after, kept, setting, random)
  }
  const said = history.flatMap(({ kind, note }) => (isSaying(kind) && note !== null ? [note] : []))
  const tokens =
    history.length === 1
      ? born.search.tokens
      : laterTokensOf(kept.row, {
          said,
          before: kept.row.isAnonymous ? born.search.tokens : null,
          secrets: factsOf(input),
        })
  return { ...kept, runs: kept.runs.map((run) => rung(run, until)), after, history, tokens, links: born.links }
}

function madeUp<Of>(
  worked: { ok: true; change: Of } | { ok: false; refusal: { code: string } },
  event: TicketEvent,
): Of {
  if (worked.ok) return worked.change
  throw new Error(`a made-up life that cannot be: ${worked.refusal.code} at ${event.kind}`)
}

/** Who signs by themselves call the citizen soon. */
function nextAfter(last: Next, after: Ticket, kept: Kept, setting: Setting, random: Random): Next | null {
  const { by, event, at } = last
  if (by !== null && isSigned(event, after)) return contactBy(by, at)
  return nextOf(after, at, kept.row, setting, random)
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

/** A unit that signs by itself calls the citizen soon; a unit that was signed for does not. */
const isSigned = ({ kind }: TicketEvent, ticket: Ticket) =>
  kind === 'sign' && ticket.running.some(({ clock, unit }) => clock === 'CONTACT' && unit === inChargeOf(ticket))

function contactBy(by: By, signedAt: Instant): Next {
  const at = signedAt + 20 * minuteMs
  return { at, by, event: { kind: 'contact', at, way: 'PHONE', withWhom: '来电人', note: contactNote } }
}

/** What happens to it next, and when. Null: nothing any more. */
function nextOf(
  ticket: Ticket,
  at: Instant,
  due: Pick<Kept['row'], 'signDueAt' | 'handleDueAt'>,
  setting: Setting,
  random: Random,
): Next | null {
  const { cast, choice, subject } = setting
  const dispatcher = cast.dispatcher(random)
  const lead = leadOf(ticket)
  const clerk = lead === null ? null : cast.clerkOf(lead, random)
  const after = (from: number, to: number, bend = 2) => Math.round(at + random.between(from, to, bend))
  const part = nextOfPart(ticket, after, setting, random)
  if (part !== null) return part
  if (isPending(ticket, 'EXTENSION')) return extensionDecided(after(10 * minuteMs, 3 * hourMs), setting, random)
  if (isPending(ticket, 'RETURN')) return decisionOn(ticket, after(10 * minuteMs, 5 * hourMs), setting, random)
  switch (ticket.state) {
    case 'REGISTERED': {
      if (random.chance(0.012)) {
        return { at: after(5 * minuteMs, 3 * hourMs), by: dispatcher, event: exitOf(random) }
      }
      const soon = after(1_000, 6_000)
      if (choice.lead !== null) return { at: soon, by: null, event: { kind: 'dispatch', ...choice, returnBy: null } }
      if (ticket.inboxMark === null) {
        return { at: soon, by: null, event: { kind: 'queue', mark: choice.mark, reason: choice.reason } }
      }
      return byHand(ticket, after(8 * minuteMs, 3 * hourMs), setting, random)
    }
    case 'DISPATCHED': {
      if (mayReturn(ticket, random)) {
        const returned = after(20 * minuteMs, 3 * hourMs)
        const event: TicketEvent = {
          kind: 'return',
          reason: 'U2',
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
      const asked = clerk && askedFor(ticket, clerk, after, setting, random)
      if (asked) return asked
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
        event: { kind: 'reply', ...replyOf(subject, random), missingParts: missingOf(ticket, lead) },
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

/** Another body has to do with it, or it was registered by mistake. */
function exitOf(random: Random): TicketEvent {
  if (random.chance(0.15)) return { kind: 'void', reason: 'MISTAKE', note: voidNote }
  const reason = random.pick(classified)
  const { act, words } = classes[reason]
  return { kind: 'classify', reason, act, note: words }
}

/** Co-units sign and answer before the unit in charge does; one in seven is not waited for. */
function nextOfPart(
  ticket: Ticket,
  after: (from: number, to: number) => Instant,
  { cast, subject }: Setting,
  random: Random,
): Next | null {
  if (ticket.state !== 'SIGNED' && ticket.state !== 'DISPATCHED') return null
  const task = ticket.tasks.find(isOpenPart)
  if (!task || random.chance(0.15)) return null
  const by = cast.clerkOf(task.unit, random)
  if (task.step === 'SENT') return { at: after(3 * minuteMs, 9 * hourMs), by, event: { kind: 'sign-part' } }
  const answer = replyOf(subject, random).internalReply
  return { at: after(hourMs, 30 * hourMs), by, event: { kind: 'answer-part', answer, missingParts: undefined } }
}

function missingOf(ticket: Ticket, unit: UnitCode | null): string | undefined {
  return awaitedBy(ticket, unit).length === 0 ? undefined : notWaitedFor
}

/** One unit in twenty needs more time, and a workstation hands one ticket in eight to a bureau. */
function askedFor(
  ticket: Ticket,
  by: NonNullable<By>,
  after: (from: number, to: number) => Instant,
  { bureauOf, isAskingOver }: Setting,
  random: Random,
): Next | null {
  if (isAskingOver === true) return null
  const lead = leadOf(ticket)
  const isHandedOn = ticket.tasks.some(({ role }) => role === 'SUB')
  const bureau = lead === null || isHandedOn || !random.chance(0.12) ? null : bureauOf(lead, random)
  if (bureau !== null) {
    const event: TicketEvent = { kind: 'delegate', units: [bureau], note: handedOn }
    return { at: after(20 * minuteMs, 5 * hourMs), by, event, isAsked: true }
  }
  if (timesAsked(ticket, 'EXTENSION') > 0 || !random.chance(0.05)) return null
  const event: TicketEvent = { kind: 'extend', amount: 1, note: extensionNote }
  return { at: after(2 * hourMs, 20 * hourMs), by, event, isAsked: true }
}

function extensionDecided(at: Instant, { cast }: Setting, random: Random): Next {
  const event: TicketEvent = random.chance(0.7)
    ? { kind: 'grant-extension', amount: null }
    : { kind: 'refuse-extension', note: refusalOfExtension }
  return { at, by: cast.dispatcher(random), event }
}

/** Of a return: refused, or sent to another unit. */
function decisionOn(ticket: Ticket, at: Instant, setting: Setting, random: Random): Next {
  if (!random.chance(0.3)) return byHand(ticket, at, setting, random)
  const event: TicketEvent = { kind: 'refuse-return', note: refusalOfReturn }
  return { at, by: setting.cast.dispatcher(random), event }
}

function mayReturn(ticket: Ticket, random: Random): boolean {
  return timesAsked(ticket, 'RETURN') < 2 && random.chance(0.045)
}

function byHand(ticket: Ticket, at: Instant, { cast, otherUnit }: Setting, random: Random): Next {
  let lead = otherUnit(random)
  while (lead === leadOf(ticket) || lead === holderOf(ticket)) lead = otherUnit(random)
  return {
    at,
    by: cast.dispatcher(random),
    event: { kind: 'dispatch', lead, coUnits: [], ruleKey: null, reason: handDispatch, returnBy: null },
  }
}
