import { and, asc, desc, eq, gt, isNotNull, lt, ne, type SQL } from 'drizzle-orm'
import { keepNotice, recipientsOf } from '../../notifications/store.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { units } from '../../units/schema.ts'
import type { ItemRow } from '../batches/sheet.ts'
import {
  advanceCase,
  type Case13710,
  type CaseActor,
  type CaseEvent,
  newCase,
  type Owed,
  owedOf,
  redOf,
  toldAfter,
} from './case.ts'
import { queueMessages } from './outbox.ts'
import { caseEvents13710, cases13710 } from './schema.ts'

/** Cases in the database: one event is one transaction, under the lock of the case's row. */

export type CaseRow = typeof cases13710.$inferSelect

export interface Author {
  id: number
  name: string
}
const theOffice = '13710 系统'

/** As the rules see it. */
export function caseIn(row: CaseRow): Case13710 {
  const { id: _id, caseNumber: _number, batchNumber: _batch, ticketNumber: _ticket, unitCode, ...facts } = row
  const { nextDueAt: _due, nextDay: _day, toldDay: _told, ...rest } = facts
  return { ...rest, unit: unitCode, verification: row.verification ?? null }
}

const rowIn = ({ unit: unitCode, ...facts }: Case13710) => {
  const [next] = owedOf({ unit: unitCode, ...facts }).toSorted((one, other) => one.dueAt - other.dueAt)
  return { ...facts, unitCode, nextDueAt: next?.dueAt ?? null, nextDay: next?.step ?? null }
}

export async function findCase(db: Db | Tx, where: SQL | undefined, isLocked = false): Promise<CaseRow | null> {
  const asked = db.select().from(cases13710).where(where).limit(1)
  const [row] = await (isLocked ? asked.for('update') : asked)
  return row ?? null
}
export const byId = (id: string): SQL => eq(cases13710.id, id)
export const byNumber = (caseNumber: string): SQL => eq(cases13710.caseNumber, caseNumber)

/** Opened by the office about an item. The same number about a later batch's item is the same case. */
export async function openCase(
  tx: Tx,
  { item, caseNumber, batchNumber }: { item: ItemRow; caseNumber: string; batchNumber: string },
  by: Author | null,
  enteredAt: Instant,
): Promise<void> {
  if (item.unitCode === '') return
  const id = newId(enteredAt)
  const fresh = newCase(item.unitCode, enteredAt)
  const [made] = await tx
    .insert(cases13710)
    .ignore()
    .values({ id, caseNumber, batchNumber, ticketNumber: item.ticketNumber, ...rowIn(fresh) })
  if (made.affectedRows === 0) return
  await writeDown(tx, { caseId: id, seq: 1, kind: 'enter', at: enteredAt, details: { caseNumber } }, by)
  await tell(tx, 'case13710.opened', id, { unitCode: item.unitCode, ticketNumber: item.ticketNumber }, enteredAt)
}

export interface ActRequest {
  actor: CaseActor
  /** Null: the office. */
  by: Author | null
  /** As it was seen; null: whatever happened since. */
  version: number | null
  now: Instant
  /** Whether it is told to the 13710 system. */
  isLinked: boolean
}

/** @throws Refusal */
export async function actOnCase(tx: Tx, where: SQL, event: CaseEvent, request: ActRequest): Promise<CaseRow> {
  const row = await findCase(tx, where, true)
  if (!row) throw new Refusal('province-case.not-found')
  const { actor, by, version, now, isLinked } = request
  if (version !== null && version !== row.version) throw new Refusal('province-case.stale')
  const step = advanceCase(caseIn(row), event, actor, now)
  if (!step.ok) throw new Refusal(step.refusal.code, { detail: step.refusal.detail })
  const columns = { ...rowIn(step.case), toldDay: toldAfter(event.kind, row.toldDay) }
  await tx.update(cases13710).set(columns).where(eq(cases13710.id, row.id))
  const { kind, ...details } = event
  await writeDown(tx, { caseId: row.id, seq: step.case.version, kind, at: now, details }, by)
  // What the office itself said is not sent back to it.
  if (isLinked && actor.by !== 'office') {
    const body = { case_number: row.caseNumber, event: kind, at: new Date(now).toISOString(), ...details }
    await queueMessages(tx, [{ type: 'CASE', subject: row.caseNumber, body }], now)
  }
  if (actor.by === 'office' && kind === 'urge')
    await tell(tx, 'case13710.urged', `${row.id}:${step.case.version}`, row, now)
  if (step.case.state === 'BOUNCED' && row.state !== 'BOUNCED') {
    await tell(tx, 'case13710.bounced', `${row.id}:${step.case.version}`, row, now)
  }
  return { ...row, ...columns }
}

async function writeDown(
  tx: Tx,
  row: Omit<typeof caseEvents13710.$inferInsert, 'byId' | 'byName'>,
  by: { id: number | null; name: string } | null,
): Promise<void> {
  await tx.insert(caseEvents13710).values({ ...row, byId: by?.id ?? null, byName: by?.name ?? theOffice })
}

type Topic = 'case13710.opened' | 'case13710.urged' | 'case13710.bounced' | 'case13710.red'

