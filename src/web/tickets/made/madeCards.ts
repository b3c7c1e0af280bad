import type { CallId } from '../../../platform/types.ts'
import type { Made } from './made.ts'

/**
 * Numbers and query codes of the desk's call, saved on this machine: they have to be read out, also after a reload.
 * They contain nothing about the caller. Pure over a `Storage`.
 */

const keyOf = (personId: number) => `hotline.made.${personId}`

/** Without storage they are on the screen only; the tickets have them in any case. */
export function keepMade(store: Storage, personId: number, callId: CallId, made: readonly Made[]): void {
  try {
    store.setItem(keyOf(personId), JSON.stringify({ callId, made }))
  } catch {
    dropMade(store, personId)
  }
}

/** @returns none for another call than the one that they were saved for */
export function readMade(store: Storage, personId: number, callId: CallId): Made[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(personId)) ?? 'null')
    const isOfCall = typeof kept === 'object' && kept !== null && 'callId' in kept && kept.callId === callId
    return isOfCall && 'made' in kept && Array.isArray(kept.made) ? kept.made : []
  } catch {
    // Written by another version of the page, or truncated: ignored.
    return []
  }
}

export function dropMade(store: Storage, personId: number): void {
  store.removeItem(keyOf(personId))
}
