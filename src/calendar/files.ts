import { z } from 'zod'
import { day, text, whole } from '../site/files.ts'
import { duePolicies, type OfficeStretch } from './calendar.ts'

/** The files of `config/calendar/` and their contents. Every scalar arrives as text. */

export const yearFile = z.strictObject({
  year: whole(2000, 2100),
  version: whole(1, 9_999),
  source: z.string().trim().min(1, 'must not be empty').max(255, 'at most 255 characters'),
  holidays: z.array(z.strictObject({ name: text, from: day, to: day })).min(1),
  makeUpDays: z.array(z.strictObject({ date: day, for: text })),
})

/** A day of every year; 02-29 is not. */
const monthAndDay = z.string().refine((value) => day.safeParse(`2025-${value}`).success, 'a day of the year like 05-01')

const stretch = z.string().transform((value, context): OfficeStretch => {
  const [from, to] = value.split('-').map(minuteOf)
  if (from !== undefined && to !== undefined && from < to && /^[^-]+-[^-]+$/.test(value)) return { from, to }
  context.addIssue({ code: 'custom', message: 'hours like 08:30-12:00' })
  return z.NEVER
})

export const workingTimeFile = z.strictObject({
  policy: z.enum(duePolicies, `one of ${duePolicies.join(', ')}`),
  officeHours: z.array(z.strictObject({ from: monthAndDay, hours: z.array(stretch).min(1) })).min(1),
})

/** 24:00 is the end of a day. NaN, which compares false with everything, for an invalid time. */
function minuteOf(time: string): number {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  return minute > 24 * 60 ? Number.NaN : minute
}
