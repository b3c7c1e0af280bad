import { asc, eq } from 'drizzle-orm'
import {
  type Calendar,
  type CalendarDay,
  type CalendarYear,
  calendarOf,
  daysOfNotice,
  type WorkingTime,
} from '../calendar/calendar.ts'
import { type Day, numberOfDay, startOfDayNumber } from '../calendar/days.ts'
import { daysOf } from '../calendar/notice.ts'
import { calendarDays, calendarYears } from '../calendar/schema.ts'
import { readYears } from '../calendar/store.ts'
import { users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import type { Instant } from '../platform/types.ts'
import { limitChoices } from '../tickets/clocks/schema.ts'
import { units } from '../units/schema.ts'
import type { NoticeGiven } from './api.ts'

/** Years as a notice would make them, beside those that are in use. */

export interface PlannedYear {
  year: number
  /** In use now; 0: the year is not loaded. */
  version: number
  days: CalendarDay[]
  /** Other than in use now; of a year that is not loaded every day but the plain ones. */
  changed: { date: Day; isWorkingDay: boolean }[]
}

/** A year of which a notice moves days, and which is not loaded. */
export class YearNotLoaded extends Error {
  readonly year: number
  constructor(year: number) {
    super(`the working days of ${year} are not loaded`)
    this.year = year
  }
}

/**
 * A notice orders its year, and sometimes days of the December before: those change the year that they lie in.
 * @throws YearNotLoaded
 */
export function planYears(notice: NoticeGiven, known: readonly CalendarYear[]): PlannedYear[] {
  const ofYear = (day: Day, year: number) => day.startsWith(`${year}-`)
  const { year, holidays, makeUpDays } = notice
  const main = daysOfNotice({ ...notice, version: 0 })
  const before = holidays.flatMap(({ name, ...range }) => daysOf(range).map((date) => ({ date, name, isOff: true })))
  const moved = [...before, ...makeUpDays.map(({ date, for: name }) => ({ date, name, isOff: false }))]
  const others = [
    ...new Set(moved.filter(({ date }) => !ofYear(date, year)).map(({ date }) => Number(date.slice(0, 4)))),
  ]
  return [
    planned(year, main, known),
    ...others.map((other) => {
      const kept = known.find((one) => one.year === other)
      if (!kept) throw new YearNotLoaded(other)
      const days = kept.days.map((day): CalendarDay => {
        const by = moved.find(({ date }) => date === day.date)
        if (!by) return { ...day }
        return { date: day.date, isWorkingDay: !by.isOff, kind: by.isOff ? 'HOLIDAY' : 'MAKE_UP', name: by.name }
      })
      return planned(other, days, known)
    }),
  ]
}

function planned(year: number, days: CalendarDay[], known: readonly CalendarYear[]): PlannedYear {
  const kept = known.find((one) => one.year === year)
  const changed = days.filter((day, at) =>
    kept ? day.isWorkingDay !== kept.days[at]?.isWorkingDay : day.kind === 'HOLIDAY' || day.kind === 'MAKE_UP',
  )
  return {
    ...{ year, version: kept?.version ?? 0, days },
    changed: changed.map(({ date, isWorkingDay }) => ({ date, isWorkingDay })),
  }
}

/** The calendar as it would be. */
export async function calendarWith(db: Db, plan: readonly PlannedYear[], workingTime: WorkingTime): Promise<Calendar> {
  const known = (await readYears(db)).filter(({ year }) => !plan.some((one) => one.year === year))
  return calendarOf([...known, ...plan.map((one) => ({ ...one, source: '', version: one.version + 1 }))], workingTime)
}

/** The first day whose clocks may move: those that were due before it are not concerned. */
export function firstConcerned(plan: readonly PlannedYear[]): Instant | null {
  const days = plan.flatMap(({ changed }) => changed.map(({ date }) => date)).sort()
  return days[0] === undefined ? null : startOfDayNumber(numberOfDay(days[0]))
}

/**
 * Writes the planned years as new versions, and wakes who counts the clocks anew.
 * @returns null when another version is in use by now
 */
export async function writeYears(
  tx: Tx,
  plan: readonly PlannedYear[],
  source: string,
  versions: Record<string, number>,
  now: Instant,
): Promise<{ year: number; version: number }[] | null> {
  const written: { year: number; version: number }[] = []
  for (const { year, days, changed, version: seen } of plan) {
    if (changed.length === 0 && seen > 0) continue
    await tx.insert(calendarYears).ignore().values({ year })
    const [row] = await tx
      .select({ version: calendarYears.version })
      .from(calendarYears)
      .where(eq(calendarYears.year, year))
      .for('update')
    if (row?.version !== seen || versions[year] !== seen) return null
    const version = seen + 1
    await tx.insert(calendarDays).values(days.map((day) => ({ ...day, year, version })))
    await tx
      .update(calendarYears)
      .set({ isLoaded: true, version, source, loadedAt: now })
      .where(eq(calendarYears.year, year))
    written.push({ year, version })
  }
  const from = firstConcerned(plan)
  if (from !== null && written.length > 0) {
    const jobId = `calendar:${written.map(({ year, version }) => `${year}.${version}`).join('+')}`
    await tx
      .insert(outbox)
      .values({ queue: 'clocks', jobId, topic: 'calendar.changed', payload: { from }, createdAt: now })
  }
  return written
}

/** Profiles that were chosen on the page, the last first, with who chose them. */
export async function choicesMade(db: Db) {
  const rows = await db
    .select({ profile: limitChoices.profile, from: limitChoices.fromDay, by: users.name, at: limitChoices.chosenAt })
    .from(limitChoices)
    .innerJoin(users, eq(users.id, limitChoices.chosenBy))
    .orderBy(asc(limitChoices.id))
  return rows.reverse()
}

export async function choose(tx: Tx, profile: string, fromDay: Day, by: number, now: Instant): Promise<void> {
  await tx.insert(limitChoices).values({ profile, fromDay, chosenBy: by, chosenAt: now })
}

export async function unitNames(db: Db): Promise<Map<string, string>> {
  const rows = await db.select({ code: units.code, name: units.shortName }).from(units)
  return new Map(rows.map(({ code, name }) => [code, name]))
}
