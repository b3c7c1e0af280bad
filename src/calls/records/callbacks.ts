import { and, asc, desc, eq, exists, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
import { agents } from '../../floor/agents/schema.ts'
import { maskNumber } from '../../lines/mask.ts'
import { placeOf } from '../../lines/place.ts'
import { lines } from '../../lines/schema.ts'
import { users } from '../../people/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import { isHiddenTicket } from '../../tickets/records/hidden.ts'
import { ticketCalls, tickets } from '../../tickets/records/schema.ts'
import {
  type Call,
  type CallbackResult,
  type CallbackStatus,
  callableNumber,
  callbackReasons,
  type Outcome,
} from '../machine/call.ts'
import type { Callback, CallbackList } from './api.ts'
import { agentOf, type CallReader } from './reads.ts'
import { callbacks, calls } from './schema.ts'
import { isNotHiddenFrom } from './ties.ts'

/**
 * Who has to be called back: callers who left a message, asked for it, gave up waiting, or were cut off by the
 * platform.
 */

type Row = typeof callbacks.$inferSelect

/**
 * One entry per number, the newest call first. A call whose caller is hidden from the reader is an entry of its own:
 * beside another call of that number it would reveal its caller. In the list of finished callbacks it is left out: when
 * it was done and by whom would tell which call of an open list it belonged to.
 */
export async function listCallbacks(
  db: Db,
  reader: CallReader,
  filter: { status: CallbackStatus },
  page: { after: string | null; limit: number },
  areaCode: string,
): Promise<CallbackList> {
  const heads = await headsOf(db, reader, filter.status, page)
  const shown = heads.slice(0, page.limit)
  return {
    callbacks: await entriesOf(db, reader, shown, areaCode),
    next: heads.length > page.limit ? (shown.at(-1) ?? null) : null,
  }
}

/**
 * The open entries that wait for a call, or those that were tried in vain: first what is due, then who has waited
 * longest, so that a bound leaves out only the newest.
 * @param mostTries after so many an entry is used up
 */
export async function listWaiting(
  db: Db,
  reader: CallReader,
  { isUsedUp, mostTries, limit }: { isUsedUp: boolean; mostTries: number; limit: number },
  areaCode: string,
): Promise<Callback[]> {
  const tries = sql`MAX(${callbacks.tries})`
  const isLater = sql`COALESCE(MAX(${gt(callbacks.nextAt, reader.now)}), 0)`
  const rows = await openHeads(db, reader)
    .having(isUsedUp ? sql`${tries} >= ${mostTries}` : sql`${tries} < ${mostTries}`)
    .orderBy(isLater, sql`MIN(${callbacks.since})`, headId)
    .limit(limit)
  return entriesOf(
    db,
    reader,
    rows.map((row) => row.head),
    areaCode,
  )
}

async function entriesOf(db: Db, reader: CallReader, heads: string[], areaCode: string): Promise<Callback[]> {
  const groups = await groupsOf(db, reader, heads)
  return heads.flatMap((id) => {
    const rows = groups.get(id)
    return rows ? [callbackOf(rows, areaCode)] : []
  })
}

/** The newest row of each number; for finished ones the row that represents the others. */
async function headsOf(
  db: Db,
  reader: CallReader,
  status: CallbackStatus,
  page: { after: string | null; limit: number },
): Promise<string[]> {
  const isShown = isNotHiddenFrom(db, reader.person, reader.now)
  if (status !== 'TO_CALL_BACK') {
    const { after, limit } = page
    const isAfter = after === null ? undefined : lt(callbacks.id, after)
    const isHead = or(isNull(callbacks.mergedInto), isShown && headIsTied(db))
    const rows = await db
      .select({ head: callbacks.id })
      .from(callbacks)
      .leftJoin(calls, eq(calls.id, callbacks.callId))
      .where(and(eq(callbacks.status, status), isHead, isShown, isAfter))
      .orderBy(desc(callbacks.id))
      .limit(limit + 1)
    return rows.map((row) => row.head)
  }
  const rows = await openHeads(db, reader)
    .having(page.after === null ? undefined : sql`${headId} < ${page.after}`)
    .orderBy(desc(headId))
    .limit(page.limit + 1)
  return rows.map((row) => row.head)
}

const headId = sql<string>`MAX(${callbacks.id})`

/** Grouped while reading: two calls never race for one row of their number. */
function openHeads(db: Db, reader: CallReader) {
  const isShown = isNotHiddenFrom(db, reader.person, reader.now)
  const number = sql`COALESCE(${callbacks.callerNumber}, ${callbacks.id})`
  return db
    .select({ head: headId })
    .from(callbacks)
    .leftJoin(calls, eq(calls.id, callbacks.callId))
    .where(isOpen)
    .groupBy(isShown ? sql`CASE WHEN ${isShown} THEN ${number} ELSE ${callbacks.id} END` : number)
}

const isOpen = eq(callbacks.status, 'TO_CALL_BACK')

/** Whether the row that represents this one has a hidden caller: it then represents no other row. */
function headIsTied(db: Db): SQL {
  const head = alias(callbacks, 'head')
  return exists(
    db
      .select({ one: sql`1` })
      .from(head)
      .innerJoin(ticketCalls, eq(ticketCalls.callId, head.callId))
      .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
      .where(and(eq(head.id, callbacks.mergedInto), isHiddenTicket())),
  )
}

type Found = Awaited<ReturnType<typeof selectRows>>[number]

function selectRows(db: Db, { person, now }: CallReader, where: SQL | undefined) {
  const isShown = isNotHiddenFrom(db, person, now)
  return db
    .select({
      row: callbacks,
      isHidden: (isShown ? sql`NOT (${isShown})` : sql`FALSE`).mapWith(Boolean),
      isAlone: (isShown ? headIsTied(db) : sql`FALSE`).mapWith(Boolean),
      line: { number: lines.number, name: lines.name },
      agent: { id: agents.userId, number: agents.number, name: users.name },
      call: {
        // First column: where it is null, Drizzle treats the whole row as missing.
        id: calls.id,
        ...{ number: calls.callerNumber, isWithheld: calls.isCallerWithheld },
      },
    })
    .from(callbacks)
    .leftJoin(calls, eq(calls.id, callbacks.callId))
    .leftJoin(lines, eq(lines.id, callbacks.lineId))
    .leftJoin(agents, eq(agents.userId, callbacks.handledBy))
    .leftJoin(users, eq(users.id, agents.userId))
    .where(where)
    .orderBy(asc(callbacks.id))
}

/** Rows with the same key are shown as one. */
function keyOf({ row, isHidden, isAlone }: Found): string {
  if (isHidden || isAlone) return row.id
  return row.status === 'TO_CALL_BACK' ? (row.callerNumber ?? row.id) : (row.mergedInto ?? row.id)
}

/** The rows behind each head, including it, the oldest first. */
async function groupsOf(db: Db, reader: CallReader, heads: string[]): Promise<Map<string, Found[]>> {
  if (heads.length === 0) return new Map()
  const own = await selectRows(db, reader, inArray(callbacks.id, heads))
  const numbers = own.flatMap(({ row }) => (row.status === 'TO_CALL_BACK' ? (row.callerNumber ?? []) : []))
  const others = await selectRows(
    db,
    reader,
    or(
      inArray(callbacks.mergedInto, heads),
      numbers.length === 0 ? undefined : and(isOpen, inArray(callbacks.callerNumber, numbers)),
    ),
  )
  const headOf = new Map(own.map((found) => [keyOf(found), found.row.id]))
  const groups = new Map(own.map((found) => [found.row.id, new Map([[found.row.id, found]])]))
  for (const found of others) groups.get(headOf.get(keyOf(found)) ?? '')?.set(found.row.id, found)
  return new Map(
    [...groups].map(([id, rows]) => [id, [...rows.values()].toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))]),
  )
}

