import { z } from 'zod'
import { pageQuery } from '../../platform/web/paging.ts'
import { lamps } from '../clocks/limits.ts'
import { taskSteps } from '../life/ticket.ts'

/** Parts of tickets, as pages see them: in the ticket, and as lists of a unit's own. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })

const own = z.object({
  nextDueAt: instant.nullable(),
  warnAt: instant.nullable(),
  clockMark: z.string().nullable(),
  lamp: z.enum(lamps),
})

export const ticketPart = own
  .extend({
    unit: named,
    role: z
      .enum(['CO', 'SUB'])
      .describe('CO: helps the unit in charge (协办); SUB: below the unit that sent it (分办)'),
    from: named.nullable().describe('that sent it; null: the hotline'),
    step: z.enum(taskSteps),
    demand: z.string(),
    answer: z.string().nullable(),
    sentAt: instant,
    signedAt: instant.nullable(),
    answeredAt: instant.nullable(),
  })
  .meta({ id: 'TicketPart' })
export type TicketPart = z.infer<typeof ticketPart>

export const boxes = ['todo', 'review', 'sent', 'declined'] as const
export type Box = (typeof boxes)[number]

export const partQuery = z.object({
  ...pageQuery(),
  box: z
    .enum(boxes, { error: 'box 应为 todo、review、sent 或 declined' })
    .describe(
      'todo: parts of your unit to sign or answer. review: answers and returns that wait for your unit. sent: parts that ' +
        'your unit waits for. declined: of co-units, for the dispatchers',
    ),
})

/** Beside the ticket in a list. */
export const partOfList = z.object({
  units: z.array(z.string()).describe('short names of the units whose parts are meant'),
  step: z.enum(taskSteps).describe('of the first of them'),
  demand: z.string(),
})

export const partCounts = z
  .object({
    todo: z.number(),
    review: z.number(),
    sent: z.number(),
    declined: z.number().describe('by co-units; for the dispatchers'),
    soon: z.number().describe('yellow, of those to do'),
    overdue: z.number().describe('red, of those to do'),
    late: z.number().describe('red, of those that others have to answer'),
  })
  .describe('parts of tickets: of your unit to do, to review, sent')
  .meta({ id: 'PartCounts' })
export type PartCounts = z.infer<typeof partCounts>
