import { and, eq, isNull } from 'drizzle-orm'
import { keepMessage } from '../../messages/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { isCallerHidden } from '../life/view.ts'
import { tickets } from '../records/schema.ts'
import { ticketTellings } from './schema.ts'

/** What a decision tells the citizen goes to their telephone as a message. A number that takes none is told by the hotline. */

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
    const { type, isConfidential, isAnonymous, callerPhone, number } = tickets
    const [found] = await tx
      .select({ words: ticketTellings.words, type, isConfidential, isAnonymous, callerPhone, number })
      .from(ticketTellings)
      .innerJoin(tickets, eq(tickets.id, ticketTellings.ticketId))
      .where(and(eq(ticketTellings.ticketId, ticketId), eq(ticketTellings.seq, seq), isNull(ticketTellings.toldAt)))
    const to = mobile.exec(found?.callerPhone ?? '')?.[1]
    if (!found || to === undefined) return false
    const text = `【${siteName}】工单${found.number}：${wordsTo(found)}`
    const message = {
      key: keyOf(ticketId, seq),
      kind: 'TELLING',
      to,
      text,
      secret: null,
      subject: found.number,
    } as const
    return keepMessage(tx, message, now())
  })
}

/** Others may read a hidden caller's telephone: nothing is said of the matter. Source: domain model 3.2 of its second part. */
function wordsTo(found: Parameters<typeof isCallerHidden>[0] & { words: string }): string {
  if (isCallerHidden(found)) return '有新的办理进展，请凭工单编号和查询码拨打12345查询。'
  const letters = [...found.words.trim()]
  return letters.length <= longest ? letters.join('') : `${letters.slice(0, longest).join('')}……详情请拨打12345。`
}

/** After the message was sent. */
export async function markTold(db: Db, { dedupeKey }: { dedupeKey: string }, now: Instant): Promise<void> {
  const { id, seq } = keyed.exec(dedupeKey)?.groups ?? {}
  if (id === undefined) return
  await db
    .update(ticketTellings)
    .set({ toldAt: now, toldBy: 'SMS' })
    .where(and(eq(ticketTellings.ticketId, id as TicketId), eq(ticketTellings.seq, Number(seq))))
}