function callbackOf(rows: Found[], areaCode: string): Callback {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) throw new Error('no row for this callback')
  const { row, line, agent, isHidden } = last
  const reasons = new Set(rows.map((one) => one.row.reason))
  return {
    id: row.id,
    reasons: callbackReasons.filter((reason) => reasons.has(reason)),
    calls: new Set(rows.map((one) => one.row.callId ?? one.row.id)).size,
    callId: isHidden ? null : row.callId,
    isCallerHidden: isHidden,
    caller: isHidden
      ? { number: null, place: null }
      : { number: maskNumber(row.callerNumber), place: placeOf(row.callerNumber, areaCode) },
    line,
    isKeyedIn: rows.some(
      (one) => one.row.reason === 'ASKED' && (one.call?.number === null || one.call?.isWithheld === true),
    ),
    since: first.row.since,
    lastAt: row.since,
    messages: rows.flatMap(({ row: { id, fileName, since, durationMs } }) =>
      isHidden || fileName === null ? [] : [{ id, since, durationMs }],
    ),
    status: row.status,
    handledBy: agentOf(agent),
    handledAt: row.handledAt,
  }
}

export async function findCallback(db: Db, id: string): Promise<Row | null> {
  const [row] = await db.select().from(callbacks).where(eq(callbacks.id, id))
  return row ?? null
}

/**
 * Done for all calls of this number up to the one that was shown: later calls have not been seen yet. A call whose
 * caller is hidden from this person stays open: closing it together with another one would reveal its caller.
 * @param handledBy null for a person without a 工号
 * @returns false when another person was faster
 */
export async function markCalledBack(
  tx: Tx,
  id: string,
  handledBy: number | null,
  { person, now }: CallReader,
  as: { status: CallbackStatus; result?: CallbackResult } = { status: 'CALLED_BACK', result: 'REACHED' },
): Promise<boolean> {
  const [row] = await tx.select().from(callbacks).where(eq(callbacks.id, id)).for('update')
  if (row?.status !== 'TO_CALL_BACK') return false
  const done = { ...as, handledBy, handledAt: now }
  if (row.callerNumber !== null) {
    const older = await tx
      .select({ id: callbacks.id })
      .from(callbacks)
      .leftJoin(calls, eq(calls.id, callbacks.callId))
      .where(
        and(
          isOpen,
          eq(callbacks.callerNumber, row.callerNumber),
          lt(callbacks.id, id),
          isNotHiddenFrom(tx, person, now),
        ),
      )
    const ids = older.map((one) => one.id)
    if (ids.length > 0)
      await tx
        .update(callbacks)
        .set({ ...done, mergedInto: id })
        .where(and(isOpen, inArray(callbacks.id, ids)))
  }
  await tx.update(callbacks).set(done).where(eq(callbacks.id, id))
  return true
}

