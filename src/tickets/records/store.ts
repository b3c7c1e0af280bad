import { createHash } from 'node:crypto'
import { and, eq, inArray, type Placeholder, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import { citizens } from '../../citizens/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { writeDone } from '../../platform/database/done.ts'
import { newId } from '../../platform/database/ids.ts'
import { insertInto, prepared } from '../../platform/database/prepared.ts'
import { outbox } from '../../platform/database/schema.ts'
import type { CallId, CategoryCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import {
  carryClocks,
  dueColumnsOf,
  readRuns,
  returnByOf,
  runningOf,
  type Timing,
  writeRuns,
} from '../clocks/deadlines.ts'
import type { Matter } from '../clocks/limits.ts'
import { endDraft } from '../drafts/drafts.ts'
import { moveToTicket } from '../files/attachments.ts'
import { type Actor, advance, stepOf, type Ticket, type TicketEvent, type TicketState } from '../life/ticket.ts'
import { changesWords, writeFirstWords, writeWords } from '../lists/search-index.ts'
import { type Author, recordEvent } from './history.ts'
import { checkCategory, checkCodes, checkUnits } from './named-codes.ts'
import { newQueryCode, nextNumber } from './numbers.ts'
import { type Outcome, orRefusal, Refused } from './refusal.ts'
import {
  type By,
  columnsOf,
  draftOf,
  factsOf,
  firstDetails,
  instantsOf,
  keptOf,
  machineOf,
  type NewTicket,
  newRow,
  participantOf,
  unitChanges,
} from './rows.ts'
import { idempotencyKeys, ticketCalls, ticketEvents, ticketParticipants, tickets } from './schema.ts'

/**
 * Tickets in the database. One event is one transaction: the row under its lock, one row of history, the clocks, one
 * announcement in the outbox. Whatever of it fails, nothing of it was.
 */

export interface Written {
  id: TicketId
  number: string
  state: TicketState
  version: number
  /** Who took part before it or takes part after it: whom it concerns. */
  units: UnitCode[]
  /** The same request had been done before: nothing was done now. */
  isRepeat: boolean
}

/** What the caller of a store knows of the request. */
export interface Request {
  by: By
  now: Instant
  timing: Timing
  /** Of the client: the same twice is done once. */
  key?: string | undefined
  /** The row of the outbox whose job this event is: done with it. */
  outboxId?: number | undefined
}

/** What hangs on a step from then on. */
export interface Attached {
  /** In which it was said. */
  callId?: CallId | undefined
  /** That ends with it; its files come to the ticket. */
  draftId?: string | undefined
}

const addTicket = insertInto(tickets)

/** Hands a new ticket in: for dispatch, or answered on the spot. */
export async function createTicket(
  db: Db,
  given: NewTicket,
  event: Extract<TicketEvent, { kind: 'register' | 'answer' }>,
  request: Request,
): Promise<Outcome<Written & { queryCode: string }>> {
  const { by, now, key } = request
  const input = keptOf(given)
  const number = await nextNumber(db, now)
  const digest = digestOf({ input: given, event })
  return orRefusal(
    db.transaction(async (tx) => {
      const repeat = await claim(tx, by, key, { digest, number, version: 1, now })
      if (repeat) return { ...(await writtenAs(tx, repeat)), isRepeat: true }
      const { statutoryDays } = await checkCodes(tx, input)
      const before = draftOf(input, now)
      const step = advance(before, event, actorOf(by), now)
      if (!step.ok) throw new Refused(step.refusal.code, step.refusal.detail)
      const after = step.ticket
      const queryCode = newQueryCode()
      const runs = carryClocks(after.id, [], step.clocks, matterOf(input, statutoryDays), request.timing, now)
      const citizenId = await citizenOf(tx, input.caller, now)
      const due = dueColumnsOf(runs)
      const createdBy = by?.id ?? null
      const row = newRow({ input, after, event, due, number, queryCode, citizenId, createdBy, now })
      await addTicket(tx, row)
      await linkCalls(tx, after.id, input.callIds, 'CREATED', now)
      await writeFirstWords(tx, { ...row, id: after.id }, factsOf(given))
      await recordEvent(tx, { before, after, event, details: firstDetails(input) }, authorOf(by), now, '')
      await writeRuns(tx, [], runs)
      await announce(tx, after, number, event, now)
      if (input.draftId !== null && by !== null) {
        await endDraft(tx, { id: input.draftId, ownerId: by.id, ticketId: after.id }, now)
        await moveToTicket(tx, input.draftId, after.id, by.id)
      }
      return { id: after.id, number, queryCode, state: after.state, version: after.version, units: [], isRepeat: false }
    }),
  )
}

const ticketLocked = prepared((db) =>
  db
    .select()
    .from(tickets)
    .where(eq(tickets.number, sql.placeholder('number')))
    .for('update')
    .prepare(),
)

/**
 * One event of a ticket that exists.
 * @param version the one that the person saw; null for what is right on any, as 催办
 */
export async function actOnTicket(
  db: Db,
  number: string,
  given: TicketEvent,
  version: number | null,
  request: Request & Attached,
): Promise<Outcome<Written>> {
  return orRefusal(db.transaction((tx) => actWithin(tx, number, given, version, request)))
}

/**
 * The same as a part of a greater change.
 * @throws Error for what is refused, which undoes all of it
 */
export async function actWithin(
  tx: Tx,
  number: string,
  given: TicketEvent,
  version: number | null,
  request: Request & Attached,
): Promise<Written> {
  const { by, now, key, callId, draftId, outboxId } = request
  const digest = digestOf({ number, given, version, callId, draftId })
  // Whoever comes second waits here, and then sees what the first one did.
  const [row] = await ticketLocked(tx).execute({ number })
  if (!row) throw new Refused('ticket.not-found', `没有编号为 ${number} 的工单。`)
  const repeat = await claim(tx, by, key, { digest, number, version: row.version + 1, now })
  if (repeat) return { ...(await writtenAs(tx, repeat)), isRepeat: true }
  if (version !== null && version !== row.version) {
    throw new Refused('ticket.stale', '工单已被他人更新，请刷新后重试。')
  }
  const { category, coUnits, hash } = await besideOf(tx, row)
  const corrected = given.kind === 'correct' ? await checkCategory(tx, given.categoryCode) : null
  const matter = matterOf(row, (corrected ?? category).statutoryDays)
  const event: TicketEvent =
    given.kind === 'dispatch' ? { ...given, returnBy: returnByOf(matter, request.timing, now) } : given
  if (event.kind === 'dispatch') await checkUnits(tx, [event.lead, ...event.coUnits])
  const runs = await readRuns(tx, row.id)
  const before = machineOf(row, coUnits, runningOf(runs))
  const step = advance(before, event, actorOf(by), now)
  if (!step.ok) throw new Refused(step.refusal.code, step.refusal.detail)
  const after = step.ticket
  const details = {
    ...(callId ? { callId } : {}),
    ...(corrected ? { before: category.name, after: corrected.name } : {}),
  }
  await recordEvent(tx, { before, after, event, details }, authorOf(by), now, hash)
  await joinUnits(tx, before, after, now)
  const runsAfter = carryClocks(after.id, runs, step.clocks, matter, request.timing, now)
  await writeRuns(tx, runs, runsAfter)
  await tx
    .update(tickets)
    .set({ ...columnsOf(after), ...instantsOf(event, now), ...dueColumnsOf(runsAfter), changedAt: now })
    .where(and(eq(tickets.id, after.id), eq(tickets.version, before.version)))
  if (changesWords(event.kind)) await writeWords(tx, [{ ...row, ...columnsOf(after) }])
  await announce(tx, after, number, event, now)
  const { linksCall } = stepOf(event.kind)
  if (callId !== undefined && linksCall !== undefined) await linkCalls(tx, after.id, [callId], linksCall, now)
  if (draftId !== undefined && by !== null) {
    await endDraft(tx, { id: draftId, ownerId: by.id, ticketId: after.id }, now)
    await moveToTicket(tx, draftId, after.id, by.id)
  }
  if (outboxId !== undefined) await writeDone(tx, outboxId, now)
  const units = unitsOf(before, after)
  return { id: after.id, number, state: after.state, version: after.version, units, isRepeat: false }
}

const takeKey = insertInto(idempotencyKeys, (db, rows) => db.insert(idempotencyKeys).ignore().values(rows).prepare())

/** Takes the key for this request. @returns what the same request did before, if it did */
async function claim(
  tx: Tx,
  by: By,
  key: string | undefined,
  claimed: { digest: string; number: string; version: number; now: Instant },
): Promise<{ number: string; version: number } | null> {
  if (key === undefined || by === null) return null
  const { digest, number, version, now } = claimed
  // A second one waits here until the first has committed, or takes over when that was undone.
  const taken = await takeKey(tx, { actorId: by.id, key, digest, ticketNumber: number, version, createdAt: now })
  if (taken.affectedRows > 0) return null
  const [kept] = await tx
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.actorId, by.id), eq(idempotencyKeys.key, key)))
  if (!kept) throw new Error(`idempotency key ${key} is neither free nor taken`)
  if (kept.digest !== digest) {
    throw new Refused('ticket.repeated-differently', '同一提交标识已用于其他内容，请刷新页面后重新提交。')
  }
  return { number: kept.ticketNumber, version: kept.version }
}

