import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { and, eq, gte, inArray, isNull, like, lt, notLike, or } from 'drizzle-orm'
import { recordings } from '../../calls/recordings/schema.ts'
import { callbacks, calls } from '../../calls/records/schema.ts'
import { type Db, openDatabase } from '../../platform/database/database.ts'
import { outbox } from '../../platform/database/schema.ts'
import { ticketDeadlines, tickets } from '../../tickets/records/schema.ts'
import type { CallSeen } from './calls.ts'
import type { TicketSeen } from './tickets.ts'
import type { World } from './world.ts'

/** The hotline's records, compared with what was seen from outside. */
export interface BooksFound {
  records: { missing: string[]; doubled: string[]; open: string[]; mistimed: string[] }
  recordings: { expected: number; missing: string[]; short: string[] }
  /** Callers who were lost with Asterisk and have no callback. */
  callbacksMissing: string[]
  tickets: { lost: string[]; doubled: string[]; early: string[] }
  leftOver: string[]
  /** Calls that no citizen of ours made. */
  strangers: string[]
}

export interface Seen {
  calls: CallSeen[]
  tickets: TicketSeen[]
  mark: string
  /** When the first of it could have come. */
  since: number
  /** Neither length nor sound of these calls is promised. */
  isExcused(call: CallSeen): boolean
  /** Cut off by a failure of the platform. */
  isLost(call: CallSeen): boolean
}

const settleLimitMs = 60_000
const mostNamed = 20
/** The citizen hangs up on one clock, the recording ends on another. */
const lengthMarginMs = 1_500
/** During an outage no process may see a call end; but its recorded length must not be off by an hour. */
const recordMarginMs = 60_000

export async function compareBooks(world: World, seen: Seen): Promise<BooksFound> {
  const leftOver = await untilNothingIsLeft(world)
  const database = openDatabase(world.settings, { connections: 2, limitMs: 20_000 })
  try {
    const found = await untilRecordsAreClosed(database.db, seen)
    const sounds = await untilSoundsAreKept(world, database.db, found.ids, seen)
    return {
      records: found.records,
      recordings: sounds,
      callbacksMissing: await callbacksMissing(database.db, seen),
      tickets: await compareTickets(database.db, seen),
      leftOver,
      strangers: await strangersIn(database.db, seen.since),
    }
  } finally {
    await database.close()
  }
}

async function callbacksMissing(db: Db, seen: Pick<Seen, 'calls' | 'isLost'>): Promise<string[]> {
  const numbers = seen.calls.filter(seen.isLost).map((call) => `+86${call.caller}`)
  if (numbers.length === 0) return []
  const rows = await db
    .select({ number: callbacks.callerNumber })
    .from(callbacks)
    .where(and(eq(callbacks.reason, 'LOST'), inArray(callbacks.callerNumber, numbers)))
  const known = new Set(rows.map(({ number }) => number))
  return numbers.filter((number) => !known.has(number))
}

/** Calls from callers who are none of our citizens. */
async function strangersIn(db: Db, since: number): Promise<string[]> {
  const rows = await db
    .select({ id: calls.id, raw: calls.callerRaw })
    .from(calls)
    .where(and(gte(calls.arrivedAt, since), or(isNull(calls.callerNumber), notLike(calls.callerNumber, '+86139%'))))
  return rows.map(({ id, raw }) => `${id} ${raw}`)
}

interface Row {
  id: string
}

/** Calls taken by the dialplan alone are imported a little later. */
async function untilRecordsAreClosed(db: Db, seen: Pick<Seen, 'calls' | 'isExcused'>) {
  const end = performance.now() + settleLimitMs
  for (;;) {
    const found = await compareCalls(db, seen)
    if ((found.records.missing.length === 0 && found.records.open.length === 0) || performance.now() > end) return found
    await sleep(1_000)
  }
}

async function compareCalls(db: Db, seen: Pick<Seen, 'calls' | 'isExcused'>) {
  const answered = seen.calls.filter((call) => call.answeredAt !== null)
  const numbers = answered.map((call) => `+86${call.caller}`)
  const rows =
    numbers.length === 0
      ? []
      : await db
          .select({
            id: calls.id,
            caller: calls.callerNumber,
            arrivedAt: calls.arrivedAt,
            endedAt: calls.endedAt,
          })
          .from(calls)
          .where(inArray(calls.callerNumber, numbers))
  const byCaller = Map.groupBy(rows, (row) => row.caller ?? '')
  const of = (call: CallSeen) => byCaller.get(`+86${call.caller}`) ?? []
  const ids = new Map<string, Row>()
  for (const call of answered) for (const row of of(call)) ids.set(call.caller, row)
  return {
    ids,
    records: {
      missing: answered.filter((call) => of(call).length === 0).map((call) => call.caller),
      doubled: answered.filter((call) => of(call).length > 1).map((call) => call.caller),
      open: answered.filter((call) => of(call).some((row) => row.endedAt === null)).map((call) => call.caller),
      mistimed: answered.flatMap((call) => {
        if (call.endedAt === null || seen.isExcused(call)) return []
        const tookMs = call.endedAt - call.invitedAt
        const told = of(call).flatMap(({ arrivedAt, endedAt }) => (endedAt === null ? [] : endedAt - arrivedAt))
        return told.some((ms) => ms < 0 || Math.abs(ms - tookMs) > recordMarginMs) ? `${call.caller}: ${told} ms` : []
      }),
    },
  }
}

