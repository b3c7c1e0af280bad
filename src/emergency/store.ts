import { and, asc, desc, eq, inArray, isNotNull, lt, lte, ne, sql } from 'drizzle-orm'
import type { Call } from '../calls/machine/call.ts'
import { calls } from '../calls/records/schema.ts'
import { agents } from '../floor/agents/schema.ts'
import { lines } from '../lines/schema.ts'
import { users } from '../people/schema.ts'
import type { Db } from '../platform/database/database.ts'
import type { CallId, Instant } from '../platform/types.ts'
import { ticketCalls, tickets } from '../tickets/records/schema.ts'
import { type Handover, handoversOf, hasEmergency } from './handover.ts'
import type { EmergencyFacts } from './packet.ts'
import { emergencyHandovers } from './schema.ts'

/** Rows of hand-overs to emergency services: their times come with the call's state, the packet's fate beside them. */

type Row = typeof emergencyHandovers.$inferInsert

/** The controller itself sends the packet at once; after this it is sent from here. */
const firstTryMs = 3_000

function rowOf(handover: Handover, callId: CallId, version: number): Row {
  const { agentId, ...rest } = handover
  return {
    ...rest,
    ...{ agentId: Number(agentId), callId, version, packetState: 'WAITING', nextAt: handover.askedAt + firstTryMs },
  }
}

const changing = ['dialledAt', 'pickedUpAt', 'agentLeftAt', 'endedAt', 'result'] as const satisfies (keyof Row)[]
/** Compared and set last: the database assigns from left to right. */
const newer = Object.fromEntries(
  [...changing, 'version' as const].map((key) => {
    const name = sql.identifier(emergencyHandovers[key].name)
    return [key, sql`IF(VALUES(version) > version, VALUES(${name}), ${name})`]
  }),
)

/** With the rows of these calls. May be repeated, and may come late. */
export async function writeHandovers(db: Pick<Db, 'insert'>, written: readonly Call[]): Promise<void> {
  const rows = written
    .filter(hasEmergency)
    .flatMap((call) => handoversOf(call).map((one) => rowOf(one, call.id, call.version)))
  if (rows.length > 0) await db.insert(emergencyHandovers).values(rows).onDuplicateKeyUpdate({ set: newer })
}

type Fate = Pick<Row, 'packetState' | 'packetAt' | 'packet' | 'reply' | 'packetTrouble' | 'packetTries' | 'nextAt'>

/** What came of the first try; the call's state may not be written yet. */
export async function keepFirstTry(db: Db, handover: Handover, callId: CallId, fate: Fate): Promise<void> {
  await db
    .insert(emergencyHandovers)
    .values({ ...rowOf(handover, callId, 0), ...fate })
    .onDuplicateKeyUpdate({ set: { ...fate } })
}

export async function keepTry(db: Db, id: string, fate: Fate): Promise<void> {
  await db
    .update(emergencyHandovers)
    .set(fate)
    .where(and(eq(emergencyHandovers.id, id), eq(emergencyHandovers.packetState, 'WAITING')))
}

export type DuePacket = Awaited<ReturnType<typeof packetsDue>>[number]

/** Packets that no one has taken, with what is known of their calls. */
export async function packetsDue(db: Db, now: Instant, most: number) {
  const { packetState, nextAt } = emergencyHandovers
  const rows = await db
    .select({
      handover: emergencyHandovers,
      call: calls,
      line: { number: lines.number, name: lines.name },
      agentNumber: agents.number,
    })
    .from(emergencyHandovers)
    .leftJoin(calls, eq(calls.id, emergencyHandovers.callId))
    .leftJoin(lines, eq(lines.id, calls.lineId))
    .leftJoin(agents, eq(agents.userId, emergencyHandovers.agentId))
    .where(and(eq(packetState, 'WAITING'), isNotNull(nextAt), lte(nextAt, now)))
    .orderBy(asc(nextAt))
    .limit(most)
  return rows.map(({ handover, call, line, agentNumber }) => {
    const facts: EmergencyFacts = {
      ...{ id: handover.id, callId: handover.callId, service: handover.service, agentNumber },
      caller: {
        number: call?.callerNumber ?? null,
        name: call?.callerName ?? null,
        isWithheld: call?.isCallerWithheld ?? false,
      },
      line: line ?? { number: call?.dialled ?? '', name: '' },
      arrivedAt: call?.arrivedAt ?? handover.askedAt,
      callBackTo: null,
    }
    return { handover, facts }
  })
}

function selectHandovers(db: Db) {
  return db
    .select({ handover: emergencyHandovers, agent: { number: agents.number, name: users.name } })
    .from(emergencyHandovers)
    .leftJoin(agents, eq(agents.userId, emergencyHandovers.agentId))
    .leftJoin(users, eq(users.id, emergencyHandovers.agentId))
}
export type HandoverRow = Awaited<ReturnType<typeof handoversOfCall>>[number]

export function handoversOfCall(db: Db, callId: string) {
  return selectHandovers(db)
    .where(eq(emergencyHandovers.callId, callId as CallId))
    .orderBy(asc(emergencyHandovers.askedAt))
}

/** Newest first. @param after id of the last one of the page before */
export function listHandovers(
  db: Db,
  { service, isTold }: { service: string | null; isTold: boolean | null },
  { after, limit }: { after: string | null; limit: number },
) {
  const { packetState } = emergencyHandovers
  return selectHandovers(db)
    .where(
      and(
        after === null ? undefined : lt(emergencyHandovers.id, after),
        service === null ? undefined : eq(emergencyHandovers.service, service),
        isTold === null ? undefined : isTold ? eq(packetState, 'ACKED') : ne(packetState, 'ACKED'),
      ),
    )
    .orderBy(desc(emergencyHandovers.id))
    .limit(limit)
}

/** The newest ticket of each call. */
export async function ticketsOfCalls(db: Db, callIds: readonly CallId[]): Promise<Map<CallId, string>> {
  if (callIds.length === 0) return new Map()
  const rows = await db
    .select({ callId: ticketCalls.callId, number: tickets.number })
    .from(ticketCalls)
    .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    .where(inArray(ticketCalls.callId, [...callIds]))
    .orderBy(asc(tickets.id))
  return new Map(rows.map((row) => [row.callId, row.number]))
}
