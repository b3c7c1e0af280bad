import type { CallId } from '../../../platform/types.ts'
import type { Made } from './made.ts'

/**
 * Numbers and query codes of the call that the desk is in, kept on this machine: they have to be read out, also after a
 * reload. Nothing of the caller is in them. Pure over a `Storage`.
 */

const keyOf = (personId: number) => `hotline.made.${personId}`

/** Without room they are on the screen only; the tickets have them all the same. */
export function keepMade(store: Storage, personId: number, callId: CallId, made: readonly Made[]): void {
  try {
    store.setItem(keyOf(personId), JSON.stringify({ callId, made }))
  } catch {
    dropMade(store, personId)
  }
}

/** @returns none for another call than the one that they were kept for */
export function readMade(store: Storage, personId: number, callId: CallId): Made[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(personId)) ?? 'null')
    const isOfCall = typeof kept === 'object' && kept !== null && 'callId' in kept && kept.callId === callId
    return isOfCall && 'made' in kept && Array.isArray(kept.made) ? kept.made : []
  } catch {
    // Written by another version of the page, or cut off: as good as none.
    return []
  }
}

export function dropMade(store: Storage, personId: number): void {
  store.removeItem(keyOf(personId))
}