async function untilSoundsAreKept(
  world: World,
  db: Db,
  ids: ReadonlyMap<string, Row>,
  seen: Pick<Seen, 'calls' | 'isExcused'>,
): Promise<BooksFound['recordings']> {
  const end = performance.now() + settleLimitMs
  for (;;) {
    const found = await compareSounds(world, db, ids, seen)
    if (found.missing.length === 0 || performance.now() > end) return found
    await sleep(1_000)
  }
}

async function compareSounds(
  world: World,
  db: Db,
  ids: ReadonlyMap<string, Row>,
  seen: Pick<Seen, 'calls' | 'isExcused'>,
): Promise<BooksFound['recordings']> {
  const expected = seen.calls.filter((call) => call.joinedAt !== null && !seen.isExcused(call))
  const wanted = expected.flatMap((call) => ids.get(call.caller)?.id ?? [])
  const rows =
    wanted.length === 0
      ? []
      : await db
          .select()
          .from(recordings)
          .where(inArray(recordings.callId, wanted as never[]))
  const byCall = Map.groupBy(rows, (row) => row.callId as string)
  const missing: string[] = []
  const short: string[] = []
  for (const call of expected) {
    const kept = (byCall.get(ids.get(call.caller)?.id ?? '') ?? []).filter((row) => row.status === 'KEPT')
    const talkMs = (call.endedAt ?? 0) - (call.joinedAt ?? 0)
    let keptMs = 0
    for (const row of kept) {
      const file = join(world.settings.spoolDir, 'recording', `${row.name}.wav`)
      const bytes = (await stat(file).catch(() => null))?.size ?? 0
      keptMs += Math.min(row.durationMs ?? 0, bytes / 16)
    }
    if (keptMs === 0) missing.push(call.caller)
    else if (keptMs < talkMs - lengthMarginMs) short.push(`${call.caller}: ${Math.round(talkMs - keptMs)} ms`)
  }
  return { expected: expected.length, missing, short }
}

async function compareTickets(db: Db, seen: Pick<Seen, 'tickets' | 'mark'>): Promise<BooksFound['tickets']> {
  const rows = await db
    .select({ number: tickets.number, content: tickets.content })
    .from(tickets)
    .where(like(tickets.content, `%${seen.mark}-%`))
  const times = new Map<string, string[]>()
  for (const row of rows) {
    const key = row.content.split(' ').at(-1) ?? ''
    times.set(key, [...(times.get(key) ?? []), row.number])
  }
  return {
    lost: seen.tickets
      .filter(({ key, number }) => number !== null && !times.get(key)?.includes(number))
      .map(({ key, number }) => `${key} ${number}`),
    doubled: [...times].filter(([, numbers]) => numbers.length > 1).map(([key, numbers]) => `${key} ${numbers}`),
    early: await firedEarly(db, seen.mark),
  }
}

/** Clocks of these tickets whose alarm fired before they were due. */
async function firedEarly(db: Db, mark: string): Promise<string[]> {
  const { clock, warnAt, warnedAt, dueAt, overdueAt } = ticketDeadlines
  const rows = await db
    .select({ number: tickets.number, clock })
    .from(ticketDeadlines)
    .innerJoin(tickets, eq(tickets.id, ticketDeadlines.ticketId))
    .where(and(like(tickets.content, `%${mark}-%`), or(lt(warnedAt, warnAt), lt(overdueAt, dueAt))))
  return rows.map((row) => `${row.number} ${row.clock}`)
}

async function untilNothingIsLeft(world: World): Promise<string[]> {
  const end = performance.now() + settleLimitMs
  for (;;) {
    const left = await leftOvers(world).catch((error: unknown) => [String(error)])
    if (left.length === 0 || performance.now() > end) return left
    await sleep(500)
  }
}

/**
 * What is left over: calls at Asterisk, in Redis or as an open record, agents kept from being ready, and undone jobs.
 */
async function leftOvers(world: World): Promise<string[]> {
  const database = openDatabase(world.settings, { connections: 1 })
  try {
    const open = await database.db.select({ id: calls.id }).from(calls).where(isNull(calls.endedAt))
    const undone = await database.db
      .select({ topic: outbox.topic, jobId: outbox.jobId })
      .from(outbox)
      .where(isNull(outbox.doneAt))
      .limit(mostNamed)
    const inRedis = await world.withRedis(async (redis) => {
      const keys = await redis.keys('{hotline}:*')
      const agents = keys.filter((key) => /floor:agent:/.test(key))
      const states = await Promise.all(agents.map((key) => redis.hmget(key, 'number', 'state', 'reason')))
      return [
        ...keys.filter((key) => /:(call|offer):|:(living-calls|calls-aside)$/.test(key)),
        // All agents want to work: an agent who is not ready is kept from it by something.
        ...states.flatMap(([number, state, reason]) =>
          state === 'READY' ? [] : [`agent ${number} is ${state} ${reason}`],
        ),
      ]
    })
    return [
      ...(await world.ask<{ id: string }[]>('channels')).map((one) => `channel ${one.id}`),
      ...(await world.ask<{ id: string }[]>('bridges')).map((one) => `bridge ${one.id}`),
      ...inRedis,
      ...open.map((row) => `open record ${row.id}`),
      ...undone.map(({ topic, jobId }) => `not done: ${topic} ${jobId}`),
    ]
  } finally {
    await database.close()
  }
}
