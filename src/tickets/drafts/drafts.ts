import { and, count, desc, eq, isNull, sql } from 'drizzle-orm'
import { calls } from '../../calls/records/schema.ts'
import { isNotHiddenFrom } from '../../calls/records/ties.ts'
import { maskNumber } from '../../lines/mask.ts'
import { lines } from '../../lines/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { CallId, Instant, TicketId } from '../../platform/types.ts'
import { ticketDrafts } from '../records/schema.ts'

/**
 * A form that an agent has typed and not submitted. It is stored on the server, so that any desk and any reload finds
 * it.
 */

export interface Draft {
  id: string
  callId: CallId | null
  content: Record<string, unknown>
  version: number
  changedAt: Instant
  /** Null without a call, and for another agent's call: its id reveals nothing. */
  call: { caller: string | null; line: { number: string; name: string }; arrivedAt: Instant } | null
}

/** A draft without the fields that only lists need. */
export type Saved = Omit<Draft, 'call'>

export type DraftRefusal = 'draft.not-found' | 'draft.stale' | 'draft.too-many'

/** Limits an agent who never submits anything. */
const mostOpen = 50

const columns = {
  id: ticketDrafts.id,
  callId: ticketDrafts.callId,
  content: ticketDrafts.content,
  version: ticketDrafts.version,
  changedAt: ticketDrafts.changedAt,
  call: {
    arrivedAt: calls.arrivedAt,
    caller: calls.callerNumber,
    dialled: calls.dialled,
    lineNumber: lines.number,
    lineName: lines.name,
  },
}

function draftsOf(db: Db, ownerId: number, now: Instant) {
  // For own calls, too: a caller who became hidden is shown no longer than elsewhere.
  const isShown = isNotHiddenFrom(db, { id: ownerId, roles: [] }, now)
  return db
    .select(columns)
    .from(ticketDrafts)
    .leftJoin(calls, and(eq(calls.id, ticketDrafts.callId), eq(calls.agentId, ticketDrafts.ownerId), isShown))
    .leftJoin(lines, eq(lines.id, calls.lineId))
}

type Row = Awaited<ReturnType<typeof draftsOf>>[number]

function draftOf({ call, ...draft }: Row): Draft {
  // The other columns of a row that was not joined are null with it.
  if (call?.arrivedAt == null) return { ...draft, call: null }
  const line = { number: call.lineNumber ?? call.dialled ?? '', name: call.lineName ?? '未知线路' }
  return { ...draft, call: { caller: maskNumber(call.caller), line, arrivedAt: call.arrivedAt } }
}

/** Open drafts of one person, the latest changed first. */
export async function listDrafts(db: Db, ownerId: number, callId: CallId | undefined, now: Instant): Promise<Draft[]> {
  const rows = await draftsOf(db, ownerId, now)
    .where(
      and(
        eq(ticketDrafts.ownerId, ownerId),
        isNull(ticketDrafts.endedAt),
        callId === undefined ? undefined : eq(ticketDrafts.callId, callId),
      ),
    )
    .orderBy(desc(ticketDrafts.changedAt))
    .limit(mostOpen)
  return rows.map(draftOf)
}

export async function findDraft(db: Db, ownerId: number, id: string, now: Instant): Promise<Draft | null> {
  const [row] = await draftsOf(db, ownerId, now).where(
    and(eq(ticketDrafts.id, id), eq(ticketDrafts.ownerId, ownerId), isNull(ticketDrafts.endedAt)),
  )
  return row ? draftOf(row) : null
}

/**
 * A draft became a ticket, or was on its way here when it did: later versions of it are not stored as a draft. What was
 * typed is in the ticket, as far as it may be stored: for an anonymous caller not even there.
 * @param ownerId another person's draft stays as it is
 */
export async function endDraft(
  tx: Tx,
  { id, ownerId, ticketId }: { id: string; ownerId: number; ticketId: TicketId },
  now: Instant,
): Promise<void> {
  await tx
    .insert(ticketDrafts)
    .ignore()
    .values({ id, ownerId, callId: null, content: {}, version: 0, createdAt: now, changedAt: now })
  await tx
    .update(ticketDrafts)
    .set({ ticketId, endedAt: now, content: {} })
    .where(and(eq(ticketDrafts.id, id), eq(ticketDrafts.ownerId, ownerId), isNull(ticketDrafts.endedAt)))
}

/**
 * Saves a draft. A page that lost the answer repeats the request and gets the same answer.
 * @param version the one that the page has; 0 for a new draft
 */
export async function saveDraft(
  db: Db,
  ownerId: number,
  draft: { id: string; callId: CallId | null; content: Record<string, unknown>; version: number },
  now: Instant,
): Promise<Saved | DraftRefusal> {
  const { id, callId, content, version } = draft
  const saved = (next: number) => ({ id, callId, content, version: next, changedAt: now })
  if (version === 0) {
    if ((await countOpen(db, ownerId)) >= mostOpen) return 'draft.too-many'
    const [made] = await db
      .insert(ticketDrafts)
      .ignore()
      .values({ id, ownerId, callId, content, version: 1, createdAt: now, changedAt: now })
    if (made.affectedRows > 0) return saved(1)
  } else {
    const [changed] = await db
      .update(ticketDrafts)
      .set({ content, callId, version: sql`${ticketDrafts.version} + 1`, changedAt: now })
      .where(
        and(
          eq(ticketDrafts.id, id),
          eq(ticketDrafts.ownerId, ownerId),
          eq(ticketDrafts.version, version),
          isNull(ticketDrafts.endedAt),
        ),
      )
    if (changed.affectedRows > 0) return saved(version + 1)
  }
  const kept = await findDraft(db, ownerId, id, now)
  if (!kept) return 'draft.not-found'
  return kept.version === version + 1 && isSame(kept.content, content) ? kept : 'draft.stale'
}

/** @returns false when there is no such open draft */
export async function discardDraft(db: Db, ownerId: number, id: string, now: Instant): Promise<boolean> {
  const [result] = await db
    .update(ticketDrafts)
    .set({ endedAt: now, content: {} })
    .where(and(eq(ticketDrafts.id, id), eq(ticketDrafts.ownerId, ownerId), isNull(ticketDrafts.endedAt)))
  return result.affectedRows > 0
}

async function countOpen(db: Db, ownerId: number): Promise<number> {
  const [row] = await db
    .select({ open: count() })
    .from(ticketDrafts)
    .where(and(eq(ticketDrafts.ownerId, ownerId), isNull(ticketDrafts.endedAt)))
  return row?.open ?? 0
}

/** MySQL returns keys in an order of its own. */
function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const sorted = (value: Record<string, unknown>) =>
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    )
  return sorted(one) === sorted(other)
}
