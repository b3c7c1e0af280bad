import type { CallId, Instant } from '../../../../platform/types.ts'
import { formFrom, type TicketForm } from '../form.ts'

/** Saves the form on this machine until the server has it. Pure over a `Storage`. */

export interface KeptForm {
  id: string
  callId: CallId | null
  form: TicketForm
  /** The version that the server is known to have; 0 for none. */
  version: number
  /** Sent without an answer: the server may have it or not. As `textOf` writes it. */
  unanswered: string[]
  savedAt: Instant
  isSent: boolean
}

const keepMs = 3 * 86_400_000

function prefix(personId: number): string {
  return `hotline.form.${personId}.`
}

/** Two forms are equal when this text is: the server returns keys in another order. */
export function textOf(form: TicketForm): string {
  return JSON.stringify(formFrom({ ...form }))
}

/** @returns false when the browser's storage is full */
export function keepForm(store: Storage, personId: number, kept: KeptForm): boolean {
  try {
    store.setItem(prefix(personId) + kept.id, JSON.stringify(kept))
    return true
  } catch {
    // Full, or forbidden by the browser: then only the server saves it, and the form says so.
    return false
  }
}

export function dropForm(store: Storage, personId: number, id: string): void {
  store.removeItem(prefix(personId) + id)
}

/** Forms that the server does not have yet, newest first. */
export function unsentForms(store: Storage, personId: number): KeptForm[] {
  return keptForms(store, personId)
    .filter((kept) => !kept.isSent)
    .toSorted((one, other) => other.savedAt - one.savedAt)
}

/** A caller's words do not stay on a shared machine: forms that the server has are removed, and so are old ones. */
export function sweepForms(store: Storage, personId: number, now: Instant, open: string | null): void {
  for (const kept of keptForms(store, personId)) {
    if (kept.id !== open && (kept.isSent || now - kept.savedAt > keepMs)) dropForm(store, personId, kept.id)
  }
}

function keptForms(store: Storage, personId: number): KeptForm[] {
  const keys = Array.from({ length: store.length }, (_, n) => store.key(n))
  return keys
    .filter((key): key is string => key?.startsWith(prefix(personId)) ?? false)
    .map((key) => parse(store.getItem(key)))
    .filter((kept): kept is KeptForm => kept !== null)
}

function parse(text: string | null): KeptForm | null {
  try {
    const found: unknown = JSON.parse(text ?? 'null')
    return isKept(found) ? { ...found, form: formFrom({ ...found.form }) } : null
  } catch {
    // Written by another version of the page, or truncated: ignored.
    return null
  }
}

function isKept(found: unknown): found is KeptForm {
  return (
    typeof found === 'object' &&
    found !== null &&
    'id' in found &&
    'form' in found &&
    typeof found.form === 'object' &&
    'version' in found &&
    'unanswered' in found &&
    'savedAt' in found
  )
}

/**
 * The server refused a draft because it has another version. Either it is our own, whose answer was lost, or another
 * person or desk edited it: then both stay, ours as a separate draft.
 */
export function afterStale(
  kept: Pick<KeptForm, 'unanswered'>,
  onServer: { content: Record<string, unknown>; version: number } | null,
): { do: 'go-on'; version: number } | { do: 'fork' } {
  if (onServer === null) return { do: 'fork' }
  const isOurs = kept.unanswered.includes(textOf(formFrom(onServer.content)))
  return isOurs ? { do: 'go-on', version: onServer.version } : { do: 'fork' }
}
