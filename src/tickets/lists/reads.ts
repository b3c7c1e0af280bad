import { and, asc, desc, eq, exists, inArray, or, type SQL, sql } from 'drizzle-orm'
import { calls } from '../../calls/records/schema.ts'
import { categories } from '../../catalogue/schema.ts'
import { maskNumber } from '../../lines/mask.ts'
import { lines } from '../../lines/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { CallId, CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { mostCounted, pageLimit } from '../../platform/web/paging.ts'
import { counties, units } from '../../units/schema.ts'
import type { CallerTickets, TicketDetail, TicketList, TicketSummary, TicketTotal } from '../api.ts'
import { slots, type Timing } from '../clocks/deadlines.ts'
import { lampAt } from '../clocks/limits.ts'
import { mayReadFile } from '../files/attachment.ts'
import { listAttachments } from '../files/attachments.ts'
import {
  actionsOf,
  coUnitsOf,
  holderOf,
  openStates,
  plainTerms,
  type RequestKind,
  type Ticket,
  type TicketPerson,
  timesAsked,
  unitsOf,
} from '../life/ticket.ts'
import { isCallerHidden, isOfHotline, mayKnowHidden, mayReveal, nameToPropose } from '../life/view.ts'
import { partsOf } from '../parts/detail.ts'
import { isClockSeen, isEntrySeen, partSight, type Sight, seesAsks, seesPartOnly } from '../parts/sight.ts'
import { isOpenTicket } from '../records/hidden.ts'
import { type Hangs, readHanging } from '../records/kept.ts'
import { machineOf, taskOf } from '../records/rows.ts'
import { ticketCalls, ticketEvents, ticketRequests, tickets } from '../records/schema.ts'
import { readTellings } from '../telling/store.ts'
import { decisionDue, otherwiseOf, reviewerIn, runSaid, suspendedUntil, termsIn, termsSaid } from './detail-parts.ts'
import { countFound, findPage } from './find.ts'
import { plainWords, type Words, wordsFor } from './reader-words.ts'
import { cursorAfter, type TicketFilter } from './walk.ts'

/** Tickets as people read them: within their scope, callers hidden where they must be, names beside codes. */

export type TicketRow = typeof tickets.$inferSelect

interface Named<Code> {
  code: Code
  name: string
}

/** What a list shows of a ticket, and what tells whether it may be shown. */
const summary = {
  ...{ id: tickets.id, number: tickets.number, version: tickets.version, state: tickets.state, type: tickets.type },
  ...{ urgency: tickets.urgency, channel: tickets.channel, categoryCode: tickets.categoryCode },
  ...{
    inboxMark: tickets.inboxMark,
    problem: tickets.problem,
    urgeCount: tickets.urgeCount,
    title: tickets.title,
    place: tickets.place,
  },
  ...{ registeredAt: tickets.registeredAt, changedAt: tickets.changedAt, nextDueAt: tickets.nextDueAt },
  repliedAt: tickets.repliedAt,
  isProposed: sql`${tickets.proposed} IS NOT NULL`.mapWith(Boolean),
  ...{ warnAt: tickets.warnAt, clockMark: tickets.clockMark, isConfidential: tickets.isConfidential },
  ...{ isAnonymous: tickets.isAnonymous, callerName: tickets.callerName, callerPhone: tickets.callerPhone },
  ...{ callerOtherPhone: tickets.callerOtherPhone, callerAddress: tickets.callerAddress, isAtHome: tickets.isAtHome },
}

const names = {
  category: { code: categories.code, name: categories.name },
  county: { code: counties.code, name: counties.name },
  leadUnit: { code: units.code, name: units.shortName },
}
/** What waits for a decision: of a ticket that is over nothing does, and it is not looked for. */
const asked = sql<RequestKind | null>`CASE WHEN ${inArray(tickets.state, openStates)} THEN (
  SELECT asked.kind FROM ${ticketRequests} AS asked WHERE asked.ticket_id = ${tickets.id} AND asked.slot = 1 LIMIT 1) END`

interface ListedTicket {
  ticket: Pick<TicketRow, Exclude<keyof typeof summary, 'isProposed'>> & { isProposed?: boolean; proposed?: unknown }
  category: Named<CategoryCode> | null
  county: Named<CountyCode> | null
  leadUnit: Named<UnitCode> | null
  asked: RequestKind | null
}

