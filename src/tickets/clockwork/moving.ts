import { and, asc, eq, gt, gte, inArray, isNull, or, type SQL } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { countRun, dueColumnsOf, type Run, type Timing, timingUnder } from '../clocks/deadlines.ts'
import type { Move, OpenTicket } from '../clocks/moves.ts'
import { unitsOf } from '../life/ticket.ts'
import { readRuns, readTasks } from '../records/kept.ts'
import { matterOf, taskOf } from '../records/rows.ts'
import { ticketDeadlines, tickets } from '../records/schema.ts'
import { statutoryDaysOf } from '../records/store.ts'
import type { AlarmParts } from './alarms.ts'

/** Clocks that run, when the working days that they were counted with have changed. */

const batch = 500

/** By due time, which is the order of an index; what is overdue stays so. */
async function* runningFrom(db: Db, from: Instant): AsyncGenerator<Run[]> {
  let after: SQL | undefined = gte(ticketDeadlines.dueAt, from)
  for (;;) {
    const rows = await db
      .select()
      .from(ticketDeadlines)
      .where(and(eq(ticketDeadlines.slot, 1), isNull(ticketDeadlines.overdueAt), after))
      .orderBy(asc(ticketDeadlines.dueAt), asc(ticketDeadlines.id))
      .limit(batch)
    const last = rows.at(-1)
    if (last?.dueAt == null) return
    yield rows
    if (rows.length < batch) return
    after = or(
      gt(ticketDeadlines.dueAt, last.dueAt),
      and(eq(ticketDeadlines.dueAt, last.dueAt), gt(ticketDeadlines.id, last.id)),
    )
  }
}

/** The tickets of these runs, each with those of its runs that are among them. */
async function ticketsOf(db: Db, runs: readonly Run[]): Promise<OpenTicket[]> {
  const ids = [...new Set(runs.map(({ ticketId }) => ticketId))]
  const rows = await db
    .select({ ticket: tickets, statutoryDays: categories.statutoryDays })
    .from(tickets)
    .leftJoin(categories, eq(categories.code, tickets.categoryCode))
    .where(inArray(tickets.id, ids))
  return rows.map(({ ticket, statutoryDays }) => ({
    number: ticket.number,
    matter: matterOf(ticket, statutoryDays, ticket.round),
    limitsKey: ticket.limitsKey,
    runs: runs.filter(({ ticketId }) => ticketId === ticket.id),
  }))
}

const mostLooked = 100_000

/**
 * What would move; nothing is written.
 * @param from clocks that are due earlier cannot be concerned
 * @param movesOf by the rules that are asked about
 */
export async function previewMoves(
  db: Db,
  from: Instant,
  movesOf: (tickets: readonly OpenTicket[]) => Move[],
  mostShown: number,
): Promise<{ moves: Move[]; count: number; isMore: boolean }> {
  const shown: Move[] = []
  let [count, looked] = [0, 0]
  for await (const runs of runningFrom(db, from)) {
    const found = movesOf(await ticketsOf(db, runs))
    count += found.length
    shown.push(...found.slice(0, mostShown - shown.length))
    looked += runs.length
    if (looked >= mostLooked) return { moves: shown, count, isMore: true }
  }
  return { moves: shown, count, isMore: false }
}

/**
 * Counts the clocks anew that are due from then on, each ticket in a transaction of its own. Twice is once: what is
 * right already stays as it is. @returns how many tickets moved
 */
export async function moveClocks(parts: AlarmParts, from: Instant): Promise<number> {
  const { db, log } = parts
  const timing = await parts.timing()
  const seen = new Set<TicketId>()
  let moved = 0
  for await (const runs of runningFrom(db, from)) {
    for (const { ticketId } of runs) {
      if (seen.has(ticketId)) continue
      seen.add(ticketId)
      if (await moveTicket(parts, ticketId, timing)) moved += 1
    }
  }
  log.info({ tickets: moved, from }, 'due times counted anew after the working days changed')
  return moved
}

async function moveTicket({ db, bus, now }: AlarmParts, id: TicketId, timing: Timing): Promise<boolean> {
  const at = now()
  const news = await db.transaction(async (tx) => {
    const ofTicket = eq(tickets.id, id)
    const [ticket] = await tx.select().from(tickets).where(ofTicket).for('update')
    if (!ticket) return null
    const matter = matterOf(ticket, await statutoryDaysOf(tx, ticket.categoryCode), ticket.round)
    const under = timingUnder(timing, ticket.limitsKey)
    const runs = await readRuns(tx, id)
    const after = runs.map((run) =>
      run.slot === 1 && run.overdueAt === null ? movedRun(run, countRun(run, matter, under), at) : run,
    )
    const changed = after.filter((run, n) => run !== runs[n])
    if (changed.length === 0) return null
    for (const { id: runId, dueAt, warnAt, calendarVersion, warnedAt } of changed) {
      await tx
        .update(ticketDeadlines)
        .set({ dueAt, warnAt, calendarVersion, warnedAt })
        .where(eq(ticketDeadlines.id, runId))
    }
    await tx.update(tickets).set(dueColumnsOf(after, ticket.leadUnit)).where(ofTicket)
    const { number, version, state } = ticket
    const units = unitsOf({ tasks: (await readTasks(tx, id)).map(taskOf) })
    return { number, version, state, kind: 'lamp' as const, units, at }
  })
  if (news === null) return false
  bus.publish('ticket.changed', news)
  return true
}

/** The same object when nothing moves. A lamp that is yellow too early is lit again in its time. */
function movedRun(run: Run, { dueAt, warnAt, calendarVersion }: ReturnType<typeof countRun>, now: Instant): Run {
  if (dueAt === run.dueAt && warnAt === run.warnAt) return run
  return { ...run, dueAt, warnAt, calendarVersion, warnedAt: warnAt !== null && warnAt > now ? null : run.warnedAt }
}
