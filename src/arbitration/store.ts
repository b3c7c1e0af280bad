import { and, asc, desc, eq, exists, inArray, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { By as TicketAuthor } from '../tickets/records/rows.ts'
import {
  advanceDispute,
  aParty,
  type Dispute,
  type DisputeActor,
  type DisputeEvent,
  type DisputeState,
  minutesNumberOf,
  silentUnits,
} from './dispute.ts'
import { disputeEvents, disputeParties, disputes, disputeTickets, minutesCounters } from './schema.ts'

/** Disputes in the database: one step is one transaction, under the lock of the dispute's row. */

export type DisputeRow = typeof disputes.$inferSelect
export type PartyRow = typeof disputeParties.$inferSelect
export type TicketLink = typeof disputeTickets.$inferSelect

export type Author = NonNullable<TicketAuthor>

/** A dispute with all that hangs on it. */
export interface KeptDispute {
  row: DisputeRow
  parties: PartyRow[]
  tickets: TicketLink[]
}

export async function findDispute(db: Db | Tx, id: string, isLocked = false): Promise<KeptDispute | null> {
  const asked = db.select().from(disputes).where(eq(disputes.id, id))
  const [row] = await (isLocked ? asked.for('update') : asked)
  if (!row) return null
  const [parties, tickets] = await Promise.all([
    db
      .select()
      .from(disputeParties)
      .where(eq(disputeParties.disputeId, id))
      .orderBy(desc(disputeParties.role), asc(disputeParties.unitCode)),
    db.select().from(disputeTickets).where(eq(disputeTickets.disputeId, id)).orderBy(asc(disputeTickets.ticketNumber)),
  ])
  return { row, parties, tickets }
}

/** As the rules see it. */
export function disputeIn({ row, parties, tickets }: KeptDispute): Dispute {
  const { id: _id, proposedBy: _by, proposedAt: _at, ...facts } = row
  return {
    ...facts,
    ruling: row.ruling ?? null,
    tickets: tickets.map(({ ticketNumber }) => ticketNumber),
    parties: parties.map(({ disputeId: _, unitCode: unit, ...party }) => ({ unit, ...party })),
  }
}

export interface NewDispute
  extends Pick<Dispute, 'rung' | 'question' | 'isKind' | 'categoryCode' | 'countyCode' | 'tickets' | 'holdBy'> {
  parties: UnitCode[]
  invited: UnitCode[]
  /** What the one who proposes it thinks. */
  draft: string
}

/** @returns its id */
export async function propose(tx: Tx, given: NewDispute, by: Author, now: Instant): Promise<string> {
  const id = newId(now)
  const { rung, question, isKind, categoryCode, countyCode, holdBy, tickets, parties, invited, draft } = given
  await tx.insert(disputes).values({
    ...{ id, state: 'PROPOSED', version: 1, rung, question, isKind, categoryCode, countyCode, holdBy },
    ...{ proposedBy: by.id, proposedAt: now },
  })
  await addParties(tx, id, [
    ...parties.map((unit) => aParty(unit, 'PARTY')),
    ...invited.filter((unit) => !parties.includes(unit)).map((unit) => aParty(unit, 'INVITED')),
  ])
  if (tickets.length > 0) {
    const rows = tickets.map((ticketNumber) => ({ disputeId: id, ticketNumber, state: 'NONE' as const }))
    await tx.insert(disputeTickets).values(rows)
  }
  await writeDown(tx, { id, seq: 1, kind: 'propose', details: { draft } }, by, now)
  return id
}

export interface ActRequest {
  /** Null: the machine, e.g. a review that is due. */
  by: Author | null
  actor: DisputeActor
  now: Instant
  /** As it was seen; null: whatever happened since, as a unit's view. */
  version: number | null
  /** Of the minutes' numbers: `长治`. */
  city: string
}

/**
 * One step. A signed ruling gets its number and leaves its tickets to be designated (`designate.ts`).
 * @throws Refusal
 */
export async function actOnDispute(
  tx: Tx,
  id: string,
  given: DisputeEvent,
  { by, actor, now, version, city }: ActRequest,
): Promise<{ before: Dispute; after: Dispute }> {
  const kept = await findDispute(tx, id, true)
  if (!kept) throw new Refusal('dispute.not-found')
  const before = disputeIn(kept)
  if (version !== null && version !== before.version) throw new Refusal('dispute.stale')
  const event = given.kind === 'sign' && before.state === 'RULED' ? await numbered(tx, given, city) : given
  const step = advanceDispute(before, event, actor, now)
  if (!step.ok) throw new Refusal(step.refusal.code, { detail: step.refusal.detail })
  const after = step.dispute
  const { parties, tickets: _tickets, ...columns } = after
  await tx.update(disputes).set(columns).where(eq(disputes.id, id))
  const known = new Set(before.parties.map(({ unit }) => unit))
  await addParties(
    tx,
    id,
    parties.filter(({ unit }) => !known.has(unit)),
  )
  for (const party of parties) {
    if (!known.has(party.unit) || before.parties.includes(party)) continue
    const { unit, ...said } = party
    await tx
      .update(disputeParties)
      .set(said)
      .where(and(eq(disputeParties.disputeId, id), eq(disputeParties.unitCode, unit)))
  }
  if (event.kind === 'sign') {
    await tx.update(disputeTickets).set({ state: 'PENDING' }).where(eq(disputeTickets.disputeId, id))
  }
  const { kind, ...said } = event
  const details = kind === 'hold' ? { ...said, silent: silentUnits(before) } : said
  await writeDown(tx, { id, seq: after.version, kind, details }, by, now)
  return { before, after }
}

/** The next number of the year, in this transaction: what is refused afterwards uses none up. */
async function numbered(
  tx: Tx,
  event: Extract<DisputeEvent, { kind: 'sign' }>,
  city: string,
): Promise<Extract<DisputeEvent, { kind: 'sign' }>> {
  const year = Number(event.signedOn.slice(0, 4))
  const [counted] = await tx
    .insert(minutesCounters)
    .values({ year, last: sql`LAST_INSERT_ID(1)` })
    .onDuplicateKeyUpdate({ set: { last: sql`LAST_INSERT_ID(${minutesCounters.last} + 1)` } })
  return { ...event, number: minutesNumberOf(city, year, counted.insertId) }
}

async function addParties(tx: Tx, disputeId: string, parties: Dispute['parties']): Promise<void> {
  if (parties.length === 0) return
  await tx.insert(disputeParties).values(parties.map(({ unit, ...party }) => ({ disputeId, unitCode: unit, ...party })))
}

async function writeDown(
  tx: Tx,
  { id, seq, kind, details }: { id: string; seq: number; kind: DisputeEvent['kind'] | 'propose'; details: object },
  by: Author | null,
  at: Instant,
): Promise<void> {
  await tx.insert(disputeEvents).values({
    ...{ disputeId: id, seq, kind, at, byId: by?.id ?? null, byName: by?.name ?? '系统' },
    ...{ unitCode: by?.unitCode ?? null, details: { ...details } },
  })
}

export interface DisputeFilter {
  states: readonly DisputeState[]
  /** Of a unit: those that it takes part in. */
  unit: UnitCode | null
  ticket: string | undefined
}

/** Newest first. @param before id of the last one of the page before */
export function listDisputes(
  db: Db,
  { states, unit, ticket }: DisputeFilter,
  page: { before: string | null; limit: number },
): Promise<DisputeRow[]> {
  const wanted: (SQL | undefined)[] = [
    inArray(disputes.state, [...states]),
    page.before === null ? undefined : lt(disputes.id, page.before),
    unit === null
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(disputeParties)
            .where(and(eq(disputeParties.disputeId, disputes.id), eq(disputeParties.unitCode, unit))),
        ),
    ticket === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(disputeTickets)
            .where(and(eq(disputeTickets.disputeId, disputes.id), eq(disputeTickets.ticketNumber, ticket))),
        ),
  ]
  return db
    .select()
    .from(disputes)
    .where(and(...wanted))
    .orderBy(desc(disputes.id))
    .limit(page.limit)
}

export function readEvents(db: Db, id: string): Promise<(typeof disputeEvents.$inferSelect)[]> {
  return db.select().from(disputeEvents).where(eq(disputeEvents.disputeId, id)).orderBy(asc(disputeEvents.seq))
}

/** Rulings whose year is over, the oldest first. */
export async function dueForReview(db: Db, now: Instant): Promise<string[]> {
  const rows = await db
    .select({ id: disputes.id })
    .from(disputes)
    .where(and(eq(disputes.state, 'IN_FORCE'), lte(disputes.reviewAt, now)))
    .limit(50)
  return rows.map(({ id }) => id)
}
