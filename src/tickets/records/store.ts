import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import { citizens } from '../../citizens/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { writeDone } from '../../platform/database/done.ts'
import { insertInto, prepared } from '../../platform/database/prepared.ts'
import type { CallId, CategoryCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import type { Timing } from '../clocks/deadlines.ts'
import { endDraft } from '../drafts/drafts.ts'
import { kindTitles } from '../files/attachment.ts'
import { listAttachments, moveToTicket } from '../files/attachments.ts'
import { eventTitles, type FirstEvent, stepOf, type TicketEvent, type TicketState, unitsOf } from '../life/ticket.ts'
import { changesWords, readWordFacts } from '../lists/search-index.ts'
import { announceAnswer, isAnswered, requireLead, requireNoFollowers } from '../merge/followers.ts'
import { leavesFollowers } from '../merge/merging.ts'
import { checkPlaced } from '../parts/placed.ts'
import { followingOf } from '../rounds/round.ts'
import { answerersOf, complaintsOf } from '../rounds/store.ts'
import { birthOf, changeOf, type Worked } from './change.ts'
import { readBeside } from './kept.ts'
import { checkCategory, checkCodes } from './named-codes.ts'
import { newQueryCode, nextNumber } from './numbers.ts'
import { type Outcome, orRefusal, Refused } from './refusal.ts'
import { type By, keptOf, type NewTicket, type Outsider, type Row } from './rows.ts'
import { idempotencyKeys, tickets } from './schema.ts'
import { writeBirth, writeChange } from './write.ts'

/**
 * Tickets in the database. One event is one transaction: the row under its lock, one row of history, tasks, requests and clocks, one
 * announcement in the outbox: a `Change`. Whatever of it fails, nothing of it was.
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

/** A body without accounts makes no tickets, and takes on those that it was sent. */
export type ActRequest = Omit<Request, 'by'> & Attached & { by: By | Outsider }

/** Hands a new ticket in: for dispatch, or answered on the spot. */
export async function createTicket(
  db: Db,
  given: NewTicket,
  event: FirstEvent,
  request: Request,
): Promise<Outcome<Written & { queryCode: string }>> {
  const { by, now, timing, key } = request
  const number = await nextNumber(db, now)
  const digest = digestOf({ input: given, event })
  return orRefusal(
    db.transaction(async (tx) => {
      const repeat = await claim(tx, by, key, { digest, number, version: 1, now })
      if (repeat) return { ...(await writtenAs(tx, repeat)), isRepeat: true }
      const input = keptOf(given)
      const { statutoryDays } = await checkCodes(tx, input)
      const citizenId = await citizenOf(tx, input.caller, now)
      const queryCode = newQueryCode()
      if (event.kind === 'join') await requireLead(tx, event, { ...input, id: null })
      const born = orRefused(birthOf(given, event, { by, now, timing, statutoryDays, number, queryCode, citizenId }))
      await writeBirth(tx, born)
      const { id, state, version } = born.after
      if (input.draftId !== null && isPerson(by)) await endWith(tx, input.draftId, id, by, now)
      return { id, number, queryCode, state, version, units: [], isRepeat: false }
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
  request: ActRequest,
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
  request: ActRequest,
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
  if (leavesFollowers(given.kind)) await requireNoFollowers(tx, row.id)
  if (given.kind === 'merge') await requireLead(tx, given, row)
  const { kept, category } = await readBeside(tx, row)
  const code = newCategoryIn(given)
  const corrected = code === null || code === row.categoryCode ? null : await checkCategory(tx, code)
  await checkPlaced(tx, given, by?.unitCode ?? null, row.categoryCode)
  const event = given.kind === 'second-opinion' ? { ...given, notBy: await answeredBefore(tx, row) } : given
  const words = changesWords(given.kind) ? ((await readWordFacts(tx, [row])).get(row.id) ?? null) : null
  const { statutoryDays } = corrected ?? category
  const details = {
    ...(callId ? { callId } : {}),
    ...(corrected ? { before: category.name, after: corrected.name } : {}),
  }
  const known = { by, now, timing: request.timing, statutoryDays, details, callId, words }
  const change = orRefused(changeOf(kept, event, known))
  await requireFile(tx, row.id, event)
  await writeChange(tx, change)
  const { id, state, version: versionAfter } = change.after
  if (isAnswered(change)) await announceAnswer(tx, id, now)
  if (draftId !== undefined && isPerson(by)) await endWith(tx, draftId, id, by, now)
  if (outboxId !== undefined) await writeDone(tx, outboxId, now)
  const units = [...new Set([...unitsOf(change.before), ...unitsOf(change.after)])]
  const following = followingOf(change.after)
  // The machine's own step belongs to the one that caused it.
  if (following) await actWithin(tx, number, following, null, { by: null, now, timing: request.timing })
  return { id, number, state, version: versionAfter, units, isRepeat: false }
}

/** Of a step that may say that it is about another matter. */
function newCategoryIn(given: TicketEvent): CategoryCode | null {
  return given.kind === 'correct' || given.kind === 'approve' ? given.categoryCode : null
}

/** @throws Refused where the step needs a file that the ticket does not have */
async function requireFile(tx: Tx, ticketId: TicketId, { kind }: TicketEvent): Promise<void> {
  const { needsFile } = stepOf(kind)
  if (needsFile === undefined) return
  const files = await listAttachments(tx, { ticketId })
  if (files.some(({ kind: of }) => of === needsFile)) return
  throw new Refused('ticket.file-missing', `请先在附件中上传“${kindTitles[needsFile]}”，再${eventTitles[kind]}。`)
}

/** Persons who answered the same matter of the same caller before, in this ticket or in another one. */
async function answeredBefore(tx: Tx, row: Row): Promise<number[]> {
  const earlier = await complaintsOf(tx, row)
  return answerersOf(tx, [...new Set([...earlier.map(({ id }) => id), row.id])])
}

const isPerson = (by: By | Outsider): by is NonNullable<By> => by !== null && by.id !== null

/** A draft becomes part of the ticket, and so do its files. */
async function endWith(tx: Tx, draftId: string, ticketId: TicketId, by: NonNullable<By>, now: Instant): Promise<void> {
  await endDraft(tx, { id: draftId, ownerId: by.id, ticketId }, now)
  await moveToTicket(tx, draftId, ticketId, by.id)
}

/** @throws Refused, which ends the transaction */
function orRefused<Of>(worked: Worked<Of>): Of {
  if (worked.ok) return worked.change
  throw new Refused(worked.refusal.code, worked.refusal.detail)
}

const takeKey = insertInto(idempotencyKeys, (db, rows) => db.insert(idempotencyKeys).ignore().values(rows).prepare())

/** Takes the key for this request. @returns what the same request did before, if it did */
async function claim(
  tx: Tx,
  by: By | Outsider,
  key: string | undefined,
  claimed: { digest: string; number: string; version: number; now: Instant },
): Promise<{ number: string; version: number } | null> {
  if (key === undefined || !isPerson(by)) return null
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

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}
