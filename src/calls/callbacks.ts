import { and, desc, eq, lt } from 'drizzle-orm'
import { agents } from '../agents/schema.ts'
import { placeOf } from '../lines/place.ts'
import { lines } from '../lines/schema.ts'
import { users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { Instant } from '../platform/types.ts'
import type { Callback, CallbackList } from './api.ts'
import type { Call, Outcome } from './call.ts'
import { agentOf, type CallReader } from './reads.ts'
import { callbacks, calls } from './schema.ts'
import { isHiddenFrom } from './secrecy.ts'
import { tiedAmong } from './ties.ts'
import { maskNumber } from './view.ts'

/** Who has to be called back: whoever said something to the machine, and whose call the platform broke off. */

export async function listCallbacks(
  db: Db,
  reader: CallReader,
  filter: { status?: Callback['status'] | undefined },
  page: { after: string | null; limit: number },
  areaCode: string,
): Promise<CallbackList> {
  const rows = await db
    .select({
      callback: callbacks,
      line: { number: lines.number, name: lines.name },
      agent: { id: agents.userId, number: agents.number, name: users.name },
      call: { agentId: calls.agentId, endedAt: calls.endedAt },
    })
    .from(callbacks)
    .leftJoin(calls, eq(calls.id, callbacks.callId))
    .leftJoin(lines, eq(lines.id, callbacks.lineId))
    .leftJoin(agents, eq(agents.userId, callbacks.handledBy))
    .leftJoin(users, eq(users.id, agents.userId))
    .where(
      and(
        filter.status === undefined ? undefined : eq(callbacks.status, filter.status),
        page.after === null ? undefined : lt(callbacks.id, page.after),
      ),
    )
    .orderBy(desc(callbacks.id))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  const tied = await tiedAmong(
    db,
    shown.flatMap(({ callback }) => callback.callId ?? []),
  )
  return {
    callbacks: shown.map(({ callback, line, agent, call }) => {
      const { callId, callerNumber } = callback
      const isTied = callId !== null && tied.has(callId)
      const parties = { agentIds: call?.agentId == null ? [] : [call.agentId], endedAt: call?.endedAt ?? null }
      const isHidden = isHiddenFrom(reader.person, parties, isTied, reader.now)
      return {
        id: callback.id,
        callId,
        isCallerHidden: isHidden,
        caller: isHidden
          ? { number: null, place: null }
          : { number: maskNumber(callerNumber), place: placeOf(callerNumber, areaCode) },
        line,
        reason: callback.reason,
        since: callback.since,
        durationMs: callback.durationMs,
        status: callback.status,
        handledBy: agentOf(agent),
        handledAt: callback.handledAt,
      }
    }),
    next: rows.length > page.limit ? (shown.at(-1)?.callback.id ?? null) : null,
  }
}

export async function findCallback(db: Db, id: string): Promise<typeof callbacks.$inferSelect | null> {
  const [row] = await db.select().from(callbacks).where(eq(callbacks.id, id))
  return row ?? null
}

/**
 * @param handledBy null for somebody without a 工号
 * @returns false when somebody else was faster
 */
export async function markCalledBack(tx: Tx, id: string, handledBy: number | null, now: Instant): Promise<boolean> {
  const [result] = await tx
    .update(callbacks)
    .set({ status: 'CALLED_BACK', handledBy, handledAt: now })
    .where(and(eq(callbacks.id, id), eq(callbacks.status, 'TO_CALL_BACK')))
  return result.affectedRows === 1
}

const ourFault: ReadonlySet<Outcome> = new Set(['PLATFORM_LOST', 'PLATFORM_FAILED'])

/**
 * Of calls whose records are closed now, those that the platform broke off. A caller without a number cannot be called.
 * @param lineId of the number that was dialled
 */
export function callbacksOf(
  ended: readonly Call[],
  lineId: (number: string) => number,
): (typeof callbacks.$inferInsert)[] {
  return ended.flatMap((call) => {
    const isLost = call.stage.phase === 'ended' && ourFault.has(call.stage.outcome)
    if (!isLost || call.caller.number === null) return []
    const since = call.endedAt ?? call.arrivedAt
    return {
      ...{ id: newId(since), reason: 'LOST', callId: call.id, callerNumber: call.caller.number },
      ...{ lineId: lineId(call.line.number), since, status: 'TO_CALL_BACK' },
    } as const
  })
}
