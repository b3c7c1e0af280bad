import type { CallId, Instant } from '../../../../platform/types.ts'
import { formFrom, type TicketForm } from '../form.ts'

/** What is typed into the form, kept on this machine until the server has it. Pure over a `Storage`. */

export interface KeptForm {
  id: string
  callId: CallId | null
  form: TicketForm
  /** The one that the server is known to have; 0 for none. */
  version: number
  /** What was sent and not answered: the server may have it or not. As `textOf` writes it. */
  unanswered: string[]
  savedAt: Instant
  isSent: boolean
}

const keepMs = 3 * 86_400_000

function prefix(personId: number): string {
  return `hotline.form.${personId}.`
}

/** Two forms are the same when this is: the server gives keys back in another order. */
export function textOf(form: TicketForm): string {
  return JSON.stringify(formFrom({ ...form }))
}

/** @returns false when the browser has no room left */
export function keepForm(store: Storage, personId: number, kept: KeptForm): boolean {
  try {
    store.setItem(prefix(personId) + kept.id, JSON.stringify(kept))
    return true
  } catch {
    // Full, or forbidden by the browser: then only the server keeps it, and the form says so.
    return false
  }
}

export function dropForm(store: Storage, personId: number, id: string): void {
  store.removeItem(prefix(personId) + id)
}

/** What the server does not have yet, newest first. */
export function unsentForms(store: Storage, personId: number): KeptForm[] {
  return keptForms(store, personId)
    .filter((kept) => !kept.isSent)
    .toSorted((one, other) => other.savedAt - one.savedAt)
}

/** A caller's words do not stay on a shared machine: what the server has is removed, and what is too old. */
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
    // Written by another version of the page, or cut off: as good as none.
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
 * The server would not take a draft because it has another version. Either it is our own, of which the answer was lost,
 * or somebody typed elsewhere: then both stay, ours as a draft of its own.
 */
export function afterStale(
  kept: Pick<KeptForm, 'unanswered'>,
  onServer: { content: Record<string, unknown>; version: number } | null,
): { do: 'go-on'; version: number } | { do: 'fork' } {
  if (onServer === null) return { do: 'fork' }
  const isOurs = kept.unanswered.includes(textOf(formFrom(onServer.content)))
  return isOurs ? { do: 'go-on', version: onServer.version } : { do: 'fork' }
}
