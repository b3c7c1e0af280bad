import type { Bus } from '../bus.ts'
import { dueInWords } from '../calendar/time-left.ts'
import { secretPlace } from '../messages/message.ts'
import { isKept, keepMessage } from '../messages/store.ts'
import { type Announcement, audienceIn } from '../notifications/teller.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant, TicketId, UnitCode } from '../platform/types.ts'
import { noticeOf } from '../tickets/life/ticket.ts'
import { bodiesIn, factsOf, lastOf, lockOpen, makeLink } from './store.ts'

/** Messages to bodies without accounts: the link with the dispatch, and a reminder where others are told in the bell. */

export interface LinkHead {
  siteName: string
  publicUrl: string
}

export interface SendingParts {
  db: Db
  head: LinkHead
  now(): Instant
  log: Log
}

/**
 * Whether it gives the unit something to do anew: a dispatch, a part, an answer that came back. Anything else only reminds
 * of what the unit has a link for.
 */
const asksAnew = (topic: string): boolean => noticeOf(topic)?.due !== undefined || topic === 'ticket.send-back'

/**
 * Called for each announcement of the `tickets` queue, which may come twice: the same one sends nothing again.
 * @returns how many messages were kept
 */
export async function messageBodies(parts: SendingParts, topic: string, said: Announcement): Promise<number> {
  const { ticketId } = said
  if (ticketId === undefined) return 0
  const all = await bodiesIn(parts.db, ticketId)
  if (all.length === 0) return 0
  // Whom the bell would tell: what is news to another unit of the ticket is none to the body.
  const audience = await parts.db.transaction((tx) => audienceIn(tx, topic, said))
  const bodies = all.filter(({ unitCode }) => audience?.units.includes(unitCode))
  let kept = 0
  for (const { unitCode, phone } of bodies) {
    // An alarm is for the unit that has to keep the clock.
    if (said.deadlineId !== undefined && said.unit !== unitCode) continue
    if (phone === null) {
      parts.log.error({ ticket: said.number, unit: unitCode }, 'no link sent: the unit has no telephone number')
      continue
    }
    const key = ['link', ticketId, unitCode, topic, said.seq ?? said.deadlineId].join(':')
    const about = { ticketId, unitCode, phone: phone.replace(/\D/g, '') }
    if (await parts.db.transaction((tx) => messageWithin(tx, parts, about, { topic, key }))) kept += 1
  }
  return kept
}

/** The same, and who relays the messages is told. */
export function openBodyMessages(parts: SendingParts & { bus: Pick<Bus, 'publish'> }) {
  return async (topic: string, said: Announcement): Promise<void> => {
    if ((await messageBodies(parts, topic, said)) > 0) parts.bus.publish('outbox.filled', {})
  }
}

interface About {
  ticketId: TicketId
  unitCode: UnitCode
  phone: string
}

async function messageWithin(
  tx: Tx,
  { head, now }: SendingParts,
  { ticketId, unitCode, phone }: About,
  { topic, key }: { topic: string; key: string },
): Promise<boolean> {
  const at = now()
  const open = await lockOpen(tx, ticketId, unitCode, at)
  if (open === null) {
    const last = await lastOf(tx, ticketId, unitCode)
    const isEnded = last !== null && (last.usedAt !== null || last.withdrawnReason !== null)
    // What did its work, or was withdrawn by a person, is not made anew by a reminder; what only expired is.
    if (isEnded && !asksAnew(topic)) return false
    return sendLink(tx, head, { ticketId, unitCode, phone, madeBy: null }, key, at)
  }
  const facts = await factsOf(tx, ticketId)
  if (facts === null) return false
  const what =
    topic === 'clock.red'
      ? '已超期'
      : topic === 'clock.yellow'
        ? '即将到期'
        : (noticeOf(topic)?.headline('') ?? '有新情况')
  const text = `【${head.siteName}】工单${facts.number}：${what}。请打开此前短信中的链接办理；链接失效请拨打12345。`
  return keepMessage(tx, { key, kind: 'REMINDER', to: open.phone, text, secret: null, subject: facts.number }, at)
}

/** Makes a link and keeps its message. @returns false when the same was done before, and then nothing is changed */
export async function sendLink(
  tx: Tx,
  { siteName, publicUrl }: LinkHead,
  wanted: { ticketId: TicketId; unitCode: UnitCode; phone: string; madeBy: number | null },
  key: string,
  now: Instant,
): Promise<boolean> {
  const facts = await factsOf(tx, wanted.ticketId)
  if (facts === null) return false
  const { number, handleDueAt } = facts
  const until = handleDueAt === null ? '' : `，请于${dueInWords(handleDueAt, now)}前答复`
  const text = `【${siteName}】有一件群众诉求请贵单位办理（工单${number}${until}）。打开链接查看和答复：${secretPlace} 链接14天内有效，须用本机验证码，请勿转发。`
  // Without its message nobody could open a new link, and the one before would be gone.
  if (await isKept(tx, key)) return false
  const { token } = await makeLink(tx, wanted, now)
  const secret = `${publicUrl}/answer#${token}`
  return keepMessage(tx, { key, kind: 'LINK', to: wanted.phone, text, secret, subject: number }, now)
}
