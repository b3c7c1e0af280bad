import { and, asc, desc, eq, exists, gt, inArray, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import { calls } from '../calls/records/schema.ts'
import { categories } from '../catalogue/schema.ts'
import { users } from '../people/schema.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { readCursor } from '../platform/web/paging.ts'
import { isCallerHidden } from '../tickets/life/view.ts'
import { ticketCalls, tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import { suggestedVerdict, verdictsFor } from './answers.ts'
import type { FollowUpDetail, FollowUpList, FollowUpListRow, FollowUpQuery } from './api.ts'
import type { InHand } from './calls/in-hand.ts'
import { triesOfOthers } from './calls/same-person.ts'
import { barToCall } from './follow-up.ts'
import { clocksOf } from './letters/issue.ts'
import { proposedMarks } from './letters/letter.ts'
import type { FollowUpRules } from './rules.ts'
import { followUpAttempts, followUps } from './schema.ts'
import { answersIn, findFollowUp, followUpIn, type Kept } from './store.ts'
import { voiceMeans } from './words.ts'

/** Whom an agent asks next, what waits for a decision, and what is done. */

export interface Reader {
  id: number
  now: Instant
}

/** The agent who took the call, or made the ticket, does not ask how it went. */
const isOwnOf = (db: Db, person: number): SQL<boolean> =>
  sql<boolean>`(${tickets.createdBy} = ${person} OR ${exists(
    db
      .select({ one: sql`1` })
      .from(ticketCalls)
      .innerJoin(calls, eq(calls.id, ticketCalls.callId))
      .where(and(eq(ticketCalls.ticketId, tickets.id), eq(ticketCalls.kind, 'CREATED'), eq(calls.agentId, person))),
  )})`

const triesOf = sql<number>`(SELECT COUNT(*) FROM ${followUpAttempts}
  WHERE ${followUpAttempts.followUpId} = ${followUps.id} AND ${inArray(followUpAttempts.means, [...voiceMeans])}
    AND (${followUpAttempts.result} IS NULL OR ${followUpAttempts.result} <> 'NOT_PLACED'))`

const columns = (db: Db, reader: Reader) => ({
  task: followUps,
  ...{ number: tickets.number, title: tickets.title, type: tickets.type },
  ...{ isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous, category: categories.name },
  ...{ registeredAt: tickets.registeredAt, closedAt: tickets.closedAt, publicReply: tickets.publicReply },
  ...{ unitName: units.shortName, tries: triesOf, isOwn: isOwnOf(db, reader.id) },
})

function rowsOf(db: Db, reader: Reader) {
  return db
    .select(columns(db, reader))
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .innerJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(units, eq(units.code, followUps.unitCode))
}
type Found = Awaited<ReturnType<ReturnType<typeof rowsOf>['execute']>>[number]

function viewOf(found: Found): FollowUpListRow {
  const { task, unitName, tries, isOwn, isConfidential, isAnonymous, ...ticket } = found
  const { nextMeans, nextAt, unitCode } = task
  return {
    ...{ id: task.id, number: ticket.number, title: ticket.title, type: ticket.type, category: ticket.category },
    unit: unitCode === null ? null : { code: unitCode, name: unitName ?? unitCode },
    ...{ round: task.round, isFinal: task.isFinal, state: task.state, isByPerson: task.isByPerson },
    ...{ isLate: task.isLate, isHidden: isCallerHidden({ type: ticket.type, isConfidential, isAnonymous }) },
    next: nextMeans === null || nextAt === null ? null : { means: nextMeans, at: nextAt },
    ...{ dueAt: task.dueAt, tries: Number(tries), solved: task.solved, satisfied: task.satisfied },
    ...{ reason: task.reason, answeredAt: task.answeredAt, reviewDueAt: task.reviewDueAt, outcome: task.outcome },
    ...{ verdict: task.verdict, isOwn: Boolean(Number(isOwn)) },
  }
}

const ulids = '[0-7][0-9A-HJKMNP-TV-Z]{25}'
const timed = new RegExp(`^(?<at>\\d{1,15})\\.(?<id>${ulids})$`)
const byId = new RegExp(`^(?<id>${ulids})$`)

export async function listFollowUps(
  db: Db,
  { list, cursor, limit }: FollowUpQuery,
  reader: Reader,
): Promise<FollowUpList> {
  if (list === 'DONE') {
    const { id } = readCursor(cursor, byId) ?? {}
    const found = await rowsOf(db, reader)
      .where(
        and(
          inArray(followUps.state, ['DONE', 'EXEMPT', 'CANCELLED']),
          id === undefined ? undefined : lt(followUps.id, id),
        ),
      )
      .orderBy(desc(followUps.id))
      .limit(limit + 1)
    return pageOf(found, limit, ({ task }) => task.id)
  }
  const at = list === 'REVIEW' ? followUps.reviewDueAt : followUps.nextAt
  const after = readCursor(cursor, timed)
  const isShown = {
    // A call that is under way stays in the list: its result is still to be given.
    TODO: or(and(eq(followUps.nextMeans, 'AGENT'), lte(followUps.nextAt, reader.now)), eq(followUps.state, 'CALLING')),
    COMING: and(
      inArray(followUps.state, ['PLANNED', 'WAITING']),
      or(ne(followUps.nextMeans, 'AGENT'), gt(followUps.nextAt, reader.now)),
    ),
    REVIEW: eq(followUps.state, 'REVIEW'),
  }[list]
  const time = sql<number>`COALESCE(${at}, '1970-01-01')`
  const found = await rowsOf(db, reader)
    .where(and(isShown, after === null ? undefined : afterCursor(time, Number(after.at), after.id ?? '')))
    .orderBy(asc(time), asc(followUps.id))
    .limit(limit + 1)
  return pageOf(found, limit, ({ task }) => `${(list === 'REVIEW' ? task.reviewDueAt : task.nextAt) ?? 0}.${task.id}`)
}

function afterCursor(time: SQL, at: Instant, id: string): SQL | undefined {
  const instant = new Date(at).toISOString().slice(0, 23).replace('T', ' ')
  return or(sql`${time} > ${instant}`, and(sql`${time} = ${instant}`, gt(followUps.id, id)))
}

function pageOf(found: Found[], limit: number, cursorOf: (row: Found) => string): FollowUpList {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { followUps: shown.map(viewOf), next: found.length > limit && last ? cursorOf(last) : null }
}

/** @returns null when there is none */
export async function readFollowUp(
  db: Db,
  id: string,
  rules: FollowUpRules,
  reader: Reader & { mayJudge: boolean; inHand(kept: Kept): Promise<InHand | null> },
): Promise<FollowUpDetail | null> {
  const [found] = await rowsOf(db, reader).where(eq(followUps.id, id))
  const kept = found ? await findFollowUp(db, id) : null
  if (!found || kept === null) return null
  const view = viewOf(found)
  const { task } = found
  const answers = answersIn(task)
  const isJudged = task.state === 'REVIEW' && reader.mayJudge
  const [names, others, inHand] = await Promise.all([namesOf(db, kept), triesOfOthers(db, id), reader.inHand(kept)])
  const bar = barToCall(followUpIn(kept), 'AGENT', rules, reader.now, others)
  return {
    ...view,
    ...{ registeredAt: found.registeredAt, closedAt: found.closedAt, publicReply: found.publicReply },
    attempts: kept.attempts.map(({ means, at, by, result, note, callId }) => ({
      ...{ means, at, result, note, call: callId },
      by: by === null ? null : (names.get(by) ?? null),
    })),
    mostTries: rules.tries,
    barToCall: view.isOwn ? 'follow-up.not-independent' : bar,
    isInHand: inHand?.isTheirs ?? false,
    ...{ contacted: task.contacted, attitude: task.attitude, words: task.words ?? '' },
    wantsContact: task.wantsContact ?? false,
    verdicts: isJudged ? verdictsFor(task) : [],
    suggested: isJudged ? suggestedVerdict(task.reason, task) : null,
    proposed: isJudged && answers !== null ? proposedMarks(answers, await clocksOf(db, task.ticketId)) : null,
    ...{ verdictNote: task.verdictNote, newTicket: task.newTicket },
    judgedBy: task.judgedBy === null ? null : (names.get(task.judgedBy) ?? null),
  }
}

async function namesOf(db: Db, { row, attempts }: Kept): Promise<Map<number, string>> {
  const ids = [
    ...new Set([...attempts.flatMap(({ by }) => by ?? []), ...(row.judgedBy === null ? [] : [row.judgedBy])]),
  ]
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Whether this person took the call of the matter, or made its ticket. */
export async function isOwnMatter(db: Db, id: string, person: number): Promise<boolean> {
  const [row] = await db
    .select({ isOwn: isOwnOf(db, person) })
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .where(eq(followUps.id, id))
  return Boolean(Number(row?.isOwn ?? 0))
}
