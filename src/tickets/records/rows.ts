import { newId } from '../../platform/database/ids.ts'
import type { CallId, CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { type DueColumns, heldIn, type Run, slots } from '../clocks/deadlines.ts'
import type { Matter } from '../clocks/limits.ts'
import { type CallerFacts, scrub, scrubAll } from '../life/scrub.ts'
import {
  type Channel,
  leadOf,
  stepOf,
  type Task,
  type Ticket,
  type TicketEvent,
  type TicketPerson,
  type TicketRequest,
  type TicketType,
  type Urgency,
} from '../life/ticket.ts'
import { isCallerHidden } from '../life/view.ts'
import { type SearchTexts, tokensOf } from '../lists/tokens.ts'
import type { ticketRequests, tickets, ticketTasks } from './schema.ts'

/** What of a ticket is written where, worked out without a database: the store writes it, and so does the seeding. */

export interface NewTicket {
  type: TicketType
  urgency: Urgency
  categoryCode: CategoryCode
  isConfidential: boolean
  isAnonymous: boolean
  needsReply: boolean
  /** Empty: the beginning of the content. */
  title: string
  content: string
  wish: string
  occurredAt: Instant | null
  countyCode: CountyCode | null
  township: string | null
  place: string
  longitude: number | null
  latitude: number | null
  isCrossCity: boolean
  accused: string | null
  accusedUnit: UnitCode | null
  tags: string[]
  channel: Channel
  /** That the citizen dialled. */
  lineId: number | null
  upstreamNumber: string | null
  upstreamDueAt: Instant | null
  /** `phone`: E.164 or a short code; `otherPhone` with its extension, if it has one. */
  caller: {
    name: string | null
    phone: string | null
    address: string | null
    extension?: string | null
    otherPhone?: string | null
  }
  /** Of the calls that it came out of, E.164: what hides the caller hides these, too. */
  callNumbers: string[]
  /** The matter is at the caller's own home: who is hidden is not told by the place either. */
  isAtHome: boolean
  suggestedUnit: UnitCode | null
  suggestedReason: string | null
  callIds: CallId[]
  /** Ends with it. */
  draftId: string | null
}

/** A person, or null for the machine. */
export type By = (TicketPerson & { name: string }) | null

/** Somebody of a body without accounts, who came by its one-time link. */
export type Outsider = Omit<TicketPerson, 'id'> & { id: null; name: string }

export type Row = typeof tickets.$inferSelect
export type NewRow = typeof tickets.$inferInsert
export type TaskRow = typeof ticketTasks.$inferSelect
export type RequestRow = typeof ticketRequests.$inferSelect

const titleLength = 40

/** What the machine starts from. */
export function draftOf(input: NewTicket, now: Instant, id = newId(now)): Ticket {
  return {
    id: id as TicketId,
    state: 'DRAFT',
    version: 0,
    type: input.type,
    categoryCode: input.categoryCode,
    registeredAt: now,
    urgency: input.urgency,
    isConfidential: input.isConfidential,
    isAnonymous: input.isAnonymous,
    accusedUnit: input.accusedUnit,
    // To no unit yet: the store knows those below it when it is sent to one.
    accusedUnits: input.accusedUnit === null ? [] : [input.accusedUnit],
    tasks: [],
    requests: [],
    returnBy: null,
    ruleKey: null,
    dispatchReason: null,
    inboxMark: null,
    publicReply: null,
    internalReply: null,
    closeKind: null,
    dispatchCount: 0,
    urgeCount: 0,
    ...{ round: 1, redoCount: 0, reopenBy: null, problem: null, notBy: [], mergedInto: null },
    running: [],
    paused: [],
  }
}

/** What hangs on a ticket: also tasks and clocks that have ended, and requests that were decided. */
export interface Hanging {
  tasks: readonly TaskRow[]
  /** In the order in which they were asked for. */
  requests: readonly Pick<RequestRow, 'kind' | 'unitCode' | 'decision' | 'askedBy' | 'reviewedBy' | 'details'>[]
  runs: readonly Pick<Run, 'clock' | 'unitCode' | 'item' | 'slot'>[]
  /** Units below the accused one. */
  belowAccused: readonly UnitCode[]
}

/** The machine's ticket, from the row and what hangs on it. */
export function machineOf(row: Row, { tasks, requests, runs, belowAccused }: Hanging): Ticket {
  const { id, state, version, type, categoryCode, registeredAt, urgency, isConfidential, isAnonymous, accusedUnit } =
    row
  const { returnBy, ruleKey, dispatchReason, inboxMark } = row
  const { publicReply, internalReply, proposed, closeKind, dispatchCount, urgeCount } = row
  const { round, redoCount, reopenBy, problem, notBy, mergedInto } = row
  return {
    ...{ id, state, version, type, categoryCode, registeredAt, urgency, isConfidential, isAnonymous, accusedUnit },
    ...{ returnBy, ruleKey, dispatchReason, inboxMark },
    ...{ publicReply, internalReply, proposed, closeKind, dispatchCount, urgeCount },
    ...{ round, redoCount, reopenBy, problem, notBy: notBy ?? [], mergedInto },
    accusedUnits: accusedUnit === null ? [] : [accusedUnit, ...belowAccused],
    tasks: tasks.filter(({ slot }) => slot === 1).map(taskOf),
    requests: requests.map(requestOf),
    running: heldIn(runs, slots.running),
    paused: heldIn(runs, slots.paused),
  }
}

function requestOf({
  kind,
  unitCode: unit,
  decision,
  askedBy,
  reviewedBy,
  details,
}: Hanging['requests'][number]): TicketRequest {
  return { kind, unit, decision, askedBy, reviewedBy, ...(details && { details }) }
}

export function taskOf({ unitCode: unit, role, partStep, sentBy, demand, answer, ...at }: TaskRow): Task {
  const step = partStep ?? (at.answeredAt !== null ? 'ANSWERED' : at.signedAt !== null ? 'SIGNED' : 'SENT')
  if (role === 'LEAD' || role === 'HOLDER') return { unit, role, step }
  return { unit, role, step, part: { from: sentBy, demand: demand ?? '', answer } }
}

export function columnsOf(ticket: Ticket) {
  const { id: _id, tasks: _tasks, requests: _requests, ...rest } = ticket
  const { running: _running, paused: _paused, accusedUnits: _accused, ...columns } = rest
  return { ...columns, notBy: ticket.notBy.length === 0 ? null : ticket.notBy, leadUnit: leadOf(ticket) }
}

/** When it came into the state that it is in. */
export function instantsOf({ kind }: TicketEvent, now: Instant): Partial<Row> {
  const { stamps = {} } = stepOf(kind)
  return Object.fromEntries(Object.entries(stamps).map(([column, stamp]) => [column, stamp === 'NOW' ? now : null]))
}

/** Everything that identifies the caller of a ticket at its submission. */
export function factsOf({ caller, callNumbers, isAtHome, township, place }: FactsInput): CallerFacts {
  const { name, phone, otherPhone, address } = caller
  return {
    name,
    phones: [...new Set([phone, otherPhone, ...callNumbers].flatMap((number) => number ?? []))],
    addresses: [address, isAtHome ? `${township ?? ''}${place}` : null].flatMap((one) => one || []),
  }
}
type FactsInput = Pick<NewTicket, 'caller' | 'callNumbers' | 'isAtHome' | 'township' | 'place'>

/**
 * The stored part of a submission. A title that is the beginning of the content is scrubbed before it is cut. Of an
 * anonymous caller nothing is stored: neither their identity, nor a text that reveals it.
 */
export function keptOf(input: NewTicket): NewTicket {
  const facts = factsOf(input)
  const { content } = input
  const title = input.title === '' ? beginningOf(isCallerHidden(input) ? scrub(content, facts) : content) : input.title
  if (!input.isAnonymous) return { ...input, title }
  const { wish, place, accused, tags, suggestedReason } = input
  return {
    ...input,
    ...scrubAll({ title, content, wish, place, accused, tags, suggestedReason }, facts),
    ...(input.isAtHome ? { place: '', township: null, longitude: null, latitude: null } : {}),
    caller: { name: null, phone: null, address: null },
    callNumbers: [],
  }
}

/** A title for what was given none. */
export function beginningOf(content: string): string {
  return [...content.replace(/\s+/g, ' ').trim()].slice(0, titleLength).join('')
}

/** The row of a ticket that was just submitted. @param parts.input as it is stored, see `keptOf` */
export function newRow(parts: {
  input: NewTicket
  after: Ticket
  event: TicketEvent
  due: DueColumns
  number: string
  queryCode: string
  citizenId: number | null
  createdBy: number | null
  now: Instant
}): Row {
  const { input, after, event, due, now, ...given } = parts
  const { callIds: _callIds, callNumbers: _callNumbers, caller, draftId: _draftId, ...facts } = input
  return {
    ...facts,
    ...due,
    ...given,
    id: after.id,
    callerName: caller.name,
    callerPhone: caller.phone,
    callerExtension: caller.extension ?? null,
    callerOtherPhone: caller.otherPhone ?? null,
    callerAddress: caller.address,
    changedAt: now,
    parentId: null,
    ...untouched,
    ...columnsOf(after),
    ...instantsOf(event, now),
  }
}

/** When it comes into states that it has not seen. */
const untouched = {
  proposed: null,
  limitsKey: null,
  dispatchedAt: null,
  signedAt: null,
  repliedAt: null,
  closedAt: null,
}

type TextColumns = 'title' | 'content' | 'wish' | 'place' | 'accused' | 'publicReply' | 'internalReply'
export type TextRow = Pick<NewRow, TextColumns>
export type SearchRow = TextRow & { id: TicketId } & Pick<Row, 'type' | 'isConfidential' | 'isAnonymous'>

/**
 * What a ticket is found by. What the unit wrote for the hotline only the hotline finds.
 * @param said notes of the history that the citizen or the agent added
 */
export function searchTextsOf(row: TextRow, said: readonly string[]): SearchTexts {
  const { title, content, wish, place, accused, publicReply, internalReply } = row
  const given = (texts: (string | null | undefined)[]) => texts.filter((text) => text != null)
  return {
    shown: given([title, content, wish, place, accused, publicReply, ...said]),
    internal: given([internalReply]),
  }
}

/** Units search too: what hides a caller from them must not be found either. */
export function searchTokensOf(row: SearchRow, caller: CallerFacts, said: readonly string[]): string {
  const texts = searchTextsOf(row, said)
  if (!isCallerHidden(row)) return tokensOf(row.id, texts)
  const hidden = (all: string[]) => all.map((text) => scrub(text, caller))
  return tokensOf(row.id, { shown: hidden(texts.shown), internal: hidden(texts.internal) })
}

/** What the words of a ticket hang on beside its row. */
export interface WordFacts {
  /** Notes of its history that the citizen or the agent added. */
  said: readonly string[]
  /** Of an anonymous one: the words that it has. */
  before: string | null
  secrets: CallerFacts
}

/**
 * The words of a ticket that is there. What an anonymous caller's text was scrubbed of is kept nowhere: what was indexed
 * then stays, and only what came later is added.
 */
export function laterTokensOf(row: SearchRow, { said, before, secrets }: WordFacts): string {
  if (before === null) return searchTokensOf(row, secrets, said)
  const texts = {
    shown: [row.publicReply, ...said].filter((text) => text != null),
    internal: row.internalReply == null ? [] : [row.internalReply],
  }
  const later = tokensOf(row.id, scrubAll(texts, secrets))
  return [...new Set(`${before} ${later}`.split(' '))].join(' ').trim()
}

/** What its limits hang on. A limit that came with it was for the first round. */
export function matterOf(
  { type, urgency, upstreamDueAt }: Pick<NewTicket, 'type' | 'urgency' | 'upstreamDueAt'>,
  statutoryDays: number | null,
  round = 1,
): Matter {
  const isRedo = round > 1
  return { type, urgency, statutoryDays, isRedo, upstreamDueAt: isRedo ? null : upstreamDueAt }
}

/** Details of the first row of its history. */
export function firstDetails(input: NewTicket): Record<string, unknown> {
  const { type, categoryCode, urgency, countyCode, channel, callIds, suggestedUnit, suggestedReason } = input
  return { type, categoryCode, urgency, countyCode, channel, callIds, suggestedUnit, suggestedReason }
}
