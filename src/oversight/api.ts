import { z } from 'zod'

/** Answers of `/api/oversight/units`. Types for the page, too. */

const count = z.number()

const rung = z.object({
  unit: z.object({ code: z.string(), name: z.string() }),
  open: count.describe('tickets with work still to do by this unit'),
  overdue: count.describe('of them, any limit of the ticket has passed'),
  handlingOverdue: count.describe('of them, the limit of handling has passed'),
  urgentOverdue: count.describe('of `handlingOverdue`, with urgency P1 or P2'),
  alerts: z
    .object({ L0: count, L1: count, L2: count, L3: count })
    .describe('triggers that stand, by level, as of the last sweep'),
  oldestDueAt: z.number().nullable().describe('the limit of handling that passed first; ms since 1970'),
})
export const ladder = z.object({ at: z.number(), units: z.array(rung) }).meta({ id: 'OversightLadder' })

export type Ladder = z.infer<typeof ladder>
