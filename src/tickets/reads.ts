import {
  and,
  asc,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { maskNumber } from '../calls/view.ts'
import { lineageOf } from '../catalogue/catalogue.ts'
import { categories } from '../catalogue/schema.ts'
import type { Db } from '../platform/database.ts'
import type { CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../platform/types.ts'
import { firstUlidAt, isUlid } from '../platform/ulid-time.ts'
import { counties, units } from '../units/schema.ts'
import type { CallerTickets, TicketDetail, TicketList, TicketQuery, TicketSummary } from './api.ts'
import { mayReadFile } from './attachment.ts'
import { listAttachments } from './attachments.ts'
import { readHistory } from './history.ts'
import { type Lamp, lampAt } from './limits.ts'
import { machineOf } from './rows.ts'
import { ticketCalls, ticketDeadlines, ticketParticipants, ticketSearch, tickets } from './schema.ts'
import { coUnitsOf } from './store.ts'
import { actionsOf, openStates, type TicketPerson } from './ticket.ts'
import { searchOf } from './tokens.ts'
import { type CallerFacts, isCallerHidden, isOfHotline, mayReveal, scrub, scrubAll } from './view.ts'

/** Tickets as people read them: within their scope, callers hidden where they must be, names beside codes. */

export type TicketRow = typeof tickets.$inferSelect
export interface FoundTicket {
  ticket: TicketRow
  category: { code: CategoryCode; name: string } | null
  county: { code: CountyCode; name: string } | null
  leadUnit: { code: UnitCode; name: string } | null
}

function selectTickets(db: Db) {
  return db
    .select({
      ticket: tickets,
      category: { code: categories.code, name: categories.name },
      county: { code: counties.code, name: counties.name },
      leadUnit: { code: units.code, name: units.shortName },
    })
    .from(tickets)
    .leftJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(counties, eq(counties.code, tickets.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
}

export interface TicketFilter extends Omit<TicketQuery, 'caller' | 'cursor' | 'limit'> {
  /** E.164 or a short code. */
  caller: string | undefined
}

/** Thrown for a cursor that is none of ours, or one of another order. */
export class BadCursor extends Error {}

/** One page of what this person may see. */
export async function listTickets(
  db: Db,
  person: TicketPerson,
  filter: TicketFilter,
  page: { cursor: string | undefined; limit: number },
  now: Instant,
): Promise<TicketList> {
  const isByDue = filter.sort === 'due'
  const where = and(
    scopeOf(db, person, filter),
    ...conditionsOf(db, person, filter, now),
    page.cursor === undefined || page.cursor === '' ? undefined : afterCursor(page.cursor, isByDue),
  )
  const rows = await selectTickets(db)
    .where(where)
    .orderBy(...(isByDue ? [asc(tickets.nextDueAt), asc(tickets.id)] : [desc(tickets.id)]))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? shown.at(-1)?.ticket : undefined
  return {
    tickets: shown.map((row) => summaryOf(row, person, now)),
    next: last === undefined ? null : isByDue ? `${last.nextDueAt ?? ''}.${last.id}` : last.id,
  }
}

/** The hotline sees all; a unit what it takes part in. What is due is due to the unit in charge. */
function scopeOf(db: Db, person: TicketPerson, filter: TicketFilter): SQL | undefined {
  if (isOfHotline(person)) return filter.unit === undefined ? undefined : eq(tickets.leadUnit, filter.unit as UnitCode)
  // Nobody's unit sees nothing.
  if (person.unitCode === null) return sql`FALSE`
  const isPart = (role?: 'CO') =>
    exists(
      db
        .select({ one: sql`1` })
        .from(ticketParticipants)
        .where(
          and(
            eq(ticketParticipants.ticketId, tickets.id),
            eq(ticketParticipants.unitCode, person.unitCode ?? ('' as UnitCode)),
            eq(ticketParticipants.slot, 1),
            role === undefined ? undefined : eq(ticketParticipants.role, role),
          ),
        ),
    )
  if (filter.part === 'co') return isPart('CO')
  return filter.part === 'lead' || filter.sort === 'due' ? eq(tickets.leadUnit, person.unitCode) : isPart()
}

function conditionsOf(db: Db, person: TicketPerson, filter: TicketFilter, now: Instant): (SQL | undefined)[] {
  const { state, lamp, type, urgency, county, category, caller, search, from, to } = filter
  return [
    state === undefined ? undefined : inArray(tickets.state, state),
    lamp === undefined ? undefined : or(...lamp.map((one) => shows(one, now))),
    type === undefined ? undefined : eq(tickets.type, type),
    urgency === undefined ? undefined : eq(tickets.urgency, urgency),
    county === undefined ? undefined : eq(tickets.countyCode, county as CountyCode),
    category === undefined ? undefined : below(category as CategoryCode),
    caller === undefined
      ? undefined
      : and(eq(tickets.callerPhone, caller), isOfHotline(person) ? undefined : isOpenly()),
    search === undefined ? undefined : matching(db, search),
    // The bound on the id lets every index stop where the time does.
    from === undefined ? undefined : gte(tickets.id, firstUlidAt(from) as TicketId),
    to === undefined ? undefined : lt(tickets.id, firstUlidAt(to) as TicketId),
  ]
}

/** As `lampAt`, for the database. Whatever is closed has no due time and is green. */
function shows(lamp: Lamp, now: Instant): SQL | undefined {
  const isInTime = or(isNull(tickets.nextDueAt), gte(tickets.nextDueAt, now))
  switch (lamp) {
    case 'RED':
      return lt(tickets.nextDueAt, now)
    case 'YELLOW':
      return and(lte(tickets.warnAt, now), gte(tickets.nextDueAt, now))
    case 'GREEN':
      return and(or(isNull(tickets.warnAt), gt(tickets.warnAt, now)), isInTime)
  }
}

/** Whom a unit may know: else asking for a number would tell who reported. As `isCallerHidden`, for the database. */
function isOpenly(): SQL | undefined {
  return and(eq(tickets.isConfidential, false), eq(tickets.isAnonymous, false), ne(tickets.type, 'REPORT'))
}

function below(code: CategoryCode): SQL | undefined {
  const depth = lineageOf(code).length
  if (depth >= 3) return eq(tickets.categoryCode, code)
  const stem = code.slice(0, depth * 2)
  const last = stem.padEnd(6, '9') as CategoryCode
  return and(gte(tickets.categoryCode, code), or(lt(tickets.categoryCode, last), eq(tickets.categoryCode, last)))
}

function matching(db: Db, typed: string): SQL {
  const text = typed.trim().toUpperCase()
  if (/^CZ\d{14}$/.test(text)) return eq(tickets.number, text)
  const words = searchOf(typed)
  if (words === null) return sql`FALSE`
  return inArray(
    tickets.id,
    db
      .select({ id: ticketSearch.ticketId })
      .from(ticketSearch)
      .where(sql`MATCH(${ticketSearch.tokens}) AGAINST (${words} IN BOOLEAN MODE)`),
  )
}

function afterCursor(cursor: string, isByDue: boolean): SQL | undefined {
  if (!isByDue) {
    if (!isUlid(cursor)) throw new BadCursor()
    return lt(tickets.id, cursor as TicketId)
  }
  const [, due, id] = /^(\d{0,15})\.([0-9A-Z]{26})$/.exec(cursor) ?? []
  if (due === undefined || id === undefined || !isUlid(id)) throw new BadCursor()
  const later = gt(tickets.id, id as TicketId)
  // What has no due time comes first, so that its mark is seen.
  if (due === '') return or(isNotNull(tickets.nextDueAt), and(isNull(tickets.nextDueAt), later))
  return or(gt(tickets.nextDueAt, Number(due)), and(eq(tickets.nextDueAt, Number(due)), later))
}

function factsOf(ticket: TicketRow): CallerFacts {
  return { name: ticket.callerName, phone: ticket.callerPhone, address: ticket.callerAddress }
}

/** Words of a ticket for this reader. */
export function wordsFor(
  ticket: TicketRow,
  person: TicketPerson,
): { text(words: string): string; all<T>(value: T): T } {
  if (isOfHotline(person) || !isCallerHidden(ticket)) return { text: (words) => words, all: (value) => value }
  const facts = factsOf(ticket)
  return { text: (words) => scrub(words, facts), all: (value) => scrubAll(value, facts) }
}

function summaryOf(
  { ticket, category, county, leadUnit }: FoundTicket,
  person: TicketPerson,
  now: Instant,
): TicketSummary {
  const isHidden = isCallerHidden(ticket)
  const words = wordsFor(ticket, person)
  const { number, version, state, type, urgency, channel, inboxMark, urgeCount } = ticket
  const { registeredAt, changedAt, nextDueAt, warnAt, clockMark } = ticket
  return {
    ...{ number, version, state, type, urgency, channel, inboxMark, urgeCount },
    ...{ registeredAt, changedAt, nextDueAt, warnAt, clockMark, county, leadUnit },
    title: words.text(ticket.title),
    place: words.text(ticket.place),
    category: category ?? { code: ticket.categoryCode, name: ticket.categoryCode },
    isCallerHidden: isHidden,
    caller: isHidden ? null : { name: ticket.callerName, phone: maskNumber(ticket.callerPhone) },
    lamp: lampAt(now, [{ warnAt, dueAt: nextDueAt }]),
  }
}

export async function findTicket(db: Db, number: string): Promise<FoundTicket | null> {
  const [row] = await selectTickets(db).where(eq(tickets.number, number))
  return row ?? null
}

export async function findTicketById(db: Db, id: TicketId): Promise<FoundTicket | null> {
  const [row] = await selectTickets(db).where(eq(tickets.id, id))
  return row ?? null
}

/** Units that take part now: who may see it. */
export async function unitsIn(db: Db, { ticket }: FoundTicket): Promise<UnitCode[]> {
  const coUnits = await coUnitsOf(db, ticket.id)
  return ticket.leadUnit === null ? coUnits : [ticket.leadUnit, ...coUnits]
}

export async function readDetail(
  db: Db,
  found: FoundTicket,
  person: TicketPerson,
  now: Instant,
): Promise<TicketDetail> {
  const { ticket } = found
  const isHotline = isOfHotline(person)
  const [coUnits, running, history, calls, names, files] = await Promise.all([
    coUnitsOf(db, ticket.id),
    db
      .select({ clock: ticketDeadlines.clock })
      .from(ticketDeadlines)
      .where(and(eq(ticketDeadlines.ticketId, ticket.id), eq(ticketDeadlines.slot, 1))),
    readHistory(db, ticket.id),
    isHotline ? db.select({ id: ticketCalls.callId }).from(ticketCalls).where(eq(ticketCalls.ticketId, ticket.id)) : [],
    unitNames(db),
    listAttachments(db, { ticketId: ticket.id }),
  ])
  const clocks = running.map((row) => row.clock)
  const machine = machineOf(ticket, coUnits, clocks)
  const words = wordsFor(ticket, person)
  const named = (code: UnitCode) => ({ code, name: names.get(code) ?? code })
  const { occurredAt, longitude, latitude, isConfidential, isAnonymous, isCrossCity, needsReply } = ticket
  const { accusedUnit, suggestedUnit, ruleKey, dispatchCount, returnCount, upstreamNumber } = ticket
  const { dispatchedAt, signedAt, repliedAt, closedAt, signDueAt, handleDueAt, returnBy } = ticket
  return {
    ...summaryOf(found, person, now),
    ...{ occurredAt, longitude, latitude, isConfidential, isAnonymous, isCrossCity, needsReply },
    ...{ accusedUnit, suggestedUnit, ruleKey, dispatchCount, returnCount, upstreamNumber },
    ...{ dispatchedAt, signedAt, repliedAt, closedAt, signDueAt, handleDueAt, returnBy, clocks },
    ...words.all({
      content: ticket.content,
      wish: ticket.wish,
      township: ticket.township,
      accused: ticket.accused,
      suggestedReason: ticket.suggestedReason,
      dispatchReason: ticket.dispatchReason,
      tags: ticket.tags,
      publicReply: ticket.publicReply,
      internalReply: ticket.internalReply,
    }),
    address: isCallerHidden(ticket) ? null : ticket.callerAddress,
    coUnits: coUnits.map(named),
    callIds: calls.map((call) => call.id),
    attachments: files.filter(({ kind }) => mayReadFile(person, ticket, kind)),
    history: history.map((row) => ({
      ...{ seq: row.seq, kind: row.kind, fromState: row.fromState, toState: row.toState, at: row.at },
      ...{ actor: row.actorName, unit: row.unitCode && named(row.unitCode), reason: row.reason },
      note: row.note === null ? null : words.text(row.note),
      details: words.all(isHotline ? row.details : withoutCalls(row.details)),
    })),
    actions: actionsOf(person, machine, now),
    mayReveal: ticket.callerPhone !== null && mayReveal(person, machine),
  }
}

/** A unit has no business with the calls and their recordings. */
function withoutCalls(details: Record<string, unknown>): Record<string, unknown> {
  const { callId: _one, callIds: _all, ...rest } = details
  return rest
}

async function unitNames(db: Db): Promise<Map<UnitCode, string>> {
  const rows = await db.select({ code: units.code, name: units.shortName }).from(units)
  return new Map(rows.map((row) => [row.code, row.name]))
}

const mostOfCaller = 20
const mostClosed = 5

/** What stands beside the call: this caller's open tickets, and the last that were closed. */
export async function ticketsOfCaller(
  db: Db,
  phone: string,
  person: TicketPerson,
  now: Instant,
): Promise<CallerTickets> {
  const rowsWhere = (where: SQL | undefined, most: number) =>
    selectTickets(db)
      .where(and(eq(tickets.callerPhone, phone), where))
      .orderBy(desc(tickets.id))
      .limit(most)
  const [open, closed] = await Promise.all([
    rowsWhere(inArray(tickets.state, openStates), mostOfCaller),
    rowsWhere(inArray(tickets.state, ['CLOSED', 'DIRECT_CLOSED']), mostClosed),
  ])
  return {
    open: open.map((row) => summaryOf(row, person, now)),
    closed: closed.map((row) => summaryOf(row, person, now)),
  }
}
