import { and, eq, isNull, notExists, type SQL } from 'drizzle-orm'
import { messages } from '../../messages/schema.ts'
import { keepMessage } from '../../messages/store.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { isCallerHidden } from '../life/view.ts'
import { tickets } from '../records/schema.ts'
import { ticketTellings } from './schema.ts'

/**
 * What a decision tells the citizen goes to their mobile telephone as a message. Who has none, and a hidden caller, whose
 * telephone others may read, is told by a person: see `untold.ts`.
 */

/** Without an extension: behind one is a switchboard. */
const mobile = /^\+86(1[3-9]\d{9})$/
/** One that a telephone shows in a few parts; the rest is read to who calls. */
const longest = 400

const keyOf = (ticketId: TicketId, seq: number): string => `telling:${ticketId}:${seq}`
const keyed = /^telling:(?<id>[0-7][0-9A-HJKMNP-TV-Z]{25}):(?<seq>\d{1,9})$/

/** Called for each event of a ticket; may come twice. @returns whether a message was kept now */
export async function tellCitizen(
  { db, siteName, now }: { db: Db; siteName: string; now(): Instant },
  { ticketId, seq }: { ticketId?: TicketId; seq?: number },
): Promise<boolean> {
  if (ticketId === undefined || seq === undefined) return false
  return db.transaction(async (tx) => {
    const { type, isConfidential, isAnonymous, callerPhone, callerOtherPhone, number } = tickets
    const isIt = and(eq(ticketTellings.ticketId, ticketId), eq(ticketTellings.seq, seq), isNull(ticketTellings.toldAt))
    const [found] = await tx
      .select({
        ...{ words: ticketTellings.words, type, isConfidential, isAnonymous, number },
        ...{ phone: callerPhone, other: callerOtherPhone },
      })
      .from(ticketTellings)
      .innerJoin(tickets, eq(tickets.id, ticketTellings.ticketId))
      .where(isIt)
    if (!found || isCallerHidden(found)) return false
    const to = mobileOf(found.phone) ?? mobileOf(found.other)
    if (to === undefined) return false
    const text = `【${siteName}】工单${found.number}：${shortened(found.words)}`
    const message = {
      key: keyOf(ticketId, seq),
      kind: 'TELLING',
      to,
      text,
      secret: null,
      subject: found.number,
    } as const
    if (!(await keepMessage(tx, message, now()))) return false
    await tx.update(ticketTellings).set({ toldBy: 'SMS' }).where(isIt)
    return true
  })
}

const mobileOf = (phone: string | null): string | undefined => mobile.exec(phone ?? '')?.[1]

function shortened(words: string): string {
  const letters = [...words.trim()]
  return letters.length <= longest ? letters.join('') : `${letters.slice(0, longest).join('')}……详情请拨打12345。`
}

/** After the message was sent; a receipt that it failed may be here before. */
export async function markTold(db: Db, { dedupeKey }: { dedupeKey: string }, now: Instant): Promise<void> {
  const isOfIt = ofMessage(dedupeKey)
  if (isOfIt === null) return
  const failed = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.dedupeKey, dedupeKey), eq(messages.receipt, 'FAILED')))
  await db
    .update(ticketTellings)
    .set({ toldAt: now, toldBy: 'SMS' })
    .where(and(isOfIt, isNull(ticketTellings.toldAt), notExists(failed)))
}

/** The message did not arrive: a person has to tell. What was told by telephone meanwhile stays told. */
export async function markUntold(tx: Tx, { dedupeKey }: { dedupeKey: string }): Promise<void> {
  const isOfIt = ofMessage(dedupeKey)
  if (isOfIt === null) return
  await tx
    .update(ticketTellings)
    .set({ toldAt: null, toldBy: null })
    .where(and(isOfIt, eq(ticketTellings.toldBy, 'SMS')))
}

/** Null: a message of another kind. */
function ofMessage(dedupeKey: string): SQL | null {
  const { id, seq } = keyed.exec(dedupeKey)?.groups ?? {}
  if (id === undefined) return null
  return and(eq(ticketTellings.ticketId, id as TicketId), eq(ticketTellings.seq, Number(seq))) ?? null
}
