import { and, asc, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { insertInto } from '../../platform/database/prepared.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { type EventKind, stepOf, steps } from '../life/ticket.ts'
import { isCallerHidden } from '../life/view.ts'
import { laterTokensOf, type WordFacts } from '../records/rows.ts'
import { ticketEvents, ticketReindex, ticketSearch, tickets } from '../records/schema.ts'
import { callNumbersOf, secretsOf } from './reader-words.ts'

/** Keeps the search words in step with the tickets, and rebuilds them when the rules of indexing have changed. */

type Row = typeof tickets.$inferSelect

/** Writes the words of tickets, in place of those that were there. */
export const writeWords = insertInto(ticketSearch, (db, rows) =>
  db
    .insert(ticketSearch)
    .values(rows)
    .onDuplicateKeyUpdate({ set: { tokens: sql`VALUES(${ticketSearch.tokens})` } })
    .prepare(),
)

const saying = steps.filter(({ searched }) => searched === 'NOTE').map(({ kind }) => kind)
/** Whether a ticket is found by the note of such a step. */
export const isSaying = (kind: EventKind): boolean => stepOf(kind).searched === 'NOTE'
/** Whether it is found by other words after it. */
export const changesWords = (kind: EventKind): boolean => stepOf(kind).searched !== undefined

/** Notes by ticket, in the order in which they were added. */
export async function readSaid(db: Db | Tx, ids: readonly TicketId[]): Promise<Map<TicketId, string[]>> {
  const said = new Map<TicketId, string[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return said
  const rows = await db
    .select({ id: ticketEvents.ticketId, note: ticketEvents.note })
    .from(ticketEvents)
    .where(and(inArray(ticketEvents.ticketId, [...ids]), inArray(ticketEvents.kind, saying)))
    .orderBy(asc(ticketEvents.ticketId), asc(ticketEvents.seq))
  for (const { id, note } of rows) if (note !== null) said.get(id)?.push(note)
  return said
}

/** What the words of these tickets hang on beside their rows. */
export async function readWordFacts(tx: Tx, rows: readonly Row[]): Promise<Map<TicketId, WordFacts>> {
  const said = await readSaid(
    tx,
    rows.map(({ id }) => id),
  )
  const kept = await readAnonymousWords(tx, rows)
  const hidden = rows.filter((row) => isCallerHidden(row))
  const numbers = await callNumbersOf(
    tx,
    hidden.map(({ id }) => id),
  )
  return new Map(
    rows.map((row) => [
      row.id,
      {
        said: said.get(row.id) ?? [],
        before: kept.get(row.id) ?? null,
        secrets: secretsOf(row, numbers.get(row.id) ?? []),
      },
    ]),
  )
}

/**
 * What an anonymous caller's text was scrubbed of is kept nowhere: what was indexed then stays, and only what came later
 * is added.
 */
async function readAnonymousWords(tx: Tx, rows: readonly Row[]): Promise<Map<TicketId, string>> {
  const ids = rows.filter((row) => row.isAnonymous).map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const found = await tx.select().from(ticketSearch).where(inArray(ticketSearch.ticketId, ids))
  return new Map(found.map(({ ticketId, tokens }) => [ticketId, tokens]))
}

/**
 * Version of what is indexed and how. Raise it with either: older words are then rebuilt in the background. 2: replies,
 * supplements, all of a long content, single characters.
 */
export const indexVersion = 2

const newestFirst = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' as TicketId
/** Held for some tens of milliseconds: an agent waits no longer for one of them. */
const batch = 50

/**
 * Rebuilds the words of one batch of tickets, newest first. The progress is in the database, so that it resumes where
 * it was interrupted. Two processes do no harm: each waits for the other's batch.
 * @returns whether there is more to do
 */
export async function reindexSome(db: Db, now: Instant): Promise<boolean> {
  await db.insert(ticketReindex).ignore().values({ version: indexVersion, beforeId: newestFirst })
  return db.transaction(async (tx) => {
    const ofVersion = eq(ticketReindex.version, indexVersion)
    const [progress] = await tx
      .select()
      .from(ticketReindex)
      .where(and(ofVersion, isNull(ticketReindex.finishedAt)))
      .for('update')
    if (!progress) return false
    const found = await tx
      .select({ id: tickets.id })
      .from(tickets)
      .where(lt(tickets.id, progress.beforeId))
      .orderBy(desc(tickets.id))
      .limit(batch)
    const ids = found.map(({ id }) => id)
    // By their ids, not by the range: it blocks no one who submits a ticket.
    const rows = ids.length === 0 ? [] : await tx.select().from(tickets).where(inArray(tickets.id, ids)).for('update')
    const facts = await readWordFacts(tx, rows)
    const words = rows.flatMap((row) => {
      const ofRow = facts.get(row.id)
      return ofRow ? { ticketId: row.id, tokens: laterTokensOf(row, ofRow) } : []
    })
    if (words.length > 0) await writeWords(tx, ...words)
    const isLast = ids.length < batch
    await tx
      .update(ticketReindex)
      .set({ beforeId: ids.at(-1) ?? progress.beforeId, finishedAt: isLast ? now : null })
      .where(ofVersion)
    return !isLast
  })
}
