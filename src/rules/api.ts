import { z } from 'zod'
import { numberOfDay } from '../calendar/days.ts'
import { oneLine } from '../platform/text/text.ts'
import { clockKinds } from '../tickets/life/ticket.ts'

/** `/api/admin/calendar` and `/api/admin/limits`: rules of counting that are changed on a page, and what would move. */

const instant = z.number().describe('ms since 1970, UTC')
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, '日期格式为 2026-10-01')
  .refine((text) => Number.isFinite(numberOfDay(text)), '没有这一天')
const year = z.number().int().min(2000, '年份超出范围').max(2100, '年份超出范围')

export const noticeGiven = z
  .object({
    year,
    source: oneLine(255, '通知名称'),
    holidays: z
      .array(z.object({ name: oneLine(64, '节日名称'), from: day, to: day }))
      .min(1, '请至少填写一个假期')
      .max(40),
    makeUpDays: z.array(z.object({ date: day, for: oneLine(64, '节日名称') })).max(40),
  })
  .meta({ id: 'CalendarNotice' })

/** What was previewed: another person may have changed it since. */
export const noticeConfirmed = z
  .object({ notice: noticeGiven, versions: z.record(z.string(), z.number()) })
  .meta({ id: 'CalendarNoticeConfirmed' })

const move = z.object({
  number: z.string(),
  clock: z.enum(clockKinds),
  unit: z.string().nullable().describe('short name; null: the hotline'),
  from: instant.nullable(),
  to: instant.nullable(),
})
const moves = {
  moves: z.array(move).describe('the first of them'),
  count: z.number(),
  isMore: z.boolean().describe('there are more clocks than were looked at'),
}

export const calendarPlan = z
  .object({
    years: z.array(
      z.object({
        year,
        version: z.number().describe('that it has now; 0: not loaded'),
        changed: z.array(z.object({ date: z.string(), isWorkingDay: z.boolean() })).describe('other than now'),
        workingDays: z.number(),
      }),
    ),
    ...moves,
  })
  .meta({ id: 'CalendarPlan' })

export const calendarLoaded = z
  .object({ years: z.array(z.object({ year, version: z.number() })) })
  .meta({ id: 'CalendarLoaded' })

export const limitProfiles = z
  .object({
    profiles: z.array(
      z.object({
        profile: z.string(),
        title: z.string(),
        version: z.number(),
        from: z.string(),
        source: z.string(),
        lines: z.array(
          z.object({
            title: z.string(),
            handle: z.string(),
            sign: z.string(),
            returnWindow: z.string(),
            extension: z.string(),
          }),
        ),
      }),
    ),
    choices: z.array(
      z.object({ profile: z.string(), from: z.string(), by: z.string().nullable(), at: instant.nullable() }),
    ),
    inForce: z.object({ profile: z.string(), version: z.number() }),
  })
  .meta({ id: 'LimitProfiles' })

export const profileChosen = z
  .object({ profile: z.string().regex(/^[a-z0-9-]{2,24}$/, '没有这个时限方案'), from: day })
  .meta({ id: 'LimitProfileChosen' })
export const limitProfileChosen = z
  .object({ profile: z.string(), version: z.number(), from: z.string() })
  .meta({ id: 'LimitProfileInForce' })
export const limitPlan = z.object(moves).meta({ id: 'LimitPlan' })

export type NoticeGiven = z.infer<typeof noticeGiven>
export type CalendarPlan = z.infer<typeof calendarPlan>
export type CalendarLoaded = z.infer<typeof calendarLoaded>
export type LimitProfiles = z.infer<typeof limitProfiles>
export type LimitPlan = z.infer<typeof limitPlan>
