import type { Calendar, WorkingTime } from '../../calendar/calendar.ts'
import { calendarVersions, loadCalendar } from '../../calendar/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Timing } from './deadlines.ts'
import { defaultLimits, type LimitTable } from './limits.ts'

/** The site's rules for due times. */
export interface TimingRules {
  workingTime: WorkingTime
  limits: LimitTable
}

/** Office hours until a site sets its own: domain model 4.3. */
export const defaultRules: TimingRules = {
  workingTime: {
    policy: 'END_OF_DAY',
    officeHours: [
      {
        from: '01-01',
        hours: [
          { from: 8 * 60 + 30, to: 12 * 60 },
          { from: 14 * 60 + 30, to: 18 * 60 },
        ],
      },
    ],
  },
  limits: defaultLimits,
}

/** @returns the present rules: a year that was loaded in the meantime counts at once */
export function openTiming(db: Db, { workingTime, limits }: TimingRules): () => Promise<Timing> {
  let known: { versions: string; calendar: Calendar } | null = null
  let asking: Promise<string> | null = null
  return async () => {
    // Simultaneous callers share the same answer: it is that of this moment.
    asking ??= calendarVersions(db).finally(() => {
      asking = null
    })
    const versions = await asking
    if (known?.versions !== versions) known = { versions, calendar: await loadCalendar(db, workingTime) }
    return { calendar: known.calendar, limits }
  }
}
