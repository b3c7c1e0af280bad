import { and, eq } from 'drizzle-orm'
import type { Db, Tx } from '../platform/database/database.ts'
import { prepared } from '../platform/database/prepared.ts'
import type { Instant } from '../platform/types.ts'
import { type Calendar, type CalendarDay, type CalendarYear, calendarOf, type WorkingTime } from './calendar.ts'
import { dayOf } from './days.ts'
import { calendarDays, calendarYears } from './schema.ts'

/** The result for each year of the files. Only `loaded` changes due dates. */
export interface SyncedCalendar {
  /** Years whose days are in use from now on. Due dates that waited for one can be computed. */
  loaded: number[]
  /** Their days were changed under a version in use: the old days stay. Raise the version. */
  refused: number[]
}

/**
 * Brings the tables in step with `config/calendar/`. Any number of processes may run it at once, also with older files:
 * the higher version of a year stays, and no year is ever downgraded.
 */
export async function syncCalendar(db: Db, years: readonly CalendarYear[], now: Instant): Promise<SyncedCalendar> {
  const synced: SyncedCalendar = { loaded: [], refused: [] }
  // The notice for a year comes in early November, when the longest limits begin to reach into it.
  const year = Number(dayOf(now).slice(0, 4))
  const needed = dayOf(now) >= `${year}-11-01` ? [year, year + 1] : [year]
  const wanted = new Set([...needed, ...years.map((each) => each.year)])
  await db
    .insert(calendarYears)
    .ignore()
    .values([...wanted].map((each) => ({ year: each })))
  for (const each of years) {
    const outcome = await db.transaction((tx) => syncYear(tx, each, now))
    if (outcome !== 'KEPT') synced[outcome].push(each.year)
  }
  return synced
}

async function syncYear(tx: Tx, year: CalendarYear, now: Instant): Promise<'loaded' | 'refused' | 'KEPT'> {
  // The row's lock lets one of several processes do it; the others find it done.
  const [row] = await tx
    .select({ version: calendarYears.version })
    .from(calendarYears)
    .where(eq(calendarYears.year, year.year))
    .for('update')
  const version = row?.version ?? 0
  if (year.version < version) return 'KEPT'
  if (year.version === version) {
    const kept = await daysOf(tx, year.year, version)
    return areSame(kept, year.days) ? 'KEPT' : 'refused'
  }
  await tx.insert(calendarDays).values(year.days.map((day) => ({ ...day, year: year.year, version: year.version })))
  await tx
    .update(calendarYears)
    .set({ isLoaded: true, version: year.version, source: year.source, loadedAt: now })
    .where(eq(calendarYears.year, year.year))
  return 'loaded'
}

/** Years that are known to be needed and not loaded, in order. */
export async function awaitedYears(db: Db | Tx): Promise<number[]> {
  const rows = await db
    .select({ year: calendarYears.year })
    .from(calendarYears)
    .where(eq(calendarYears.isLoaded, false))
    .orderBy(calendarYears.year)
  return rows.map(({ year }) => year)
}

/** Adds a year to those shown as not loaded, because a due date falls into it. */
export async function awaitYear(db: Db | Tx, year: number): Promise<void> {
  await db.insert(calendarYears).ignore().values({ year })
}

/** Every loaded year, as of now. Load it again when `calendarVersions` changes. */
export async function loadCalendar(db: Db | Tx, workingTime: WorkingTime): Promise<Calendar> {
  return calendarOf(await readYears(db), workingTime)
}

export async function readYears(db: Db | Tx): Promise<CalendarYear[]> {
  const rows = await db
    .select({
      year: calendarYears.year,
      version: calendarYears.version,
      source: calendarYears.source,
      date: calendarDays.date,
      isWorkingDay: calendarDays.isWorkingDay,
      kind: calendarDays.kind,
      name: calendarDays.name,
    })
    .from(calendarYears)
    .innerJoin(
      calendarDays,
      and(eq(calendarDays.year, calendarYears.year), eq(calendarDays.version, calendarYears.version)),
    )
    .where(eq(calendarYears.isLoaded, true))
    .orderBy(calendarDays.date)
  const years = new Map<number, CalendarYear & { days: CalendarDay[] }>()
  for (const { year, version, source, ...day } of rows) {
    const known = years.get(year) ?? { year, version, source: source ?? '', days: [] }
    known.days.push(day)
    years.set(year, known)
  }
  return [...years.values()]
}

const loadedYears = prepared((db) =>
  db
    .select({ year: calendarYears.year, version: calendarYears.version })
    .from(calendarYears)
    .where(eq(calendarYears.isLoaded, true))
    .orderBy(calendarYears.year)
    .prepare(),
)

/** `2025.1+2026.1`: cheap to read, changes whenever `loadCalendar` would return another calendar. */
export async function calendarVersions(db: Db | Tx): Promise<string> {
  const rows = await loadedYears(db).execute()
  return rows.map(({ year, version }) => `${year}.${version}`).join('+')
}

async function daysOf(db: Db | Tx, year: number, version: number): Promise<CalendarDay[]> {
  return db
    .select({
      date: calendarDays.date,
      isWorkingDay: calendarDays.isWorkingDay,
      kind: calendarDays.kind,
      name: calendarDays.name,
    })
    .from(calendarDays)
    .where(and(eq(calendarDays.year, year), eq(calendarDays.version, version)))
    .orderBy(calendarDays.date)
}

/** A holiday's name may be corrected without a new version: no due date depends on it. */
function areSame(some: readonly CalendarDay[], others: readonly CalendarDay[]): boolean {
  return (
    some.length === others.length &&
    some.every((day, index) => day.date === others[index]?.date && day.isWorkingDay === others[index]?.isWorkingDay)
  )
}
