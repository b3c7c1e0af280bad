import { and, desc, eq, inArray, type SQL } from 'drizzle-orm'
import { maskNumber } from '../calls/view.ts'
import { categories } from '../catalogue/schema.ts'
import { lines } from '../lines/schema.ts'
import type { Db } from '../platform/database.ts'
import type { CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../platform/types.ts'
import { counties, units } from '../units/schema.ts'
import type { CallerTickets, TicketDetail, TicketList, TicketSummary } from './api.ts'
import { mayReadFile } from './attachment.ts'
import { listAttachments } from './attachments.ts'
import { cursorAfter, findPage, type TicketFilter } from './find.ts'
import { readHistory } from './history.ts'
import { lampAt } from './limits.ts'
import { machineOf } from './rows.ts'
import { ticketCalls, ticketDeadlines, tickets } from './schema.ts'
import { coUnitsOf } from './store.ts'
import { actionsOf, openStates, type TicketPerson } from './ticket.ts'
import { type CallerFacts, isCallerHidden, isOfHotline, mayReveal, nameToPropose, scrub, scrubAll } from './view.ts'

/** Tickets as people read them: within their scope, callers hidden where they must be, names beside codes. */

export type TicketRow = typeof tickets.$inferSelect
export interface FoundTicket {
  ticket: TicketRow
  category: { code: CategoryCode; name: string } | null
  county: { code: CountyCode; name: string } | null
  leadUnit: { code: UnitCode; name: string } | null
  line: { number: string; name: string } | null
}

function selectTickets(db: Db) {
  return db
    .select({
      ticket: tickets,
      category: { code: categories.code, name: categories.name },
      county: { code: counties.code, name: counties.name },
      leadUnit: { code: units.code, name: units.shortName },
      line: { number: lines.number, name: lines.name },
    })
    .from(tickets)
    .leftJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(counties, eq(counties.code, tickets.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .leftJoin(lines, eq(lines.id, tickets.lineId))
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
  const rows = ids.length === 0 ? [] : await selectTickets(db).where(inArray(tickets.id, ids))
  const rowOf = new Map(rows.map((row) => [row.ticket.id, row]))
  return {
    tickets: ids.flatMap((id) => rowOf.get(id) ?? []).map((row) => summaryOf(row, person, now)),
    next: last === undefined ? null : cursorAfter(last, filter.sort),
  }
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
  const { ticket, line } = found
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
    ...{ line, accusedUnit, suggestedUnit, ruleKey, dispatchCount, returnCount, upstreamNumber },
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
  const newestFirst = [...open, ...closed]
    .map(({ ticket }) => ticket)
    .sort((one, other) => (one.id < other.id ? 1 : -1))
  return {
    open: open.map((row) => summaryOf(row, person, now)),
    closed: closed.map((row) => summaryOf(row, person, now)),
    name: nameToPropose(newestFirst.map((ticket) => ({ ...ticket, name: ticket.callerName }))),
  }
}