async function writtenAs(tx: Tx, { number, version }: { number: string; version: number }) {
  const [row] = await tx
    .select({ id: tickets.id, number: tickets.number, queryCode: tickets.queryCode, state: tickets.state })
    .from(tickets)
    .where(eq(tickets.number, number))
  if (!row) throw new Error(`ticket ${number} was promised and is not there`)
  return { ...row, version, units: [] }
}

export async function statutoryDaysOf(tx: Tx, code: CategoryCode): Promise<number | null> {
  const [row] = await tx
    .select({ statutoryDays: categories.statutoryDays })
    .from(categories)
    .where(eq(categories.code, code))
  return row?.statutoryDays ?? null
}

export function matterOf(row: Pick<NewTicket, 'type' | 'urgency'>, statutoryDays: number | null): Matter {
  return { type: row.type, urgency: row.urgency, statutoryDays }
}

const takesPart = (ticketId: Placeholder) =>
  and(eq(ticketParticipants.ticketId, ticketId), eq(ticketParticipants.slot, 1), eq(ticketParticipants.role, 'CO'))

const besideNow = prepared((db) =>
  db
    .select({
      category: { name: categories.name, statutoryDays: categories.statutoryDays },
      hash: ticketEvents.hash,
      coUnit: ticketParticipants.unitCode,
    })
    .from(categories)
    .leftJoin(
      ticketEvents,
      and(eq(ticketEvents.ticketId, sql.placeholder('id')), eq(ticketEvents.seq, sql.placeholder('version'))),
    )
    .leftJoin(ticketParticipants, takesPart(sql.placeholder('id')))
    .where(eq(categories.code, sql.placeholder('categoryCode')))
    .prepare(),
)

