import { and, desc, eq, lt } from 'drizzle-orm'
import { agents } from '../agents/schema.ts'
import { placeOf } from '../lines/place.ts'
import { lines } from '../lines/schema.ts'
import { users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database.ts'
import type { Instant } from '../platform/types.ts'
import type { VoiceMessage, VoiceMessageList } from './api.ts'
import { agentOf } from './reads.ts'
import { voiceMessages } from './schema.ts'
import { maskNumber } from './view.ts'

/** What callers said to the machine, for whoever calls back. */

export async function listVoiceMessages(
  db: Db,
  filter: { status?: VoiceMessage['status'] | undefined },
  page: { after: string | null; limit: number },
  areaCode: string,
): Promise<VoiceMessageList> {
  const rows = await db
    .select({
      message: voiceMessages,
      line: { number: lines.number, name: lines.name },
      agent: { id: agents.userId, number: agents.number, name: users.name },
    })
    .from(voiceMessages)
    .leftJoin(lines, eq(lines.id, voiceMessages.lineId))
    .leftJoin(agents, eq(agents.userId, voiceMessages.handledBy))
    .leftJoin(users, eq(users.id, agents.userId))
    .where(
      and(
        filter.status === undefined ? undefined : eq(voiceMessages.status, filter.status),
        page.after === null ? undefined : lt(voiceMessages.id, page.after),
      ),
    )
    .orderBy(desc(voiceMessages.id))
    .limit(page.limit + 1)
  const shown = rows.slice(0, page.limit)
  return {
    messages: shown.map(({ message, line, agent }) => ({
      id: message.id,
      callId: message.callId,
      caller: { number: maskNumber(message.callerNumber), place: placeOf(message.callerNumber, areaCode) },
      line,
      leftAt: message.leftAt,
      durationMs: message.durationMs,
      status: message.status,
      handledBy: agentOf(agent),
      handledAt: message.handledAt,
    })),
    next: rows.length > page.limit ? (shown.at(-1)?.message.id ?? null) : null,
  }
}

export async function findVoiceMessage(db: Db, id: string): Promise<typeof voiceMessages.$inferSelect | null> {
  const [row] = await db.select().from(voiceMessages).where(eq(voiceMessages.id, id))
  return row ?? null
}

/**
 * @param handledBy null for somebody without a 工号
 * @returns false when somebody else was faster
 */
export async function markCalledBack(tx: Tx, id: string, handledBy: number | null, now: Instant): Promise<boolean> {
  const [result] = await tx
    .update(voiceMessages)
    .set({ status: 'CALLED_BACK', handledBy, handledAt: now })
    .where(and(eq(voiceMessages.id, id), eq(voiceMessages.status, 'TO_CALL_BACK')))
  return result.affectedRows === 1
}
