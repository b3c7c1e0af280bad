import { and, asc, count, eq, inArray, lt, or, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { outbox } from '../../platform/database/schema.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { reopenByOf, type Timing, timingUnder } from '../clocks/deadlines.ts'
import { scrub } from '../life/scrub.ts'
import type { Ticket, TicketState } from '../life/ticket.ts'
import { callNumbersOf, secretsOf } from '../lists/reader-words.ts'
import { readWordFacts } from '../lists/search-index.ts'
import { type Change, changeOf } from '../records/change.ts'
import { Refused } from '../records/refusal.ts'
import type { Row } from '../records/rows.ts'
import { ticketEvents, tickets } from '../records/schema.ts'
import { writeAlike } from '../records/write.ts'
import { barredAsLead, barToFollow, type Following, plainAnswer } from './merging.ts'

/** Tickets that follow another one: whom they may follow, and how they are answered with it, many at once. */

/** The states in which a lead is answered. */
const answeredStates: readonly TicketState[] = ['CLOSED', 'ARCHIVED', 'DIRECT_CLOSED']

/**
 * The lead must stay as it is until the follower is written: its row is held against writers, not against other followers.
 * @param follower `id` null: it is made just now
 * @throws Refused where it cannot follow
 */
export async function requireLead(
  tx: Tx,
  { into }: Following,
  follower: Pick<Row, 'type' | 'accusedUnit'> & { id: TicketId | null },
): Promise<void> {
  // MariaDB has no FOR SHARE; both have this.
  const [locked] = await tx.execute(sql`SELECT id FROM ${tickets} WHERE ${tickets.id} = ${into} LOCK IN SHARE MODE`)
  const [lead] = await tx
    .select({
      ...{ id: tickets.id, state: tickets.state, mergedInto: tickets.mergedInto, type: tickets.type },
      accusedUnit: tickets.accusedUnit,
    })
    .from(tickets)
    .where(eq(tickets.id, into))
  if ((locked as unknown as unknown[]).length === 0 || !lead) throw new Refused('ticket.not-found', '没有这张主单。')
  const barred = barToFollow({ ...follower, id: follower.id ?? ('' as TicketId) }, lead)
  if (barred) throw new Refused(barred.code, barred.detail)
}

/** The caller holds the lock on its row: none joins meanwhile. */
export async function requireNoFollowers(tx: Tx, leadId: TicketId): Promise<void> {
  const followers = await countFollowers(tx, leadId)
  if (followers === 0) return
  const { code, detail } = barredAsLead(followers)
  throw new Refused(code, detail)
}

export async function countFollowers(db: Db | Tx, leadId: TicketId): Promise<number> {
  const [row] = await db.select({ count: count() }).from(tickets).where(eq(tickets.mergedInto, leadId))
  return row?.count ?? 0
}

/** Whether those who follow it can be answered now. */
export const isAnswered = ({ before, after }: { before: Ticket; after: Ticket }): boolean =>
  after.mergedInto === null && after.state !== before.state && answeredStates.includes(after.state)

/** A job answers those who follow, if any does. */
export async function announceAnswer(tx: Tx, leadId: TicketId, now: Instant): Promise<void> {
  const [one] = await tx.select({ id: tickets.id }).from(tickets).where(eq(tickets.mergedInto, leadId)).limit(1)
  if (!one) return
  await tx.insert(outbox).values({
    ...{ queue: 'follow', jobId: `follow:${leadId}:${now}`, topic: 'follow', payload: { leadId }, createdAt: now },
  })
}

/** So many are answered in one transaction. */
export const followBatch = 100

/**
 * Answers some of those who follow an answered lead. Those that were answered before its last answer get the new one.
 * What the lead's answer says of the lead's own caller is taken out. Idempotent: who has the answer gets none.
 * @returns how many
 */
export async function followSome(db: Db, leadId: TicketId, timing: Timing, now: Instant): Promise<number> {
  return db.transaction(async (tx) => {
    const [lead] = await tx.select().from(tickets).where(eq(tickets.id, leadId))
    if (!lead || lead.closedAt === null || !answeredStates.includes(lead.state)) return 0
    const isWithoutIt = or(
      eq(tickets.state, 'MERGED'),
      and(eq(tickets.state, 'CLOSED'), lt(tickets.closedAt, lead.closedAt)),
    )
    const rows = await tx
      .select()
      .from(tickets)
      .where(and(eq(tickets.mergedInto, leadId), isWithoutIt))
      .orderBy(asc(tickets.id))
      .limit(followBatch)
      .for('update')
    if (rows.length === 0) return 0
    const numbers = (await callNumbersOf(tx, [leadId])).get(leadId) ?? []
    const publicReply = scrub(lead.publicReply ?? plainAnswer, secretsOf(lead, numbers))
    const changes = await changesOf(tx, rows, { publicReply, lead: lead.number }, timing, now)
    // By the lead's limits for all of them, also for those that have an earlier answer, and its end, already.
    const reopenBy = reopenByOf(timingUnder(timing, lead.limitsKey), now)
    await writeAlike(tx, changes, {
      ...{ state: 'CLOSED', publicReply, closeKind: 'MERGED', closedAt: now, reopenBy, changedAt: now },
    })
    return rows.length
  })
}

async function changesOf(
  tx: Tx,
  rows: readonly Row[],
  said: { publicReply: string; lead: string },
  timing: Timing,
  now: Instant,
): Promise<Change[]> {
  const [facts, hashes] = [await readWordFacts(tx, rows), await readHashes(tx, rows)]
  // Nothing runs and nothing waits beside a ticket that follows: what it had has ended.
  const nothing = { tasks: [], requests: [], runs: [], rounds: [], belowAccused: [] as UnitCode[] }
  return rows.map((row) => {
    const hash = hashes.get(row.id)
    if (hash === undefined) throw new Error(`the history of ${row.id} has no row ${row.version}`)
    const known = { by: null, now, timing, statutoryDays: null, words: facts.get(row.id) ?? null }
    const worked = changeOf({ row, ...nothing, hash }, { kind: 'follow', ...said }, known)
    if (!worked.ok) throw new Error(`${row.number} cannot follow: ${worked.refusal.code}`)
    return worked.change
  })
}

async function readHashes(tx: Tx, rows: readonly Row[]): Promise<Map<TicketId, string>> {
  const ids = rows.map(({ id }) => id)
  const found = await tx
    .select({ id: ticketEvents.ticketId, hash: ticketEvents.hash })
    .from(ticketEvents)
    .innerJoin(tickets, and(eq(tickets.id, ticketEvents.ticketId), eq(tickets.version, ticketEvents.seq)))
    .where(inArray(ticketEvents.ticketId, ids))
  return new Map(found.map(({ id, hash }) => [id, hash]))
}
