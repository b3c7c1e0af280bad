import { z } from 'zod'
import { outcomes } from '../../calls/machine/call.ts'
import { clockKinds, eventKinds } from '../life/ticket.ts'

/** `/api/tickets/…/timeline`: what stands beside the history of a ticket. */

const instant = z.number().describe('ms since 1970, UTC')

const clockRun = z.object({
  clock: z.enum(clockKinds),
  unit: z.string().nullable().describe('short name; null: the hotline'),
  startedAt: instant,
  warnAt: instant.nullable(),
  dueAt: instant.nullable().describe('null: the year is not loaded'),
  endedAt: instant.nullable().describe('null: it runs, or stands still'),
  end: z.enum(['MET', 'CANCELLED']).nullable(),
  pauses: z.array(z.object({ from: instant, to: instant.nullable() })),
})

export const ticketTimeline = z
  .object({
    clocks: z
      .array(clockRun)
      .describe('in the order in which they began; a unit sees its own and those of the hotline'),
    calls: z
      .array(
        z.object({
          id: z.string(),
          at: instant,
          direction: z.enum(['IN', 'OUT']).describe('`OUT`: an agent called them'),
          outcome: z.enum(outcomes).nullable().describe('null while the call lives'),
          agent: z.string().nullable(),
          talkMs: z.number().nullable(),
          mayPlay: z.boolean().describe('there is a recording that you may play'),
        }),
      )
      .describe('for the hotline only, and not of a hidden caller'),
    bars: z
      .array(z.object({ kind: z.enum(eventKinds), words: z.string() }))
      .describe('what you may not do now, and why'),
  })
  .meta({ id: 'TicketTimeline' })

export type TicketTimeline = z.infer<typeof ticketTimeline>
export type ClockRun = z.infer<typeof clockRun>
