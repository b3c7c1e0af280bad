import type { CallId, Instant } from '../../platform/types.ts'

/** What is typed during a call, kept on this machine until the server has it. Pure over a `Storage`. */

export interface Draft {
  callId: CallId
  text: string
  savedAt: Instant
  isSent: boolean
}

const keepMs = 3 * 86_400_000

function prefix(personId: number): string {
  return `hotline.note.${personId}.`
}

export function readDraft(store: Storage, personId: number, callId: CallId): Draft | null {
  return parse(store.getItem(prefix(personId) + callId))
}

export function writeDraft(store: Storage, personId: number, draft: Draft): void {
  store.setItem(prefix(personId) + draft.callId, JSON.stringify(draft))
}

export function unsentDrafts(store: Storage, personId: number): Draft[] {
  return draftsOf(store, prefix(personId)).filter((draft) => !draft.isSent)
}

/** A caller's words do not stay on a shared machine: what the server has is removed, and what is too old. */
export function sweepDrafts(store: Storage, personId: number, now: Instant, open: CallId | null): void {
  for (const draft of draftsOf(store, prefix(personId))) {
    if (draft.callId === open) continue
    if (draft.isSent || now - draft.savedAt > keepMs) store.removeItem(prefix(personId) + draft.callId)
  }
}

function draftsOf(store: Storage, start: string): Draft[] {
  const keys = Array.from({ length: store.length }, (_, n) => store.key(n))
  return keys
    .filter((key): key is string => key?.startsWith(start) ?? false)
    .map((key) => parse(store.getItem(key)))
    .filter((draft): draft is Draft => draft !== null)
}

function parse(text: string | null): Draft | null {
  if (text === null) return null
  try {
    const found: unknown = JSON.parse(text)
    return isDraft(found) ? found : null
  } catch {
    // Written by another version of the page, or cut off: as good as none.
    return null
  }
}

function isDraft(found: unknown): found is Draft {
  return typeof found === 'object' && found !== null && 'text' in found && 'callId' in found && 'savedAt' in found
}

/** Which text counts when the page comes back: what was typed here and has not arrived, else the server's. */
export function textToShow(draft: Draft | null, onServer: string): string {
  return draft !== null && !draft.isSent ? draft.text : onServer
}
