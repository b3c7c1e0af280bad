import { z } from 'zod'
import { limitInWords, limitUnits } from '../../../calendar/limit.ts'
import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import { isOverdue, type otherwise } from '../../../tickets/clocks/limits.ts'
import { dayInWords } from '../../../tickets/life/asking/asking.ts'
import { milestone } from '../../../tickets/life/asking/promise.ts'
import { endReasons, finalReasons, promiseReasons, suspensionReasons } from '../../../tickets/life/ticket.ts'

/** What a unit asked for, what was granted of it, and what holds now. Pure. */

type Request = TicketDetail['requests'][number]
type Ticket = Pick<TicketDetail, 'requests' | 'history' | 'runs' | 'suspendedUntil' | 'handleDueAt' | 'state'>

/** What happens when nobody decides in time. */
export const otherwiseWords: Record<(typeof otherwise)[number], string> = {
  WAIT: '逾期未审核亮红灯，仍待审核',
  REFUSE: '逾期未审核视为不同意',
  GRANT: '逾期未审核视为同意',
}

const reasons: Readonly<Record<string, string>> = {
  ...suspensionReasons,
  ...promiseReasons,
  ...finalReasons,
  ...endReasons,
}
const planned = z.object({ milestones: z.array(milestone), leader: z.string().catch('') })
const extended = z.object({ by: z.object({ count: z.number(), unit: z.enum(limitUnits) }) })
const suspended = z.object({ until: z.number() })

/** What is asked for, in a few words: `延长 4 个工作日`. Empty where the request has no amount of anything. */
export function askedWords({ kind, reason, details }: Pick<Request, 'kind' | 'reason' | 'details'>): string {
  const why = reason === null ? '' : (reasons[reason] ?? '')
  if (kind === 'EXTENSION') {
    const known = extended.safeParse(details)
    return known.success ? `延长 ${limitInWords(known.data.by)}` : ''
  }
  if (kind === 'SUSPENSION') {
    const known = suspended.safeParse(details)
    return [known.success ? `挂起到 ${dayInWords(known.data.until)}` : '', why].filter(Boolean).join('，')
  }
  if (kind === 'PROMISE') {
    const last = milestonesIn(details).at(-1)
    return [last ? `${dayInWords(last.at)}前办结` : '', why].filter(Boolean).join('，')
  }
  return kind === 'RETURN' ? '' : why
}

const milestonesIn = (details: Request['details']) => {
  const known = planned.safeParse(details)
  return known.success ? known.data.milestones : []
}

export interface Promised {
  title: string
  at: Instant
  standing: 'DONE' | 'LATE' | 'MISSED' | 'AHEAD'
}
export const promisedTitles: Record<Promised['standing'], string> = {
  DONE: '已完成',
  LATE: '逾期完成',
  MISSED: '已逾期',
  AHEAD: '未到期',
}

/** The milestones of the promise that was granted; the last one is the end of the handling. */
export function promisedIn({ requests, runs, state }: Ticket, now: Instant): Promised[] {
  const granted = requests.findLast(({ kind, decision }) => kind === 'PROMISE' && decision === 'GRANTED')
  const plan = milestonesIn(granted?.details ?? null)
  return plan.map(({ title, at }, index) => {
    const isLast = index === plan.length - 1
    const run = runs.findLast(({ clock, item }) =>
      isLast ? clock === 'HANDLE' : clock === 'MILESTONE' && item === index + 1,
    )
    const reachedAt = run?.isMet ? run.endedAt : null
    // The clocks of what is over are not read.
    if (reachedAt === null && !['SIGNED', 'DISPATCHED'].includes(state)) return { title, at, standing: 'DONE' }
    if (reachedAt !== null) return { title, at, standing: isOverdue(reachedAt, at) ? 'LATE' : 'DONE' }
    return { title, at, standing: isOverdue(now, at) ? 'MISSED' : 'AHEAD' }
  })
}

/** Each extension that was granted, by how much: less than was asked for may have been. */
export function extensionsIn({ requests, history }: Ticket): string[] {
  const grants = history.filter(({ kind }) => kind === 'grant-extension')
  return requests
    .filter(({ kind, decision }) => kind === 'EXTENSION' && decision === 'GRANTED')
    .map(({ details }, at) => {
      const known = extended.safeParse(details)
      if (!known.success) return ''
      const amount = grants[at]?.details.amount
      return limitInWords({ ...known.data.by, ...(typeof amount === 'number' && { count: amount }) })
    })
}

/** How a citizen was told, or will be. @param when of the telling, as it is shown */
export function toldWords(
  { toldAt, toldBy, toldByName }: Pick<TicketDetail['tellings'][number], 'toldAt' | 'toldBy' | 'toldByName'>,
  when: string,
): string {
  if (toldAt === null) return toldBy === 'SMS' ? '待发短信' : '待电话告知'
  return toldBy === 'PHONE' ? `${toldByName ?? ''}已于 ${when} 电话告知` : `已于 ${when} 短信告知`
}
