import { z } from 'zod'
import { pageQuery } from '../../platform/web/paging.ts'
import { otherwise } from '../clocks/limits.ts'
import { requestKinds } from '../life/ticket.ts'

/** Requests of units that wait for a decision, as the dispatchers' list has them. */

export const asksQuery = z.object({
  ...pageQuery(),
  kind: z.enum(requestKinds, { error: '没有这种申请' }).optional(),
})

/** What happens when nobody decides in time, by the profile of limits that the ticket keeps. */
export const otherwiseSaid = z
  .enum(otherwise)
  .describe(
    'what happens without a decision in time. WAIT: an alarm, it goes on waiting; REFUSE, GRANT: by the machine',
  )

/** Beside the ticket in a list. */
export const askOfList = z.object({
  kind: z.enum(requestKinds),
  at: z.number().describe('ms since 1970, UTC: when it was asked for'),
  otherwise: otherwiseSaid,
  isReviewed: z.boolean().describe('the first of two has agreed'),
})
