import type { Instant } from '../../../platform/types.ts'
import type { EventKind } from '../../../tickets/life/ticket.ts'
import type { Values } from './actionForms.ts'

/** What is typed for the next step of a ticket, saved on this machine until it is sent. Pure over a `Storage`. */

const keepMs = 7 * 86_400_000

interface ActionDraft {
  values: Values
  savedAt: Instant
}

export interface DraftOf {
  personId: number
  number: string
  kind: EventKind
}

const prefix = 'hotline.ticket.'
const keyOf = ({ personId, number, kind }: DraftOf) => `${prefix}${personId}.${number}.${kind}`

export function readDraft(store: Storage, of: DraftOf): Values | null {
  return parse(store.getItem(keyOf(of)))?.values ?? null
}

export function writeDraft(store: Storage, of: DraftOf, values: Values, now: Instant): void {
  store.setItem(keyOf(of), JSON.stringify({ values, savedAt: now } satisfies ActionDraft))
}

export function dropDraft(store: Storage, of: DraftOf): void {
  store.removeItem(keyOf(of))
}

/** Abandoned texts do not stay on a shared machine. */
export function sweepDrafts(store: Storage, now: Instant): void {
  const keys = Array.from({ length: store.length }, (_, n) => store.key(n)).filter((key) => key?.startsWith(prefix))
  for (const key of keys) {
    if (key !== null && now - (parse(store.getItem(key))?.savedAt ?? 0) > keepMs) store.removeItem(key)
  }
}

function parse(text: string | null): ActionDraft | null {
  if (text === null) return null
  try {
    const found: Partial<ActionDraft> | null = JSON.parse(text)
    return found?.values && typeof found.savedAt === 'number' ? (found as ActionDraft) : null
  } catch {
    // Written by another version of the page, or truncated: ignored.
    return null
  }
}
