import type { Calendar, WorkingTime } from '../../calendar/calendar.ts'
import { calendarVersions, loadCalendar } from '../../calendar/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Timing } from './deadlines.ts'
import { type LimitBook, tableOn } from './limit-book.ts'
import { readChoices } from './limit-choices.ts'
import { defaultLimits } from './limits.ts'

/** The site's rules for due times. */
export interface TimingRules {
  workingTime: WorkingTime
  limits: LimitBook
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
  limits: { tables: [defaultLimits], choices: [{ profile: defaultLimits.profile, from: defaultLimits.from }] },
}

/** A choice of profile is made for a day to come: other processes may learn of it so much later. */
const choicesKeptMs = 60_000

/** @returns the present rules: a year that was loaded in the meantime counts at once */
export function openTiming(db: Db, { workingTime, limits: book }: TimingRules, now = Date.now): () => Promise<Timing> {
  let known: { versions: string; calendar: Calendar } | null = null
  let asking: Promise<string> | null = null
  let chosen: { choices: LimitBook['choices']; at: number } | null = null

  async function bookNow(): Promise<LimitBook> {
    if (chosen === null || now() < chosen.at || now() >= chosen.at + choicesKeptMs) {
      chosen = { choices: await readChoices(db), at: now() }
    }
    return { ...book, choices: [...book.choices, ...chosen.choices] }
  }

  return async () => {
    // Simultaneous callers share the same answer: it is that of this moment.
    asking ??= calendarVersions(db).finally(() => {
      asking = null
    })
    const [versions, { tables, choices }] = await Promise.all([asking, bookNow()])
    if (known?.versions !== versions) known = { versions, calendar: await loadCalendar(db, workingTime) }
    return { calendar: known.calendar, limits: tableOn({ tables, choices }, now()), others: tables }
  }
}