/** What else an event needs to know, in one question. Asked when the row is held: from then on it stays so. */
async function besideOf(tx: Tx, { id, version, categoryCode }: typeof tickets.$inferSelect) {
  const rows = await besideNow(tx).execute({ id, version, categoryCode })
  const [first] = rows
  if (!first?.hash) throw new Error(`the history of ${id} has no row ${version}`)
  const { category, hash } = first
  return { category, hash, coUnits: rows.flatMap((row) => row.coUnit ?? []).sort() }
}

const coUnitsNow = prepared((db) =>
  db
    .select({ unitCode: ticketParticipants.unitCode })
    .from(ticketParticipants)
    .where(takesPart(sql.placeholder('ticketId')))
    .prepare(),
)

export async function coUnitsOf(tx: Db | Tx, ticketId: TicketId): Promise<UnitCode[]> {
  const rows = await coUnitsNow(tx).execute({ ticketId })
  return rows.map((row) => row.unitCode).sort()
}

const keepCitizen = insertInto(citizens, (db, rows) =>
  db
    .insert(citizens)
    .values(rows)
    .onDuplicateKeyUpdate({
      set: {
        id: sql`LAST_INSERT_ID(${citizens.id})`,
        name: sql`COALESCE(VALUES(${citizens.name}), ${citizens.name})`,
        address: sql`COALESCE(VALUES(${citizens.address}), ${citizens.address})`,
        otherPhone: sql`COALESCE(VALUES(${citizens.otherPhone}), ${citizens.otherPhone})`,
        changedAt: sql`VALUES(${citizens.changedAt})`,
      },
    })
    .prepare(),
)