function selectListed(db: Db | Tx) {
  return db
    .select({ ticket: summary, ...names, asked })
    .from(tickets)
    .leftJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(counties, eq(counties.code, tickets.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
}

/** For pages of so many tickets: what each of the places costs is paid by the page that needs it. */
const onPages = [pageLimit / 4, pageLimit / 2, pageLimit].map((size) => {
  const places = Array.from({ length: size }, (_, at) => String(at))
  const inPlaces = inArray(
    tickets.id,
    places.map((place) => sql.placeholder(place)),
  )
  return { size, places, page: prepared((db) => selectListed(db).where(inPlaces).prepare()) }
})

/** What a list shows of these, in any order. */
export async function readListed(db: Db, ids: readonly TicketId[]): Promise<ListedTicket[]> {
  if (ids.length === 0) return []
  const fitting = onPages.find(({ size }) => ids.length <= size)
  if (!fitting) throw new Error(`${ids.length} tickets on one page`)
  // None has the empty id that fills the rest.
  return fitting.page(db).execute(Object.fromEntries(fitting.places.map((place, at) => [place, ids[at] ?? ''])))
}

/** A ticket with what hangs on it. */
/** Tasks, requests and clocks also when they have ended, in the order in which they began. */
export interface FoundTicket extends ListedTicket, Hangs {
  ticket: TicketRow
  line: { number: string; name: string } | null
  /** Of the unit that it is with. */
  isReplySigned: boolean | null
  callIds: CallId[]
  /** The caller asked the network to withhold the number. */
  isWithheld: boolean
  /** Of the ticket that it follows. */
  leadNumber: string | null
  /** How many follow it. */
  followers: number
}

/** What is one of each, in one question. */
function selectFound(db: Db | Tx, where: SQL) {
  return db
    .select({
      ticket: tickets,
      ...names,
      asked,
      isReplySigned: units.isReplySigned,
      line: { number: lines.number, name: lines.name },
      ...hanging,
    })
    .from(tickets)
    .leftJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(counties, eq(counties.code, tickets.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .leftJoin(lines, eq(lines.id, tickets.lineId))
    .where(where)
    .prepare()
}

const callsLinked = arrayOf<CallId>(sql`
  SELECT JSON_ARRAYAGG(link.call_id) FROM ${ticketCalls} AS link
  WHERE link.ticket_id = ${tickets.id} AND link.kind <> 'INQUIRED'`)

/** In the call that the caller's number is from. */
const withheld = sql`EXISTS (
  SELECT 1 FROM ${ticketCalls} AS link JOIN ${calls} AS made ON made.id = link.call_id
  WHERE link.ticket_id = ${tickets.id} AND made.is_caller_withheld AND made.caller_number = ${tickets.callerPhone})`.mapWith(
  Boolean,
)

const leadNumber = sql<string | null>`(SELECT led.number FROM ${tickets} AS led WHERE led.id = ${tickets.mergedInto})`
const followers = sql`(SELECT COUNT(*) FROM ${tickets} AS follower WHERE follower.merged_into = ${tickets.id})`.mapWith(
  Number,
)

const hanging = { callIds: callsLinked, isWithheld: withheld, leadNumber, followers }

/** NULL when there is none. MariaDB gives JSON as text, MySQL as what it says; neither in an order that it promises. */
function arrayOf<Item>(query: SQL) {
  const parse = (given: unknown) => (typeof given === 'string' ? JSON.parse(given) : given) as Item[]
  return sql`(${query})`.mapWith(parse) as SQL<Item[] | null>
}

const byNumber = prepared((db) => selectFound(db, eq(tickets.number, sql.placeholder('number'))))
const byId = prepared((db) => selectFound(db, eq(tickets.id, sql.placeholder('id'))))

export const findTicket = async (db: Db, number: string) => foundIn(db, await byNumber(db).execute({ number }))
export const findTicketById = async (db: Db, id: TicketId) => foundIn(db, await byId(db).execute({ id }))

async function foundIn(
  db: Db,
  [row]: Awaited<ReturnType<ReturnType<typeof selectFound>['execute']>>,
): Promise<FoundTicket | null> {
  if (!row) return null
  // What is over has no clock that runs.
  const hangs = await readHanging(
    db,
    row.ticket,
    openStates.some((open) => open === row.ticket.state),
  )
  return { ...row, ...hangs, callIds: (row.callIds ?? []).sort() }
}

/** As the rules see it. */
export const machineIn = (found: FoundTicket): Ticket => machineOf(found.ticket, found)

/** How many tickets a list has, up to `mostCounted`. */
export async function countListed(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  now: Instant,
): Promise<TicketTotal> {
  const found = await countFound(db, person, filter, mostCounted + 1, now)
  if (found === null) return { count: null, isMore: false }
  return { count: Math.min(found, mostCounted), isMore: found > mostCounted }
}

/** One page of what this person may see. */
export async function listTickets(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  page: { cursor: string | undefined; limit: number },
  now: Instant,
): Promise<TicketList> {
  const found = await findPage(db, person, filter, { cursor: page.cursor, limit: page.limit + 1 }, now)
  const shown = found.slice(0, page.limit)
  const last = found.length > page.limit ? shown.at(-1) : undefined
  const ids = shown.map(({ id }) => id)
  const rows = await readListed(db, ids)
  const rowOf = new Map(rows.map((row) => [row.ticket.id, row]))
  const words = await wordsFor(
    db,
    person,
    rows.map(({ ticket }) => ticket),
  )
  return {
    tickets: ids.flatMap((id) => rowOf.get(id) ?? []).map((row) => summaryOf(row, words(row.ticket), now, person)),
    next: last === undefined ? null : cursorAfter(last, filter.sort),
  }
}

export function summaryOf(
  { ticket, category, county, leadUnit, asked }: ListedTicket,
  words: Words,
  now: Instant,
  person: TicketPerson,
): TicketSummary {
  const isHidden = isCallerHidden(ticket)
  const { number, version, state, type, urgency, channel, inboxMark, problem, urgeCount } = ticket
  const { registeredAt, changedAt, repliedAt, nextDueAt, warnAt, clockMark } = ticket
  return {
    ...{ number, version, state, type, urgency, channel, inboxMark, problem, urgeCount },
    ...{ registeredAt, changedAt, repliedAt, nextDueAt, warnAt, clockMark, county, leadUnit },
    isProposed: ticket.isProposed ?? (ticket.proposed !== undefined && ticket.proposed !== null),
    asks: asked !== null && seesAsks(person, leadUnit?.code ?? null) ? [asked] : [],
    title: words.text(ticket.title),
    place: words.isPlaceHidden ? '' : words.text(ticket.place),
    isPlaceHidden: words.isPlaceHidden,
    category: category ?? { code: ticket.categoryCode, name: ticket.categoryCode },
    isCallerHidden: isHidden,
    caller: isHidden ? null : { name: ticket.callerName, phone: maskNumber(ticket.callerPhone) },
    lamp: lampAt(now, [{ warnAt, dueAt: nextDueAt }]),
  }
}

/** Units that take part now: who may see it. */
export const unitsIn = (found: FoundTicket): UnitCode[] => unitsOf(machineIn(found))

/** How much of it this person sees. */
export function sightIn(found: FoundTicket, person: TicketPerson): Sight {
  const machine = machineIn(found)
  const sent = found.tasks.map((task) => ({
    ...{ unit: task.unitCode, from: task.sentBy },
    isPart: taskOf(task).part !== undefined,
  }))
  return { sees: partSight(person, machine, sent), isPartOnly: seesPartOnly(person, machine) }
}

const historyOf = prepared((db) =>
  db
    .select({ row: ticketEvents, unitName: units.shortName })
    .from(ticketEvents)
    .leftJoin(units, eq(units.code, ticketEvents.unitCode))
    .where(eq(ticketEvents.ticketId, sql.placeholder('id')))
    .orderBy(asc(ticketEvents.seq))
    .prepare(),
)

export async function readDetail(
  db: Db,
  found: FoundTicket,
  person: TicketPerson,
  now: Instant,
  timing?: Timing,
): Promise<TicketDetail> {
  const { ticket, line } = found
  const { id } = ticket
  const terms = timing === undefined ? plainTerms : termsIn(found, timing)
  // From a hidden caller's call one would come to the caller.
  const knowsCalls = isOfHotline(person) && (!isCallerHidden(ticket) || mayKnowHidden(person))
  const [history, files, tellings] = await Promise.all([
    historyOf(db).execute({ id }),
    listAttachments(db, { ticketId: id }),
    // Before the first dispatch nobody is told of anything.
    ticket.dispatchCount > 0 ? readTellings(db, id) : [],
  ])
  const machine = machineIn(found)
  const named = (code: UnitCode) => ({ code, name: found.unitNames.get(code) ?? code })
  const namedOr = (code: UnitCode | null | undefined) => (code == null ? null : named(code))
  const noteOf = (seq: number | null) => history.find(({ row }) => row.seq === seq)?.row.note ?? ''
  const actorWho = (id: number | null) =>
    history.findLast(({ row }) => row.kind === 'propose-reply' && row.actorId === id)?.row.actorName ?? null
  const actorOf = (seq: number | null) => history.find(({ row }) => row.seq === seq)?.row.actorName ?? null
  // What it was sent to as another matter does not count.
  const correctedAt = history.findLast(({ row }) => row.kind === 'correct')?.row.at ?? 0
  const words = (await wordsFor(db, person, [ticket]))(ticket)
  const sight = sightIn(found, person)
  const { sees, isPartOnly } = sight
  const shown = history.filter(({ row }) => isEntrySeen(row, sight))
  const runs = found.runs.filter((run) => isClockSeen(run, sight))
  const { longitude, latitude, township } = words.isPlaceHidden
    ? { longitude: null, latitude: null, township: null }
    : ticket
  const { occurredAt, isConfidential, isAnonymous, isCrossCity, needsReply, isAtHome } = ticket
  const { accusedUnit, suggestedUnit, ruleKey, dispatchCount, upstreamNumber, upstreamDueAt } = ticket
  const { dispatchedAt, signedAt, repliedAt, closedAt, signDueAt, handleDueAt, returnBy } = ticket
  return {
    ...summaryOf(found, words, now, person),
    ...{ occurredAt, longitude, latitude, isConfidential, isAnonymous, isCrossCity, needsReply, isAtHome },
    ...{ line, accusedUnit, suggestedUnit, ruleKey, dispatchCount, upstreamNumber, upstreamDueAt },
    ...{ dispatchedAt, signedAt, repliedAt, closedAt, signDueAt, handleDueAt, returnBy },
    clocks: [...new Set(runs.filter(({ slot }) => slot === slots.running).map(({ clock }) => clock))],
    ...words.all({
      content: ticket.content,
      wish: ticket.wish,
      township,
      accused: ticket.accused,
      suggestedReason: isPartOnly ? null : ticket.suggestedReason,
      dispatchReason: isPartOnly ? null : ticket.dispatchReason,
      tags: ticket.tags,
      publicReply: ticket.publicReply,
      internalReply: isPartOnly ? null : ticket.internalReply,
    }),
    hasOtherPhone: isOfHotline(person) && ticket.callerOtherPhone !== null && !ticket.isAnonymous,
    address: isCallerHidden(ticket) ? null : ticket.callerAddress,
    coUnits: isPartOnly ? [] : coUnitsOf(machine).map(named),
    parts: partsOf(found, { sees, named, text: words.text, now }),
    holder: isPartOnly ? null : namedOr(holderOf(machine)),
    firstUnit: isPartOnly
      ? null
      : namedOr(found.tasks.find(({ role, sentAt }) => role !== 'CO' && sentAt >= correctedAt)?.unitCode),
    returnCount: isPartOnly ? 0 : timesAsked(machine, 'RETURN'),
    ...{ round: ticket.round, redoCount: ticket.redoCount, reopenBy: ticket.reopenBy },
    ...{ mergedInto: found.leadNumber, followers: found.followers },
    isSecondOpinion: machine.notBy.length > 0,
    rounds: (isPartOnly ? [] : found.rounds).map((round) => ({
      ...{ number: round.number, kind: round.kind, reason: round.reason, openedAt: round.openedAt },
      ...{ dueAt: round.dueAt, repliedAt: round.repliedAt, unit: namedOr(round.unitCode) },
      ...words.all({ note: round.note, publicReply: round.publicReply, internalReply: round.internalReply }),
    })),
    proposed:
      isPartOnly || ticket.proposed === null
        ? null
        : proposedSaid(ticket.proposed, words, actorWho(ticket.proposed.by)),
    terms: termsSaid(terms, ticket.limitsKey),
    suspendedUntil: suspendedUntil(found),
    tellings: (isPartOnly ? [] : tellings).map(({ words: said, createdAt, ...told }) => ({
      ...{ seq: told.seq, words: words.text(said), at: createdAt },
      ...{ toldAt: told.toldAt, toldBy: told.toldBy, toldByName: told.toldByName },
    })),
    runs: runs.map((run) => runSaid(run, namedOr)),
    requests: (isPartOnly ? [] : found.requests).map((request) => ({
      ...{ seq: request.askedSeq, dueAt: decisionDue(found, request), reviewedBy: reviewerIn(history, request) },
      otherwise: timing === undefined ? null : otherwiseOf(found, request, timing),
      details: request.details === null ? null : words.all(request.details),
      ...{ kind: request.kind, unit: named(request.unitCode), at: request.askedAt, reason: request.reason },
      ...{ actor: actorOf(request.askedSeq), suggestedUnit: request.suggestedUnit, decision: request.decision },
      ...{ decidedAt: request.decidedAt, decidedBy: actorOf(request.decidedSeq) },
      // Their texts stand in the history, too.
      note: words.text(noteOf(request.askedSeq)),
      decisionNote: request.decision === 'REFUSED' ? words.text(noteOf(request.decidedSeq)) : null,
    })),
    callIds: knowsCalls ? found.callIds : [],
    attachments: files.filter((file) => mayReadFile(person, ticket, file, sight)),
    history: shown.map(({ row, unitName }) => ({
      ...{ seq: row.seq, kind: row.kind, fromState: row.fromState, toState: row.toState, at: row.at },
      ...{
        actor: row.actorName,
        unit: row.unitCode && { code: row.unitCode, name: unitName ?? row.unitCode },
        reason: row.reason,
      },
      note: row.note === null ? null : words.text(row.note),
      details: words.all(knowsCalls ? row.details : withoutCalls(row.details)),
    })),
    actions: actionsOf(person, machine, now, terms),
    isNumberWithheld: found.isWithheld && !isCallerHidden(ticket),
    mayReveal: ticket.callerPhone !== null && mayReveal(person, machine),
  }
}

const proposedSaid = (
  { publicReply, internalReply }: NonNullable<TicketRow['proposed']>,
  words: Words,
  by: string | null,
): TicketDetail['proposed'] => ({ ...words.all({ publicReply, internalReply }), by })

/** A unit has no business with the calls and their recordings, nor has the hotline with those of a hidden caller. */
function withoutCalls(details: Record<string, unknown>): Record<string, unknown> {
  const { callId: _one, callIds: _all, ...rest } = details
  return rest
}

const mostOfCaller = 20
const mostClosed = 5

/**
 * What stands beside the call: this caller's open tickets, and the last that were closed. A report and its like are not
 * among them, for they would name who reported; that of this very call is.
 */
export async function ticketsOfCaller(
  db: Db,
  { phone, callId }: { phone: string; callId: CallId },
  person: TicketPerson,
  now: Instant,
): Promise<CallerTickets> {
  const ofThisCall = exists(
    db
      .select({ one: sql`1` })
      .from(ticketCalls)
      .where(and(eq(ticketCalls.ticketId, tickets.id), eq(ticketCalls.callId, callId))),
  )
  const rowsWhere = (where: SQL | undefined, most: number) =>
    selectListed(db)
      .where(
        and(eq(tickets.callerPhone, phone), where, mayKnowHidden(person) ? undefined : or(isOpenTicket(), ofThisCall)),
      )
      .orderBy(desc(tickets.id))
      .limit(most)
  const [open, closed] = await Promise.all([
    // What follows another ticket, or is at the province, is not over for its caller.
    rowsWhere(inArray(tickets.state, [...openStates, 'MERGED', 'AT_PROVINCE']), mostOfCaller),
    rowsWhere(inArray(tickets.state, ['CLOSED', 'ARCHIVED', 'DIRECT_CLOSED']), mostClosed),
  ])
  const answers = await readAnswers(
    db,
    closed.map(({ ticket }) => ticket.id),
  )
  const newestFirst = [...open, ...closed]
    .map(({ ticket }) => ticket)
    .sort((one, other) => (one.id < other.id ? 1 : -1))
  return {
    open: open.map((row) => summaryOf(row, plainWords, now, person)),
    closed: closed.map((row) => ({
      ...summaryOf(row, plainWords, now, person),
      answer: answers.get(row.ticket.id) ?? null,
    })),
    name: nameToPropose(newestFirst.map((ticket) => ({ ...ticket, name: ticket.callerName }))),
  }
}

/** As much of an answer as is read out in one breath. */
const longestAnswer = 80

async function readAnswers(db: Db, ids: readonly TicketId[]): Promise<Map<TicketId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: tickets.id, publicReply: tickets.publicReply })
    .from(tickets)
    .where(inArray(tickets.id, [...ids]))
  return new Map(
    rows.flatMap(({ id, publicReply }) => {
      const line = [...(publicReply?.trim().split('\n')[0] ?? '')]
      if (line.length === 0) return []
      return [[id, line.length > longestAnswer ? `${line.slice(0, longestAnswer).join('')}…` : line.join('')]]
    }),
  )
}
