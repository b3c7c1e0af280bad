import { readFileSync } from 'node:fs'
import { and, eq } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { calls } from '../../calls/records/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { AgentId, CallId, Instant } from '../../platform/types.ts'

/**
 * What an agent writes in a call: to Redis at once, to the call's row behind it. With one of the two away the other
 * one has it, and a sweep brings the row up to date.
 */
export interface Notes {
  /** @throws when neither took it: the page keeps the text and tries again */
  save(callId: CallId, agentId: AgentId, text: string): Promise<void>
  read(callId: CallId): Promise<string>
  /** Writes what the database does not have yet. */
  flush(): Promise<void>
}

const keptMs = 7 * 86_400_000
const waitingKey = '{hotline}:notes'
const noteKey = (id: CallId): string => `{hotline}:note:${id}`
const dropNote = readFileSync(new URL('drop-note.lua', import.meta.url), 'utf8')

export function openNotes(parts: { redis: Redis; db: Db; now(): Instant; log: Log }): Notes {
  const { redis, db, now, log } = parts

  async function keep(callId: CallId, text: string): Promise<void> {
    const results = await redis
      .multi()
      .hset(noteKey(callId), { text, at: now() })
      .hincrby(noteKey(callId), 'version', 1)
      .pexpire(noteKey(callId), keptMs)
      .sadd(waitingKey, callId)
      .exec()
    const failure = results?.find(([error]) => error)?.[0]
    if (!results || failure) throw failure ?? new Error('redis dropped the transaction')
  }

  /** @returns false when the call has no row yet */
  async function write(callId: CallId, text: string): Promise<boolean> {
    const [result] = await db.update(calls).set({ note: text }).where(eq(calls.id, callId))
    return result.affectedRows > 0
  }

  async function flushOne(callId: CallId): Promise<void> {
    const { text, version } = await redis.hgetall(noteKey(callId))
    if (text !== undefined && version !== undefined && !(await write(callId, text))) return
    await redis.eval(dropNote, 2, waitingKey, noteKey(callId), callId, version ?? '')
  }

  return {
    async save(callId, agentId, text) {
      try {
        await keep(callId, text)
      } catch (error) {
        log.warn({ err: error, callId }, 'note not kept in redis; writing it to the database alone')
        const isOwn = and(eq(calls.id, callId), eq(calls.agentId, Number(agentId)))
        const [result] = await db.update(calls).set({ note: text }).where(isOwn)
        if (result.affectedRows === 0) throw new Error('the note has no row yet', { cause: error })
        return
      }
      await flushOne(callId).catch((error: unknown) => {
        log.info({ err: error, callId }, 'note is in redis; the database gets it when it is back')
      })
    },

    async read(callId) {
      const kept = await redis.hget(noteKey(callId), 'text').catch(() => null)
      if (kept !== null) return kept
      const [row] = await db.select({ note: calls.note }).from(calls).where(eq(calls.id, callId))
      return row?.note ?? ''
    },

    async flush() {
      for (const callId of (await redis.smembers(waitingKey)) as CallId[]) await flushOne(callId)
    },
  }
}