/** One row a number, whoever comes first. What is given now is what is known last. */
async function citizenOf(tx: Tx, caller: NewTicket['caller'], now: Instant): Promise<number | null> {
  const { phone, name, address, otherPhone = null } = caller
  if (phone === null) return null
  const { insertId } = await keepCitizen(tx, {
    phone,
    otherPhone,
    name,
    address,
    tags: [],
    createdAt: now,
    changedAt: now,
  })
  return insertId
}

async function linkCalls(
  tx: Tx,
  ticketId: TicketId,
  callIds: readonly CallId[],
  kind: 'CREATED' | 'URGED' | 'SUPPLEMENTED',
  at: Instant,
): Promise<void> {
  if (callIds.length === 0) return
  const rows = [...new Set(callIds)].map((callId) => ({ ticketId, callId, kind, at }))
  // What came of a call says more than that its caller had asked for the ticket before.
  await tx
    .insert(ticketCalls)
    .values(rows)
    .onDuplicateKeyUpdate({
      set: { kind: sql`IF(${ticketCalls.kind} = 'INQUIRED', VALUES(${ticketCalls.kind}), ${ticketCalls.kind})` },
    })
}

const addParticipants = insertInto(ticketParticipants)

/** Units that left, then units that came: a slot is free before it is taken. */
async function joinUnits(tx: Tx, before: Ticket, after: Ticket, now: Instant): Promise<void> {
  const { gone, come } = unitChanges(before, after)
  if (gone.length > 0) {
    await tx
      .update(ticketParticipants)
      .set({ slot: null, leadSlot: null, leftAt: now })
      .where(
        and(
          eq(ticketParticipants.ticketId, after.id),
          eq(ticketParticipants.slot, 1),
          inArray(ticketParticipants.unitCode, gone),
        ),
      )
  }
  if (come.length > 0) {
    await addParticipants(tx, ...come.map((one) => participantOf(after.id, one, now, newId(now))))
  }
}

const addAnnouncement = insertInto(outbox)

/** A ticket that is to be dispatched, for the first time or anew, goes to the dispatch queue, all other news to those who tell people. */
async function announce(tx: Tx, ticket: Ticket, number: string, event: TicketEvent, now: Instant): Promise<void> {
  await addAnnouncement(tx, {
    queue: stepOf(event.kind).wakesDispatch ? 'dispatch' : 'tickets',
    jobId: `ticket:${ticket.id}:${ticket.version}`,
    topic: `ticket.${event.kind}`,
    payload: { ticketId: ticket.id, number, seq: ticket.version },
    createdAt: now,
  })
}

function unitsOf(...tickets: Ticket[]): UnitCode[] {
  return [...new Set(tickets.flatMap(({ leadUnit, coUnits }) => [leadUnit ?? [], coUnits].flat()))]
}

const actorOf = (by: By): Actor => (by === null ? { by: 'system' } : { by: 'person', person: by })
const authorOf = (by: By): Author =>
  by === null ? { id: null, name: '系统', unitCode: null } : { id: by.id, name: by.name, unitCode: by.unitCode }

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}
