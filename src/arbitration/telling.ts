import { eq } from 'drizzle-orm'
import { keepMessage } from '../messages/store.ts'
import { keepNotice } from '../notifications/store.ts'
import { timeOnPaper } from '../papers/paper.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { units } from '../units/schema.ts'
import { mobilesOf } from '../workstations/mobiles.ts'
import { disputeParties, disputes } from './schema.ts'

type Told = 'dispute.proposed' | 'dispute.called' | 'dispute.ruled'

/** Who is not logged in is told, too. Of the question itself nothing: a message may be read on its way. */
const messageOf = (topic: Told, meetingAt: Instant | null, viewsBy: Instant | null): string => {
  const where = '详见热线系统“权责”中的“争议与联席会议”。'
  const by = viewsBy === null ? '' : `，书面意见请于${timeOnPaper(viewsBy)}前提交`
  switch (topic) {
    case 'dispute.proposed':
      return `有一件权责争议涉及贵单位，请提交书面意见。${where}`
    case 'dispute.called':
      return `联席会议定于${timeOnPaper(meetingAt)}召开，贵单位须参加${by}。${where}`
    case 'dispute.ruled':
      return `联席会议已就涉及贵单位的权责争议作出裁定，即日生效。${where}`
  }
}

/** Each unit that takes part is told, in the transaction of what it is told of: by the bell, and on its telephones. */
export async function tellParties(tx: Tx, eventKey: string, topic: Told, now: Instant, id = eventKey): Promise<void> {
  const { question, meetingAt, viewsBy } = disputes
  const [dispute] = await tx.select({ question, meetingAt, viewsBy }).from(disputes).where(eq(disputes.id, id))
  const parties = await tx
    .select({ unit: disputeParties.unitCode })
    .from(disputeParties)
    .where(eq(disputeParties.disputeId, id))
  const [hotline] = await tx.select({ name: units.shortName }).from(units).where(eq(units.kind, 'HOTLINE')).limit(1)
  const words = messageOf(topic, dispute?.meetingAt ?? null, dispute?.viewsBy ?? null)
  const text = `【${hotline?.name ?? '12345热线'}】${words}`
  for (const { unit } of parties) {
    const facts = { title: dispute?.question ?? '' }
    const about = { ticketId: null, unitCode: unit, userId: null, facts }
    await keepNotice(tx, { eventKey: `${topic}:${eventKey}`, channel: 'IN_APP', topic, ...about }, now)
    for (const to of await mobilesOf(tx, unit)) {
      const key = `${topic}:${eventKey}:${to}`
      await keepMessage(tx, { key, kind: 'MEETING', to, text, secret: null, subject: id }, now)
    }
  }
}
