import { and, asc, desc, eq, exists, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { dayOf } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { isUlid } from '../../platform/text/ulid-time.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Level, TriggerId } from '../triggers/trigger.ts'
import {
  advanceCase,
  type Case,
  type CaseActor,
  type CaseEvent,
  type CaseEventKind,
  type CaseState,
  caseNumberOf,
} from './case.ts'
import type { CaseKind, Texts } from './fields.ts'
import { oversightCaseCounters, oversightCaseEvents, oversightCases, oversightCaseTickets } from './schema.ts'

/** Papers of supervision in the database: one step is one transaction, under the lock of the paper's row. */

export type CaseRow = typeof oversightCases.$inferSelect
export interface Author {
  id: number | null
  name: string
  unitCode: UnitCode | null
}

/** @param name its number, or its id as long as it has none */
export async function findCase(db: Db | Tx, name: string, isLocked = false): Promise<CaseRow | null> {
  const { id, number } = oversightCases
  const asked = db
    .select()
    .from(oversightCases)
    .where(isUlid(name) ? eq(id, name) : eq(number, name))
  const [row] = await (isLocked ? asked.for('update') : asked)
  return row ?? null
}

/** As the rules see it. */
export function caseIn(row: CaseRow): Case {
  const { id: _id, trigger: _trigger, unitCode, draftedBy: _by, draftedAt: _at, ...facts } = row
  return { ...facts, unit: unitCode }
}

export interface NewCase {
  kind: Exclude<CaseKind, 'URGE'>
  level: Level
  trigger: TriggerId | null
  unit: UnitCode | null
  subject: string
  texts: Texts
  dueAfterMs: number | null
  tickets: readonly string[]
}

/** @returns its id */
export async function beginCase(tx: Tx, given: NewCase, by: Author, now: Instant): Promise<string> {
  const { kind, level, trigger, unit, subject, texts, dueAfterMs, tickets } = given
  const id = newId(now)
  await tx.insert(oversightCases).values({
    ...{ id, kind, state: 'DRAFT', version: 1, level, trigger, unitCode: unit, subject, texts, reports: [] },
    ...{ dueAfterMs, dueAt: dueAfterMs === null ? null : now + dueAfterMs },
    ...{ draftedBy: by.id, draftedAt: now },
  })
  if (tickets.length > 0) {
    await tx.insert(oversightCaseTickets).values(tickets.map((ticketNumber) => ({ caseId: id, ticketNumber })))
  }
  await writeDown(tx, { id, seq: 1, kind: 'begin', details: {} }, by, now)
  return id
}

export interface ActRequest {
  by: Author
  actor: CaseActor
  now: Instant
  /** As it was seen. */
  version: number | null
  /** Of the numbers: `长治`. */
  city: string
}

/** One step; an issue takes the next number of its series. @throws Refusal */
export async function actOnCase(
  tx: Tx,
  id: string,
  given: CaseEvent,
  { by, actor, now, version, city }: ActRequest,
): Promise<{ before: Case; after: Case }> {
  const row = await findCase(tx, id, true)
  if (!row) throw new Refusal('oversight.case-not-found')
  const before = caseIn(row)
  if (version !== null && version !== before.version) throw new Refusal('oversight.stale')
  // Tried first: what is refused uses no number up.
  const tried = advanceCase(before, given, actor, now)
  if (!tried.ok) throw new Refusal(tried.refusal.code, { detail: tried.refusal.detail })
  const number = given.kind === 'approve' ? await nextNumber(tx, before.kind, city, now) : null
  const after = number === null ? tried.after : { ...tried.after, number }
  const { unit, ...columns } = after
  await tx
    .update(oversightCases)
    .set({ ...columns, unitCode: unit })
    .where(eq(oversightCases.id, id))
  const { kind, ...said } = given
  await writeDown(tx, { id, seq: after.version, kind, details: number === null ? said : { number } }, by, now)
  return { before, after }
}

/** In this transaction: a step that is rolled back leaves no gap. */
async function nextNumber(tx: Tx, kind: CaseKind, city: string, now: Instant): Promise<string> {
  if (kind === 'URGE') throw new Error('a 催办单 is counted by its ticket')
  const year = Number(dayOf(now).slice(0, 4))
  const [counted] = await tx
    .insert(oversightCaseCounters)
    .values({ kind, year, last: sql`LAST_INSERT_ID(1)` })
    .onDuplicateKeyUpdate({ set: { last: sql`LAST_INSERT_ID(${oversightCaseCounters.last} + 1)` } })
  return caseNumberOf(kind, city, year, counted.insertId)
}

async function writeDown(
  tx: Tx,
  { id, seq, kind, details }: { id: string; seq: number; kind: CaseEventKind | 'begin'; details: object },
  by: Author,
  at: Instant,
): Promise<void> {
  await tx.insert(oversightCaseEvents).values({
    ...{ caseId: id, seq, kind, at, byId: by.id, byName: by.name, unitCode: by.unitCode, details: { ...details } },
  })
}

export interface CaseFilter {
  kinds: readonly CaseKind[]
  states: readonly CaseState[]
  /** Of a unit: what was sent to it. */
  unit: UnitCode | null
  ticket: string | undefined
}

/** Newest first. @param before id of the last one of the page before */
export function listCases(
  db: Db,
  { kinds, states, unit, ticket }: CaseFilter,
  { before, limit }: { before: string | null; limit: number },
): Promise<CaseRow[]> {
  const { id, kind, state, unitCode } = oversightCases
  const wanted: (SQL | undefined)[] = [
    ...[inArray(kind, [...kinds]), inArray(state, [...states])],
    unit === null ? undefined : eq(unitCode, unit),
    before === null ? undefined : lt(id, before),
    ticket === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(oversightCaseTickets)
            .where(and(eq(oversightCaseTickets.caseId, id), eq(oversightCaseTickets.ticketNumber, ticket))),
        ),
  ]
  return db
    .select()
    .from(oversightCases)
    .where(and(...wanted))
    .orderBy(desc(id))
    .limit(limit)
}

export function readCaseEvents(db: Db, id: string): Promise<(typeof oversightCaseEvents.$inferSelect)[]> {
  return db
    .select()
    .from(oversightCaseEvents)
    .where(eq(oversightCaseEvents.caseId, id))
    .orderBy(asc(oversightCaseEvents.seq))
}

export async function ticketsOf(db: Db | Tx, id: string): Promise<string[]> {
  const rows = await db
    .select({ number: oversightCaseTickets.ticketNumber })
    .from(oversightCaseTickets)
    .where(eq(oversightCaseTickets.caseId, id))
    .orderBy(asc(oversightCaseTickets.ticketNumber))
  return rows.map(({ number }) => number)
}
