import { and, asc, eq, exists, inArray, isNull, sql } from 'drizzle-orm'
import { recordings } from '../../calls/recordings/schema.ts'
import { calls } from '../../calls/records/schema.ts'
import { may } from '../../people/person.ts'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { units } from '../../units/schema.ts'
import type { Run, Timing } from '../clocks/deadlines.ts'
import { barTo, eventKinds, stepOf, type Terms, type Ticket, type TicketPerson } from '../life/ticket.ts'
import { isCallerHidden, isOfHotline, mayKnowHidden } from '../life/view.ts'
import { termsIn } from '../lists/detail-parts.ts'
import { type FoundTicket, machineIn, sightIn } from '../lists/reads.ts'
import { isClockSeen } from '../parts/sight.ts'
import { ticketDeadlines } from '../records/schema.ts'
import type { TicketTimeline } from './api.ts'

/** What stands beside a ticket's history: its clocks, its calls, and why a step is barred. */

export async function readTimeline(
  db: Db,
  found: FoundTicket,
  person: TicketPerson,
  { now, timing }: { now: Instant; timing: Timing },
): Promise<TicketTimeline> {
  const { ticket } = found
  const sight = sightIn(found, person)
  // From a hidden caller's call one would come to the caller.
  const knowsCalls = isOfHotline(person) && (!isCallerHidden(ticket) || mayKnowHidden(person))
  const [runs, made] = await Promise.all([
    db
      .select({ run: ticketDeadlines, unit: units.shortName })
      .from(ticketDeadlines)
      .leftJoin(units, eq(units.code, ticketDeadlines.unitCode))
      .where(eq(ticketDeadlines.ticketId, ticket.id))
      .orderBy(asc(ticketDeadlines.id)),
    knowsCalls ? readCalls(db, found.callIds) : [],
  ])
  const mayPlay = may(person, 'recordings.play')
  return {
    clocks: runs.filter(({ run }) => isClockSeen(run, sight)).map(({ run, unit }) => clockOf(run, unit)),
    calls: made.map(({ isRecorded, ...call }) => ({ ...call, mayPlay: isRecorded && mayPlay })),
    bars: barsOf(machineIn(found), person, now, termsIn(found, timing)),
  }
}

function clockOf(run: Run, unit: string | null): TicketTimeline['clocks'][number] {
  const { clock, startedAt, warnAt, dueAt, metAt, cancelledAt, pauses } = run
  return {
    ...{ clock, unit, startedAt, warnAt, dueAt, endedAt: metAt ?? cancelledAt },
    end: metAt !== null ? 'MET' : cancelledAt !== null ? 'CANCELLED' : null,
    pauses: (pauses ?? []).map(({ from, to }) => ({ from, to })),
  }
}

async function readCalls(db: Db, ids: readonly CallId[]) {
  if (ids.length === 0) return []
  const recorded = exists(
    db
      .select({ one: sql`1` })
      .from(recordings)
      .where(and(eq(recordings.callId, calls.id), eq(recordings.status, 'KEPT'), isNull(recordings.deletedAt))),
  )
  const rows = await db
    .select({
      ...{ id: calls.id, at: calls.arrivedAt, answeredAt: calls.answeredAt, endedAt: calls.endedAt },
      ...{ direction: calls.direction, outcome: calls.outcome, agent: users.name },
      isRecorded: sql`${recorded}`.mapWith(Boolean),
    })
    .from(calls)
    .leftJoin(users, eq(users.id, calls.agentId))
    .where(inArray(calls.id, [...ids]))
    .orderBy(asc(calls.id))
  return rows.map(({ answeredAt, endedAt, ...call }) => ({
    ...call,
    talkMs: answeredAt !== null && endedAt !== null ? endedAt - answeredAt : null,
  }))
}

/** Steps of this person that belong to the ticket's state and are barred all the same: the reason is worth telling. */
function barsOf(ticket: Ticket, person: TicketPerson, now: Instant, terms: Terms): TicketTimeline['bars'] {
  return eventKinds.flatMap((kind) => {
    const { form, from } = stepOf(kind)
    if (!form || !from.includes(ticket.state)) return []
    const bar = barTo({ by: 'person', person }, ticket, kind, now, terms)
    return bar === null || bar.code === 'ticket.not-allowed' ? [] : [{ kind, words: bar.detail }]
  })
}
