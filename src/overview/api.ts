import { z } from 'zod'

/** Answer of `/api/overview`. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')
const count = z.number()

const tally = z
  .object({
    arrived: count,
    offered: count,
    answered: count,
    answeredWithin15s: count,
    waitedMs: count,
    leftShort: count,
    gaveUp: count,
    notAnswered: count,
    waiting: count,
    waitingLong: count,
  })
  .describe('calls; definitions: src/floor/figures.ts')

const week = z.object({
  calls: tally,
  registered: count.describe('tickets handed in'),
  directClosed: count.describe('of those that were closed: answered on the spot'),
  closed: count.describe('of those that were closed: handled by a unit'),
  closedOnTime: count.describe('of `closed`: no limit of handling was missed'),
  elsewhere: z
    .object({
      classified: count.describe('分类处理'),
      handedOver: count.describe('to 110, 119, 120 or 122'),
      province: count.describe('answered by the province'),
      merged: count.describe('answered with the ticket that they follow'),
    })
    .describe('of those that were closed: neither answered on the spot nor handled by a unit'),
})

export const overview = z
  .object({
    at: instant,
    weekStart: instant.describe('Monday, midnight in Shanghai'),
    thisWeek: week.describe('until now'),
    lastWeek: week.describe('until the same weekday and time of day'),
    days: z.array(z.object({ day: instant, calls: count, lastWeek: count })).describe('Monday to Sunday'),
    open: count.describe('tickets with work still to do'),
    soon: count.describe('yellow'),
    overdue: count.describe('red'),
    overdueUnits: z
      .array(z.object({ code: z.string(), name: z.string(), overdue: count }))
      .describe('at most five, most first'),
  })
  .meta({ id: 'Overview' })

export type Overview = z.infer<typeof overview>
export type Week = z.infer<typeof week>
