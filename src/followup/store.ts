import { and, asc, eq, isNotNull, lte } from 'drizzle-orm'
import { type Calendar, unlessYearMissing } from '../calendar/calendar.ts'
import { minuteMs } from '../calendar/days.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { CallId, Instant, TicketId } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { tickets } from '../tickets/records/schema.ts'
import { type Answers, reasonOf } from './answers.ts'
import { lockBeginnings } from './calls/beginning.ts'
import { postponeOthers, triesOfOthers } from './calls/same-person.ts'
import { advance, type FollowUp, type FollowUpEvent, nextOf } from './follow-up.ts'
import { type FollowUpRules, firstIn } from './rules.ts'
import { followUpAttempts, followUps } from './schema.ts'
import type { AttemptResult, VoiceMeans } from './words.ts'

/** Follow-ups in the database: one event is one transaction, under the lock of the task's row. */

export type FollowUpRow = typeof followUps.$inferSelect
export type AttemptRow = typeof followUpAttempts.$inferSelect

export interface Kept {
  row: FollowUpRow
  /** Oldest first. */
  attempts: AttemptRow[]
}

export interface FollowUpParts {
  db: Db
  rules: FollowUpRules
  calendar(): Promise<Calendar>
  now(): Instant
}

export async function findFollowUp(db: Db | Tx, id: string, isLocked = false): Promise<Kept | null> {
  const asked = db.select().from(followUps).where(eq(followUps.id, id))
  const [row] = await (isLocked ? asked.for('update') : asked)
  if (!row) return null
  const attempts = await db
    .select()
    .from(followUpAttempts)
    .where(eq(followUpAttempts.followUpId, id))
    .orderBy(asc(followUpAttempts.at), asc(followUpAttempts.id))
  return { row, attempts }
}

/** @throws Refusal */
export async function lockFollowUp(tx: Tx, id: string): Promise<Kept> {
  const kept = await findFollowUp(tx, id, true)
  if (kept === null) throw new Refusal('follow-up.not-found')
  return kept
}

/** As the rules see it. */
export function followUpIn({ row, attempts }: Kept): FollowUp {
  return {
    ...row,
    attempts: attempts.map(({ means, at, by, result }) => ({ means, at, by, result })),
    answers: answersIn(row),
  }
}

export function answersIn(row: FollowUpRow): Answers | null {
  const { contacted, solved, satisfied, attitude, reason, words, wantsContact } = row
  if (solved === null || satisfied === null) return null
  return { contacted, solved, satisfied, attitude, reason, words: words ?? '', wantsContact: wantsContact ?? false }
}

/** What an event brings along beside what the rules decide on. */
export interface Beside {
  /** Id of the attempt that is meant: another one may have begun meanwhile. Left out: whichever is under way. */
  attempt?: string
  callId?: CallId | null
  note?: string | null
  /** Of a judgement. */
  judged?: Partial<
    Pick<FollowUpRow, 'verdictNote' | 'judgedBy' | 'judgedAt' | 'isFalseClosure' | 'exclusion' | 'newTicket'>
  >
}

/**
 * One event of a task that this transaction has locked.
 * @throws Refusal
 */
export async function stepWithin(
  tx: Tx,
  kept: Kept,
  event: FollowUpEvent,
  { rules, calendar, now, ...beside }: Beside & { rules: FollowUpRules; calendar: Calendar; now: Instant },
): Promise<Kept> {
  const { attempt } = beside
  const isMeant = attempt === undefined || kept.attempts.some(({ id, slot }) => id === attempt && slot === 1)
  if (!isMeant) throw new Refusal(kept.row.answeredAt === null ? 'follow-up.no-call' : 'follow-up.rated')
  const step = advance(followUpIn(kept), event, rules, now)
  if (!step.ok) throw new Refusal(step.refusal)
  const after = step.followUp
  const { row } = kept
  const next = nextOf(after, rules, now)
  const isOver = after.state === 'DONE' || after.state === 'EXEMPT' || after.state === 'CANCELLED'
  const oneDay = (): Instant | null => unlessYearMissing(() => calendar.addWorkingDays(now, 1)).dueAt
  const changed: Partial<FollowUpRow> = {
    ...{ state: after.state, outcome: after.outcome, verdict: after.verdict, exemption: after.exemption },
    ...{ isLate: after.isLate, nextMeans: next?.means ?? null, nextAt: next?.at ?? null, version: row.version + 1 },
    endedAt: isOver ? (row.endedAt ?? now) : null,
    ...(event.kind === 'answer' && {
      ...{ ...event.answers, reason: reasonOf(event.answers), answeredAt: now, answeredBy: event.means },
      reviewDueAt: after.state === 'REVIEW' ? oneDay() : null,
    }),
    ...beside.judged,
  }
  await tx.update(followUps).set(changed).where(eq(followUps.id, row.id))
  const attempts = await writeAttempts(tx, kept, after, beside)
  return { row: { ...row, ...changed }, attempts }
}

