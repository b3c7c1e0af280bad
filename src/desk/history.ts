import { and, count, desc, eq, gte, ne } from 'drizzle-orm'
import { noteText, readNotes } from '../calls/records/notes.ts'
import { calls } from '../calls/records/schema.ts'
import { isNotHiddenFrom } from '../calls/records/ties.ts'
import { agents } from '../floor/agents/schema.ts'
import { lines } from '../lines/schema.ts'
import { users } from '../people/schema.ts'
import type { Db } from '../platform/database/database.ts'
import { firstUlidAt } from '../platform/text/ulid-time.ts'
import type { AgentId, CallId, Instant } from '../platform/types.ts'
import type { CallerHistory } from './protocol.ts'

const dayMs = 86_400_000
const shown = 10

export const noHistory: CallerHistory = { callsIn30Days: 0, isRepeat: false, calls: [] }

/**
 * Earlier calls of a number, as far as the agent may know the caller: a call that led to a report is neither shown nor
 * counted. Reads the calls of that number by their index, whatever the table's size.
 */
export async function readHistory(
  db: Db,
  number: string | null,
  current: CallId,
  agentId: AgentId,
  now: Instant,
): Promise<CallerHistory> {
  if (number === null) return noHistory
  const isShown = isNotHiddenFrom(db, { id: Number(agentId), roles: ['AGENT'] }, now)
  const earlier = and(eq(calls.callerNumber, number), ne(calls.id, current), isShown)
  const monthAgo = gte(calls.id, firstUlidAt(now - 30 * dayMs) as CallId)
  const [[month], rows] = await Promise.all([
    db
      .select({ count: count() })
      .from(calls)
      .where(and(earlier, monthAgo, eq(calls.direction, 'IN'))),
    db
      .select({
        id: calls.id,
        direction: calls.direction,
        arrivedAt: calls.arrivedAt,
        answeredAt: calls.answeredAt,
        endedAt: calls.endedAt,
        outcome: calls.outcome,
        dialled: calls.dialled,
        lineNumber: lines.number,
        lineName: lines.name,
        agentName: users.name,
      })
      .from(calls)
      .leftJoin(lines, eq(lines.id, calls.lineId))
      .leftJoin(agents, eq(agents.userId, calls.agentId))
      .leftJoin(users, eq(users.id, agents.userId))
      .where(earlier)
      .orderBy(desc(calls.id))
      .limit(shown),
  ])
  const last = rows.find(({ direction }) => direction === 'IN')
  const notes = await readNotes(
    db,
    rows.map(({ id }) => id),
  )
  return {
    callsIn30Days: month?.count ?? 0,
    isRepeat: last !== undefined && now - last.arrivedAt <= 7 * dayMs,
    calls: rows.map(({ id, direction, arrivedAt, answeredAt, endedAt, outcome, dialled, ...row }) => ({
      id,
      direction,
      arrivedAt,
      lineNumber: row.lineNumber ?? dialled,
      lineName: row.lineName ?? '未知线路',
      agentName: row.agentName,
      outcome,
      talkMs: answeredAt !== null && endedAt !== null ? endedAt - answeredAt : null,
      note: noteText(notes.get(id)),
    })),
  }
}
