import { eq } from 'drizzle-orm'
import { secretPlace } from '../../messages/message.ts'
import { keepMessage } from '../../messages/store.ts'
import type { Db } from '../../platform/database/database.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { units } from '../../units/schema.ts'
import { type FollowUpParts, lockFollowUp, stepWithin } from '../store.ts'
import { makeRatingLink } from './store.ts'

/** The message with the link. */

export interface LinkHead {
  siteName: string
  publicUrl: string
}

/** @returns whether it was kept: nobody is asked twice for the same try @throws Refusal where it may not be sent now */
export async function sendRatingLink(
  { db, rules, calendar, now }: FollowUpParts,
  head: LinkHead,
  id: string,
): Promise<boolean> {
  const known = { rules, calendar: await calendar(), now: now() }
  return db.transaction(async (tx) => {
    const before = await lockFollowUp(tx, id)
    const { row, attempts } = await stepWithin(tx, before, { kind: 'link' }, known)
    const facts = await factsOf(tx, row.ticketId)
    if (facts === null) return false
    const token = await makeRatingLink(tx, id, known.now)
    const sent = attempts.filter(({ means }) => means === 'LINK').length
    const by = facts.unit === null ? '' : `，${facts.unit}办理`
    const wasCalled = attempts.some(({ means, result }) => means !== 'LINK' && result !== 'NOT_PLACED')
    const asked = wasCalled ? '未能电话联系到您' : '您反映的事项已办结'
    return keepMessage(
      tx,
      {
        ...{ key: `rating:${id}:${sent}`, kind: 'RATING', to: facts.phone, subject: facts.number },
        text: `【${head.siteName}】${asked}（工单${facts.number}${by}），请您评价：${secretPlace} ${rules.linkDays}天内有效，一事只评一次。`,
        secret: `${head.publicUrl}/rate#${token}`,
      },
      known.now,
    )
  })
}

type Reader = Pick<Db, 'select'>

async function factsOf(tx: Reader, ticketId: typeof tickets.$inferSelect.id) {
  const [row] = await tx
    .select({ number: tickets.number, phone: tickets.callerPhone, unit: units.shortName })
    .from(tickets)
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .where(eq(tickets.id, ticketId))
  if (!row || row.phone === null) return null
  return { ...row, phone: row.phone.replace(/^\+86/, '') }
}