async function writeAttempts(tx: Tx, { row, attempts }: Kept, after: FollowUp, beside: Beside): Promise<AttemptRow[]> {
  const written: AttemptRow[] = []
  for (const [index, { means, at, by, result }] of after.attempts.entries()) {
    const known = attempts[index]
    if (known === undefined) {
      const slot = result === null ? 1 : null
      const { callId = null, note = null } = beside
      const made = { id: newId(at), followUpId: row.id, means, at, by, callId, result, note, slot }
      await tx.insert(followUpAttempts).values(made)
      written.push(made)
    } else if (known.result === result) written.push(known)
    else {
      const changed = { result, slot: null, note: beside.note ?? known.note }
      await tx.update(followUpAttempts).set(changed).where(eq(followUpAttempts.id, known.id))
      written.push({ ...known, ...changed })
    }
  }
  return written
}

/** One event in a transaction of its own. @throws Refusal */
export async function actOnFollowUp(
  { db, rules, calendar, now }: FollowUpParts,
  id: string,
  event: FollowUpEvent,
  beside: Beside = {},
): Promise<Kept> {
  const days = await calendar()
  return db.transaction(async (tx) =>
    stepWithin(tx, await lockFollowUp(tx, id), event, { rules, calendar: days, now: now(), ...beside }),
  )
}

/**
 * A call to the citizen begins: counted before the phone rings, so that no second one rings beside it, about whatever.
 * @param room how many more calls of this kind may begin, asked while no other can
 * @returns id of the attempt
 * @throws Refusal outside the hours, after too many tries, too soon, while another call to them is under way, when it is
 *   not the turn of this means, and when the citizen has rated
 */
export async function recordAttempt(
  { db, rules, calendar, now }: FollowUpParts,
  id: string,
  {
    means,
    by,
    callId,
    room,
  }: { means: VoiceMeans; by: number | null; callId: CallId | null; room?(tx: Tx): Promise<number> },
): Promise<string> {
  const days = await calendar()
  const { attempts } = await db.transaction(async (tx) => {
    await lockBeginnings(db, tx, now())
    if (room && (await room(tx)) <= 0) throw new Refusal('follow-up.not-now')
    const event = { kind: 'begin', means, by, others: await triesOfOthers(tx, id) } as const
    return stepWithin(tx, await lockFollowUp(tx, id), event, { rules, calendar: days, now: now(), callId })
  })
  return attempts.at(-1)?.id ?? ''
}

/**
 * The call ended without an answer.
 * @param attempt which call: a later one is not ended by what is said of an earlier one
 * @param result `NOT_PLACED` where it never left the hotline: then it was no try
 * @throws Refusal when that call is not under way
 */
export async function recordResult(
  parts: FollowUpParts,
  id: string,
  attempt: string,
  result: Exclude<AttemptResult, 'SENT'>,
  note: string | null = null,
): Promise<Kept> {
  const after = await actOnFollowUp(parts, id, { kind: 'end', result }, { attempt, note })
  if (result !== 'NOT_PLACED') await spaceOthers(parts, id)
  return after
}

/** After a call their other matters are due later. */
export async function spaceOthers({ db, rules, now }: FollowUpParts, id: string): Promise<void> {
  await postponeOthers(db, id, firstIn(rules.parts, now() + rules.spacingMinutes * minuteMs))
}

/** @returns id of the attempt that this call was; null when it was none */
export async function attemptOfCall(db: Db, callId: CallId): Promise<string | null> {
  const [row] = await db
    .select({ id: followUpAttempts.id })
    .from(followUpAttempts)
    .where(eq(followUpAttempts.callId, callId))
  return row?.id ?? null
}

export interface DueCall {
  id: string
  ticketId: TicketId
  ticketNumber: string
  /** E.164, perhaps with an extension. */
  number: string
}

/** Whom the machine calls next by keys, who has waited longest first; see `recordAttempt` for what may still refuse it. */
export async function dueKeypadCalls(db: Db, now: Instant, limit: number): Promise<DueCall[]> {
  const rows = await db
    .select({
      id: followUps.id,
      ticketId: followUps.ticketId,
      ticketNumber: tickets.number,
      number: tickets.callerPhone,
    })
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .where(and(eq(followUps.nextMeans, 'KEYPAD'), lte(followUps.nextAt, now), isNotNull(tickets.callerPhone)))
    .orderBy(asc(followUps.nextAt))
    .limit(limit)
  return rows.flatMap(({ number, ...row }) => (number === null ? [] : { ...row, number }))
}