/**
 * Numbers that have got through to an agent need no callback. A message stays open: it has not been heard yet.
 * @param talks calls that have been answered; passed again and again for as long as they last
 */
export async function closeOfThoseWhoGotThrough(
  db: Pick<Db, 'select' | 'update'>,
  talks: readonly Call[],
): Promise<void> {
  const answered = talks.flatMap(({ answeredAt, caller: { number }, agent, outgoing }) =>
    // Of a citizen whom an agent called, the agent says what came of it.
    outgoing || answeredAt === null || number === null || agent === null
      ? []
      : { answeredAt, number, agentId: Number(agent.id) },
  )
  if (answered.length === 0) return
  const numbers = [...new Set(answered.map(({ number }) => number))]
  const waiting = and(isOpen, ne(callbacks.reason, 'MESSAGE'))
  const found = await db
    .select({ id: callbacks.id, number: callbacks.callerNumber, since: callbacks.since })
    .from(callbacks)
    .where(and(waiting, inArray(callbacks.callerNumber, numbers)))
    .orderBy(asc(callbacks.id))
  for (const { answeredAt, number, agentId } of answered) {
    const settled = found.filter((row) => row.number === number && row.since <= answeredAt).map(({ id }) => id)
    const head = settled.at(-1)
    if (head === undefined) continue
    const done = { status: 'GOT_THROUGH', handledBy: agentId, handledAt: answeredAt } as const
    const older = settled.slice(0, -1)
    if (older.length > 0) {
      await db
        .update(callbacks)
        .set({ ...done, mergedInto: head })
        .where(and(waiting, inArray(callbacks.id, older)))
    }
    await db
      .update(callbacks)
      .set(done)
      .where(and(waiting, eq(callbacks.id, head)))
  }
}

const ourFault: ReadonlySet<Outcome> = new Set(['PLATFORM_LOST', 'PLATFORM_FAILED'])

/**
 * Callbacks for calls whose records are now closed. Without a number only a message tells whom to call.
 * @param lineId of the number that was dialled
 * @param gaveUpAfterMs a caller who waited at least this long and hung up is called back
 */
export function callbacksOf(
  ended: readonly Call[],
  lineId: (number: string) => number,
  gaveUpAfterMs: number,
): (typeof callbacks.$inferInsert)[] {
  return ended.flatMap((call) => {
    if (call.stage.phase !== 'ended' || (call.outgoing && call.pickedUpAt === null)) return []
    const since = call.endedAt ?? call.arrivedAt
    const about = { callId: call.id, lineId: lineId(call.line.number), since, status: 'TO_CALL_BACK' } as const
    const row = (reason: Row['reason'], callerNumber: string | null, fileName: string | null = null) => ({
      ...{ id: newId(since), reason, callerNumber, fileName },
      ...about,
    })
    const number = callableNumber(call)
    const rows: (typeof callbacks.$inferInsert)[] = []
    if (call.message !== undefined) rows.push(row('MESSAGE', number, `${call.message}.wav`))
    if (call.callBackTo !== undefined) rows.push(row('ASKED', call.callBackTo))
    if (number !== null && ourFault.has(call.stage.outcome)) rows.push(row('LOST', number))
    // A message without speech becomes a caller who gave up, see `messages.ts`.
    // Who was called by the machine is called again by the follow-up's own plan.
    const isVain = rows.length === 0 && call.keypad === undefined && waitedInVainMs(call) >= gaveUpAfterMs
    return number !== null && isVain ? [row('GAVE_UP', number)] : rows
  })
}

const inVain: ReadonlySet<string> = new Set(['WAITING', 'OFFER', 'MESSAGE', 'CALLBACK', 'FALLBACK'])
const served: ReadonlySet<Outcome> = new Set([
  'SELF_SERVED',
  'LEFT_BEFORE_QUEUE',
  'FALLBACK_ANSWERED',
  'FALLBACK_MESSAGE',
])

/**
 * How long a caller who hung up had waited: since the last talk, or since the greeting. -1 when they did not wait. A
 * caller whose agent's phone died counts, too.
 */
export function waitedInVainMs({ stage, segments, endedAt }: Pick<Call, 'stage' | 'segments' | 'endedAt'>): number {
  if (stage.phase !== 'ended' || stage.endedBy !== 'CALLER' || served.has(stage.outcome)) return -1
  const before = segments.findLastIndex(({ kind }) => !inVain.has(kind))
  const first = segments[before + 1]
  return first && endedAt !== null ? endedAt - first.startedAt : -1
}
