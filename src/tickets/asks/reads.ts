import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { readCursor } from '../../platform/web/paging.ts'
import type { TicketList, TicketSummary } from '../api.ts'
import { limitsUnder, type Run, slots, type Timing } from '../clocks/deadlines.ts'
import { lampAt } from '../clocks/limits.ts'
import { decisionClockOf, decisionClocks, type RequestKind, type TicketPerson } from '../life/ticket.ts'
import { wordsFor } from '../lists/reader-words.ts'
import { readListed, summaryOf } from '../lists/reads.ts'
import { ticketDeadlines, ticketRequests, tickets } from '../records/schema.ts'

/**
 * What units asked for and wait for, first what has to be decided first. It begins with what waits, a few hundred rows of
 * one index, and is put in order here.
 */

const mostWaiting = 2_000

type Waiting = Awaited<ReturnType<typeof waitingIn>>[number]

const waitingIn = (db: Db, kind: RequestKind | undefined) =>
  db
    .select({
      ...{ ticketId: ticketRequests.ticketId, kind: ticketRequests.kind, at: ticketRequests.askedAt },
      ...{ reviewedBy: ticketRequests.reviewedBy, limitsKey: tickets.limitsKey },
    })
    .from(ticketRequests)
    .innerJoin(tickets, eq(tickets.id, ticketRequests.ticketId))
    .where(and(eq(ticketRequests.slot, 1), kind === undefined ? undefined : eq(ticketRequests.kind, kind)))
    .limit(mostWaiting)

const clocksOf = (db: Db, ids: Waiting['ticketId'][]) =>
  db
    .select()
    .from(ticketDeadlines)
    .where(
      and(
        ...[inArray(ticketDeadlines.ticketId, ids), eq(ticketDeadlines.slot, slots.running)],
        inArray(ticketDeadlines.clock, decisionClocks),
      ),
    )

/** What has no due time comes first, so that its mark is seen. */
const dueOf = (run: Run | undefined): number => run?.dueAt ?? 0

/** One page for the dispatchers. Lamp and due time are those of the decision. */
export async function listAsks(
  db: Db,
  person: TicketPerson,
  { kind, cursor, limit }: { kind?: RequestKind | undefined; cursor?: string | undefined; limit: number },
  timing: Timing,
  now: Instant,
): Promise<TicketList> {
  const after = readCursor(cursor, /^(?<at>\d{1,16})\.(?<id>[0-7][0-9A-HJKMNP-TV-Z]{25})$/)
  const waiting = await waitingIn(db, kind)
  if (waiting.length === 0) return { tickets: [], next: null }
  const runs = await clocksOf(
    db,
    waiting.map(({ ticketId }) => ticketId),
  )
  const rows = waiting
    .map((ask) => {
      const run = runs.find(({ ticketId, clock }) => ticketId === ask.ticketId && clock === decisionClockOf[ask.kind])
      return { ask, run, at: dueOf(run) }
    })
    .toSorted((one, other) => one.at - other.at || (one.ask.ticketId < other.ask.ticketId ? -1 : 1))
    .filter(
      ({ at, ask }) =>
        after === null || at > Number(after.at) || (at === Number(after.at) && ask.ticketId > (after.id ?? '')),
    )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const listed = await readListed(
    db,
    page.map(({ ask }) => ask.ticketId),
  )
  const words = await wordsFor(
    db,
    person,
    listed.map(({ ticket }) => ticket),
  )
  return {
    tickets: page.flatMap(({ ask, run }): TicketSummary[] => {
      const row = listed.find(({ ticket }) => ticket.id === ask.ticketId)
      if (!row) return []
      const { dueAt = null, warnAt = null } = run ?? {}
      const { kind: asked, at, reviewedBy } = ask
      const { otherwise } = limitsUnder(timing, ask.limitsKey).decisions[asked]
      return [
        {
          ...summaryOf(row, words(row.ticket), now, person),
          ...{ nextDueAt: dueAt, warnAt, lamp: lampAt(now, [{ dueAt, warnAt }]) },
          clockMark: run !== undefined && dueAt === null ? 'NO_CALENDAR' : null,
          ask: { kind: asked, at, otherwise, isReviewed: reviewedBy !== null },
        },
      ]
    }),
    next: last === undefined ? null : `${last.at}.${last.ask.ticketId}`,
  }
}
