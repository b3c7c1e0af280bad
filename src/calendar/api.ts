import { z } from 'zod'
import { duePolicies } from './calendar.ts'

/** Answer of `/api/calendar`: the page counts working days itself, so that the time left changes while it is shown. */

const stretch = z.object({ from: z.number().describe('minute of the day'), to: z.number() })

export const calendarView = z
  .object({
    years: z.array(
      z.object({
        year: z.number(),
        version: z.number(),
        source: z.string(),
        holidays: z.array(z.string()).describe('days, `2026-10-01`'),
        makeUpDays: z.array(z.string()).describe('Saturdays and Sundays that are worked'),
      }),
    ),
    awaited: z.array(z.number()).describe('years that due dates fall into and that are not loaded: shown by a mark'),
    workingTime: z.object({
      policy: z.enum(duePolicies),
      officeHours: z.array(z.object({ from: z.string(), hours: z.array(stretch) })),
    }),
  })
  .meta({ id: 'Calendar' })

export type CalendarView = z.infer<typeof calendarView>
