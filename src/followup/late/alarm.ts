import { and, count, eq, lte, max } from 'drizzle-orm'
import type { Bus } from '../../bus.ts'
import { dayOf } from '../../calendar/days.ts'
import { keepNotice, recipientsOf } from '../../notifications/store.ts'
import { followUps } from '../schema.ts'
import type { FollowUpParts } from '../store.ts'

/** Ratings that nobody has judged in the working day that there is for it: told to those who judge. */

/** Told again with each one more that is late, and every day. @returns how many people were told */
export async function tellLate({ db, bus, now }: FollowUpParts & { bus: Pick<Bus, 'publish'> }): Promise<number> {
  const at = now()
  const [late] = await db
    .select({ tasks: count(), lastDueAt: max(followUps.reviewDueAt) })
    .from(followUps)
    .where(and(eq(followUps.state, 'REVIEW'), lte(followUps.reviewDueAt, at)))
  if (!late || late.tasks === 0) return 0
  const about = {
    eventKey: `follow-up.late:${dayOf(at)}:${late.lastDueAt}`,
    ...({ channel: 'IN_APP', topic: 'follow-up.late', ticketId: null } as const),
    facts: { title: `${late.tasks} 件评价超过一个工作日未研判` },
  }
  const told = await db.transaction(async (tx) => {
    const recipients = await recipientsOf(tx, { units: [], roles: ['CALLBACK', 'DISPATCHER'] })
    const users: number[] = []
    for (const to of recipients) {
      const id = await keepNotice(tx, { ...about, ...to }, at)
      if (id !== null && to.userId !== null) users.push(to.userId)
    }
    return users
  })
  if (told.length > 0)
    bus.publish('notices.kept', { topic: 'follow-up.late', number: null, at, units: [], users: told })
  return told.length
}
