import { z } from 'zod'
import { ticketNumber } from '../api.ts'
import { ticketStates } from '../life/ticket.ts'

/** The same step of several tickets, each for itself. */

export const bulkActions = ['sign', 'approve', 'dispatch', 'close'] as const
export type BulkAction = (typeof bulkActions)[number]

export const mostInBulk = 100

export const bulk = z
  .object({
    action: z
      .enum(bulkActions, { error: '不能批量做这一步' })
      .describe('dispatch: to the unit that the catalogue names; close: the answer is accepted, on to the follow-up'),
    tickets: z
      .array(z.object({ number: ticketNumber, version: z.number().int().min(1).describe('as it was seen') }))
      .min(1, '请选择工单')
      .max(mostInBulk, `一次最多 ${mostInBulk} 张工单`)
      .refine((rows) => new Set(rows.map(({ number }) => number)).size === rows.length, '工单重复，请刷新后重选'),
  })
  .meta({ id: 'BulkOfTickets' })

export const bulkDone = z
  .object({
    rows: z.array(
      z.object({
        number: z.string(),
        isDone: z.boolean(),
        state: z.enum(ticketStates).nullable().describe('of a ticket that was stepped on'),
        words: z.string().describe('why not, or to whom it went; may be empty'),
      }),
    ),
  })
  .meta({ id: 'BulkResult' })
export type BulkDone = z.infer<typeof bulkDone>
export type BulkRow = BulkDone['rows'][number]
