import { asc, inArray } from 'drizzle-orm'
import { wallTimeOf } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CallId } from '../../platform/types.ts'
import { callNotes } from './schema.ts'

/** Notes of calls: lines that are only ever added, each with its time and author. */

export type CallNote = typeof callNotes.$inferSelect

/** An existing line is left as it is. */
export async function addNotes(db: Db, notes: CallNote[]): Promise<void> {
  if (notes.length > 0) await db.insert(callNotes).ignore().values(notes)
}

/** By call, oldest first. */
export async function readNotes(db: Db, callIds: readonly CallId[]): Promise<Map<CallId, CallNote[]>> {
  if (callIds.length === 0) return new Map()
  const rows = await db
    .select()
    .from(callNotes)
    .where(inArray(callNotes.callId, [...callIds]))
    .orderBy(asc(callNotes.id))
  return Map.groupBy(rows, ({ callId }) => callId)
}

/** As people read them: `11-23 14:05 李晓燕：工单 CZ…`; null without notes. */
export function noteText(notes: readonly CallNote[] | undefined): string | null {
  if (notes === undefined || notes.length === 0) return null
  return notes.map(({ at, author, text }) => `${wallTimeOf(at).slice(5, 16)} ${author}：${text}`).join('\n')
}
