import type { Redis } from 'ioredis'
import { addNotes, type CallNote, noteText, readNotes } from '../../calls/records/notes.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Log } from '../../platform/process/log.ts'
import type { CallId, Instant } from '../../platform/types.ts'

/**
 * An agent's notes of a call, line after line; existing lines are never changed. While the database is unreachable the
 * lines wait in Redis.
 */
export interface Notes {
  /** @throws when neither store accepted it: the page says so */
  add(note: Omit<CallNote, 'id' | 'at'>): Promise<void>
  read(callId: CallId): Promise<string>
  /** Writes the lines that the database does not have yet. */
  flush(): Promise<void>
}

const waitingKey = '{hotline}:call-notes'
/** Lines of one statement. */
const batch = 100

export function openNotes(parts: { redis: Redis; db: Db; now(): Instant; log: Log }): Notes {
  const { redis, db, now, log } = parts

  async function waiting(): Promise<{ raw: string; note: CallNote }[]> {
    const lines = await redis.lrange(waitingKey, 0, batch - 1)
    return lines.map((raw) => ({ raw, note: JSON.parse(raw) as CallNote }))
  }

  return {
    async add(given) {
      const note: CallNote = { ...given, id: newId(now()), at: now() }
      try {
        await addNotes(db, [note])
      } catch (error) {
        log.warn({ err: error, callId: note.callId }, 'note kept in Redis: database unreachable')
        await redis.rpush(waitingKey, JSON.stringify(note))
      }
    },

    async read(callId) {
      const [kept, later] = await Promise.all([readNotes(db, [callId]), waiting().catch(() => [])])
      const written = kept.get(callId) ?? []
      const known = new Set(written.map(({ id }) => id))
      const own = later.map(({ note }) => note).filter(({ id, callId: of }) => of === callId && !known.has(id))
      return noteText([...written, ...own]) ?? ''
    },

    async flush() {
      for (let lines = await waiting(); lines.length > 0; lines = await waiting()) {
        // Idempotent: each line has its id.
        await addNotes(
          db,
          lines.map(({ note }) => note),
        )
        for (const { raw } of lines) await redis.lrem(waitingKey, 1, raw)
      }
    },
  }
}