/** The unit in charge, and the hotline's overseers. */
async function tell(
  tx: Tx,
  topic: Topic,
  key: string,
  { unitCode, ticketNumber }: Pick<CaseRow, 'unitCode' | 'ticketNumber'>,
  now: Instant,
  facts: object = {},
): Promise<void> {
  for (const recipient of await recipientsOf(tx, { units: [unitCode], roles: ['OVERSEER'] })) {
    const notice = { eventKey: `${topic}:${key}`, channel: 'IN_APP' as const, topic, ticketId: null, ...recipient }
    await keepNotice(tx, { ...notice, facts: { title: ticketNumber, ...facts } }, now)
  }
}

const atOnce = 100

/** Tells of marks and nodes whose day has passed without them, each once: of several the last. @returns how many cases */
export async function tellRed(db: Db, now: Instant): Promise<number> {
  let told = 0
  for (let after = ''; ; ) {
    const rows = await db
      .select()
      .from(cases13710)
      .where(and(lt(cases13710.nextDueAt, now), gt(cases13710.id, after)))
      .orderBy(asc(cases13710.id))
      .limit(atOnce)
    for (const { id } of rows.filter((row) => untold(row, now) !== null)) {
      if (await db.transaction((tx) => tellRedOf(tx, id, now))) told += 1
    }
    const last = rows.at(-1)
    if (!last || rows.length < atOnce) return told
    after = last.id
  }
}

function untold(row: CaseRow, now: Instant): Owed | null {
  const red = redOf(caseIn(row), now)
  return red !== null && red.step > row.toldDay ? red : null
}

/** @returns false when another process was faster */
async function tellRedOf(tx: Tx, id: string, now: Instant): Promise<boolean> {
  const row = await findCase(tx, byId(id), true)
  const red = row && untold(row, now)
  if (!row || !red) return false
  await tx.update(cases13710).set({ toldDay: red.step }).where(byId(id))
  // A node of another plan is told again.
  await tell(tx, 'case13710.red', `${id}:${red.step}:${red.dueAt}`, row, now, { dueAt: red.dueAt })
  return true
}

/**
 * A ticket that was dispatched anew: its case goes to the unit in charge now, which owes what is still owed. While none is,
 * it stays where it was. @returns how many
 */
export async function followUnits(db: Db, now: Instant): Promise<number> {
  const isElsewhere = and(isNotNull(tickets.leadUnit), ne(tickets.leadUnit, cases13710.unitCode))
  const rows = await db
    .select({ id: cases13710.id, unit: tickets.leadUnit })
    .from(cases13710)
    .innerJoin(tickets, eq(tickets.number, cases13710.ticketNumber))
    .where(and(ne(cases13710.state, 'CLEARED'), isElsewhere))
    .limit(atOnce)
  for (const { id, unit } of rows) if (unit !== null) await db.transaction((tx) => moveCase(tx, id, unit, now))
  return rows.length
}

async function moveCase(tx: Tx, id: string, unitCode: UnitCode, at: Instant): Promise<void> {
  const row = await findCase(tx, byId(id), true)
  if (!row || row.state === 'CLEARED' || row.unitCode === unitCode) return
  const version = row.version + 1
  await tx.update(cases13710).set({ unitCode, version }).where(byId(id))
  const named = await tx.select({ name: units.shortName }).from(units).where(eq(units.code, unitCode))
  const details = { unit: named[0]?.name ?? unitCode }
  await writeDown(tx, { caseId: id, seq: version, kind: 'move', at, details }, { id: null, name: '系统' })
  await tell(tx, 'case13710.opened', `${id}:${version}`, { ...row, unitCode }, at)
}

export interface CaseFilter {
  shown: 'OPEN' | 'RED' | 'CLEARED' | 'ALL'
  /** Of a unit: its own. */
  unit: UnitCode | null
  ticket: string | undefined
  id?: string
}

/** Newest first. @param before id of the last one of the page before */
export function listCases(
  db: Db,
  { shown, unit, ticket, id }: CaseFilter,
  page: { before: string | null; limit: number; now: Instant },
): Promise<{ row: CaseRow; unitName: string }[]> {
  const wanted: (SQL | undefined)[] = [
    shown === 'OPEN' ? ne(cases13710.state, 'CLEARED') : undefined,
    shown === 'CLEARED' ? eq(cases13710.state, 'CLEARED') : undefined,
    shown === 'RED' ? and(isNotNull(cases13710.nextDueAt), lt(cases13710.nextDueAt, page.now)) : undefined,
    unit === null ? undefined : eq(cases13710.unitCode, unit),
    ticket === undefined ? undefined : eq(cases13710.ticketNumber, ticket),
    id === undefined ? undefined : byId(id),
    page.before === null ? undefined : lt(cases13710.id, page.before),
  ]
  return db
    .select({ row: cases13710, unitName: units.shortName })
    .from(cases13710)
    .innerJoin(units, eq(units.code, cases13710.unitCode))
    .where(and(...wanted))
    .orderBy(desc(cases13710.id))
    .limit(page.limit)
}

export function readCaseEvents(db: Db, caseId: string): Promise<(typeof caseEvents13710.$inferSelect)[]> {
  return db.select().from(caseEvents13710).where(eq(caseEvents13710.caseId, caseId)).orderBy(asc(caseEvents13710.seq))
}
