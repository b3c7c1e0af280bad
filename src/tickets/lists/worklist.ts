import { and, asc, count, desc, eq, gte, inArray, lt, lte, type SQL } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { ReturnedTicket, TicketCounts } from '../api.ts'
import type { ReturnReason, TicketPerson, TicketState } from '../life/ticket.ts'
import { ticketEvents, tickets } from '../records/schema.ts'
import { type Words, wordsFor } from './reader-words.ts'
import type { TicketRow } from './reads.ts'

/** What stands over the worklists of `/unit` and `/dispatch`. Each figure is a range of one index. */

/** @param unit in charge; null: the hotline, which looks at all of them */
export async function countTickets(db: Db, unit: UnitCode | null, now: Instant): Promise<TicketCounts> {
  const states: TicketState[] = unit === null ? ['REGISTERED', 'RETURNED', 'REPLIED'] : ['DISPATCHED', 'SIGNED']
  const isWanted = inArray(tickets.state, states)
  const ofUnit = unit === null ? undefined : eq(tickets.leadUnit, unit)
  // With its states a unit's clocks are a range of its own index; those of all stand in one by due time.
  const running = unit === null ? undefined : and(ofUnit, isWanted)
  const [rows, soon, overdue, returned] = await Promise.all([
    db
      .select({ state: tickets.state, count: count() })
      .from(tickets)
      .where(and(ofUnit, isWanted))
      .groupBy(tickets.state),
    countWhere(db, and(running, gte(tickets.nextDueAt, now), lte(tickets.warnAt, now))),
    countWhere(db, and(running, lt(tickets.nextDueAt, now))),
    unit === null ? 0 : countWhere(db, and(eq(tickets.returnedBy, unit), eq(tickets.state, 'RETURNED'))),
  ])
  const of = (state: TicketState) => rows.find((row) => row.state === state)?.count ?? 0
  return {
    registered: of('REGISTERED'),
    dispatched: of('DISPATCHED'),
    signed: of('SIGNED'),
    replied: of('REPLIED'),
    returned: unit === null ? of('RETURNED') : returned,
    soon,
    overdue,
  }
}

async function countWhere(db: Db, where: SQL | undefined): Promise<number> {
  const [row] = await db.select({ count: count() }).from(tickets).where(where)
  return row?.count ?? 0
}

const mostReturned = 50

/**
 * Tickets that a unit returned last, and what became of them. The unit may no longer open these tickets: it reads no
 * more than it knew when it returned them, within the same limits.
 */
export async function returnedBy(db: Db, person: TicketPerson & { unitCode: UnitCode }): Promise<ReturnedTicket[]> {
  const rows = await db
    .select()
    .from(tickets)
    .where(eq(tickets.returnedBy, person.unitCode))
    .orderBy(desc(tickets.id))
    .limit(mostReturned)
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const events = await db
    .select()
    .from(ticketEvents)
    .where(inArray(ticketEvents.ticketId, ids))
    .orderBy(asc(ticketEvents.ticketId), asc(ticketEvents.seq))
  const words = await wordsFor(db, person, rows)
  return rows
    .flatMap((ticket) => {
      const history = events.filter((event) => event.ticketId === ticket.id)
      return returnedTicket(ticket, history, person, words(ticket)) ?? []
    })
    .sort((one, other) => other.at - one.at)
}

function returnedTicket(
  ticket: TicketRow,
  history: (typeof ticketEvents.$inferSelect)[],
  person: TicketPerson,
  words: Words,
): ReturnedTicket | null {
  const given = history.findLast((event) => event.kind === 'return' && event.unitCode === person.unitCode)
  if (!given) return null
  const decision = history.find(
    (event) => event.seq > given.seq && event.fromState === 'RETURNED' && event.kind !== 'urge',
  )
  const { number, type, urgency } = ticket
  return {
    ...{ number, type, urgency },
    title: words.text(ticket.title),
    at: given.at,
    actor: given.actorName,
    reason: given.reason as ReturnReason,
    note: words.text(given.note ?? ''),
    decision: decision?.kind ?? null,
    decidedAt: decision?.at ?? null,
    // Where it went instead is not this unit's business; why it has to keep it is.
    decisionNote: decision?.kind === 'refuse-return' ? words.text(decision.note ?? '') : null,
  }
}
