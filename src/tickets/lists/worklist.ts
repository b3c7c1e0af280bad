import { and, count, desc, eq, gte, inArray, isNotNull, lt, lte, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { ReturnedTicket, TicketCounts } from '../api.ts'
import { type EventKind, openStates, type RequestKind, type TicketPerson, type TicketState } from '../life/ticket.ts'
import { ticketEvents, ticketRequests, tickets, ticketTasks } from '../records/schema.ts'
import { problems } from '../rounds/words.ts'
import { countUntold } from '../telling/untold.ts'
import { wordsFor } from './reader-words.ts'

/** What stands over the worklists of `/unit` and `/dispatch`. Each figure is a range of one index. */

/** @param unit in charge; null: the hotline, which looks at all of them */
export async function countTickets(db: Db, unit: UnitCode | null, now: Instant): Promise<TicketCounts> {
  const states: TicketState[] = unit === null ? ['PENDING_REVIEW', 'REGISTERED', 'REPLIED'] : ['DISPATCHED', 'SIGNED']
  const isWanted = inArray(tickets.state, states)
  const ofUnit = unit === null ? undefined : eq(tickets.leadUnit, unit)
  // With its states a unit's clocks are a range of its own index; those of all stand in one by due time.
  const running = unit === null ? undefined : and(ofUnit, isWanted)
  const [rows, soon, overdue, asks, problem, untold] = await Promise.all([
    db
      .select({ state: tickets.state, count: count() })
      .from(tickets)
      .where(and(ofUnit, isWanted))
      .groupBy(tickets.state),
    countWhere(db, and(running, gte(tickets.nextDueAt, now), lte(tickets.warnAt, now))),
    countWhere(db, and(running, lt(tickets.nextDueAt, now))),
    countAsks(db, unit),
    unit === null ? countWhere(db, and(inArray(tickets.problem, problems), inArray(tickets.state, openStates))) : 0,
    unit === null ? countUntold(db, now) : 0,
  ])
  const of = (state: TicketState) => rows.find((row) => row.state === state)?.count ?? 0
  return {
    registered: of('PENDING_REVIEW') + of('REGISTERED'),
    dispatched: of('DISPATCHED'),
    signed: of('SIGNED'),
    replied: of('REPLIED'),
    asked: asks.reduce((sum, row) => sum + row.count, 0),
    returned: asks.find(({ kind }) => kind === 'RETURN')?.count ?? 0,
    ...{ problem, untold, soon, overdue },
  }
}

/** Those that wait, by kind: few, of all units. */
async function countAsks(db: Db, unit: UnitCode | null): Promise<{ kind: RequestKind; count: number }[]> {
  const { slot, kind, unitCode } = ticketRequests
  return db
    .select({ kind, count: count() })
    .from(ticketRequests)
    .where(and(eq(slot, 1), unit === null ? undefined : eq(unitCode, unit)))
    .groupBy(kind)
}

/** Answers of a unit that wait for their second signature (审签). */
export async function countProposed(db: Db | Tx, unit: UnitCode): Promise<number> {
  return countWhere(db, and(eq(tickets.leadUnit, unit), eq(tickets.state, 'SIGNED'), isNotNull(tickets.proposed)))
}

async function countWhere(db: Db | Tx, where: SQL | undefined): Promise<number> {
  const [row] = await db.select({ count: count() }).from(tickets).where(where)
  return row?.count ?? 0
}

const mostReturned = 50
/** Steps that answer: who takes one asks for nothing more. */
const answering: ReadonlySet<EventKind | null> = new Set(['reply', 'countersign'])

/**
 * What a unit gave back or wants to give back, the last first, and what became of it. What is with another unit by now it
 * may no longer open: it reads no more than it knew then, within the same limits.
 */
export async function returnedBy(db: Db, person: TicketPerson & { unitCode: UnitCode }): Promise<ReturnedTicket[]> {
  const { ticketId, unitCode, kind, askedAt, askedSeq, decidedSeq } = ticketRequests
  const deciding = alias(ticketEvents, 'deciding')
  const rows = await db
    .select({
      ticket: tickets,
      request: ticketRequests,
      actor: ticketEvents.actorName,
      decidedAs: deciding.kind,
      role: ticketTasks.role,
    })
    .from(ticketRequests)
    .innerJoin(tickets, eq(tickets.id, ticketId))
    .innerJoin(ticketEvents, and(eq(ticketEvents.ticketId, ticketId), eq(ticketEvents.seq, askedSeq)))
    .leftJoin(deciding, and(eq(deciding.ticketId, ticketId), eq(deciding.seq, decidedSeq)))
    .leftJoin(ticketTasks, and(eq(ticketTasks.ticketId, ticketId), eq(ticketTasks.unitCode, unitCode), isStill))
    .where(and(eq(unitCode, person.unitCode), eq(kind, 'RETURN')))
    .orderBy(desc(askedAt))
    .limit(mostReturned)
  const words = await wordsFor(
    db,
    person,
    rows.map(({ ticket }) => ticket),
  )
  const seen = new Set<string>()
  return rows.flatMap(({ ticket, request, actor, decidedAs, role }) => {
    // Given back twice, it is one line: what was decided last.
    if (seen.has(ticket.number)) return []
    seen.add(ticket.number)
    const { number, type, urgency, state } = ticket
    const { decision, decidedAt, decisionNote } = request
    const { text } = words(ticket)
    return {
      ...{ number, type, urgency, state, actor, decision, decidedAt, isAnswered: answering.has(decidedAs) },
      ...{
        title: text(ticket.title),
        at: request.askedAt,
        reason: request.reason ?? 'OTHER',
        note: text(request.note),
      },
      holds: role === 'LEAD' || role === 'HOLDER' ? role : null,
      decisionNote: decisionNote === null ? null : text(decisionNote),
    }
  })
}

const isStill = and(eq(ticketTasks.slot, 1), inArray(ticketTasks.role, ['LEAD', 'HOLDER']))
