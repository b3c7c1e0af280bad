import { resolve } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CalendarYear } from '../../../src/calendar/calendar.ts'
import { requireCalendarFiles } from '../../../src/calendar/load.ts'
import { calendarDays, calendarYears } from '../../../src/calendar/schema.ts'
import { awaitedYears, awaitYear, calendarVersions, loadCalendar, syncCalendar } from '../../../src/calendar/store.ts'
import { type Database, openDatabase } from '../../../src/platform/database/database.ts'
import { freshDatabaseUrl } from '../world.ts'

const { years, workingTime } = requireCalendarFiles(resolve(import.meta.dirname, '../../../config'))
const now = Date.parse('2026-11-23T10:00:00+08:00')
const newYearsEve = Date.parse('2026-12-31T10:00:00+08:00')

let database: Database
beforeEach(async () => {
  database = openDatabase({ databaseUrl: await freshDatabaseUrl() })
})
afterEach(() => database.close())

const sync = (some: readonly CalendarYear[] = years) => syncCalendar(database.db, some, now)
/** 2026 with its last Thursday off. */
const mended = (version: number): CalendarYear[] =>
  years.map((year) =>
    year.year === 2026
      ? {
          ...year,
          version,
          days: year.days.map((day) =>
            day.date === '2026-12-31' ? { ...day, isWorkingDay: false, kind: 'HOLIDAY', name: '元旦' } : day,
          ),
        }
      : year,
  )

test('the database counts as the files do, and says which year is awaited', async () => {
  expect(await sync()).toEqual({ loaded: [2025, 2026], refused: [] })
  expect(await awaitedYears(database.db)).toEqual([2027])
  const calendar = await loadCalendar(database.db, workingTime)
  expect(calendar.years).toEqual([2025, 2026])
  expect(calendar.dayAt('2026-02-14')).toEqual({
    date: '2026-02-14',
    isWorkingDay: true,
    kind: 'MAKE_UP',
    name: '春节',
  })
  const due = calendar.addWorkingDays(Date.parse('2026-02-13T10:00:00+08:00'), 5)
  expect(new Date(due).toISOString()).toBe('2026-02-27T15:59:59.999Z')
  expect(() => calendar.addWorkingDays(newYearsEve, 1)).toThrow('the working days of 2027 are not loaded')
  expect(await calendarVersions(database.db)).toBe('2025.1+2026.1')
})

test('the next year is awaited from November on, this year always', async () => {
  const october = Date.parse('2026-10-31T23:59:59+08:00')
  const awaitedAt = async (at: number) => {
    await syncCalendar(database.db, years, at)
    return awaitedYears(database.db)
  }
  expect(await awaitedAt(october)).toEqual([])
  expect(await awaitedAt(october + 1_000)).toEqual([2027])
  expect(await awaitedAt(Date.parse('2028-01-01T00:00:00+08:00'))).toEqual([2027, 2028])
})

test('a second start changes nothing', async () => {
  await sync()
  const before = await database.db.select().from(calendarYears)
  expect(await syncCalendar(database.db, years, now + 60_000)).toEqual({ loaded: [], refused: [] })
  expect(await database.db.select().from(calendarYears)).toEqual(before)
})

test('of several processes that start at once one loads each year', async () => {
  const outcomes = await Promise.all([sync(), sync(), sync(), sync()])
  expect(outcomes.flatMap(({ loaded }) => loaded).sort()).toEqual([2025, 2026])
  expect(await database.db.select().from(calendarDays)).toHaveLength(730)
})

test('a year that was mended under a new version holds, its old days stay to explain old due dates', async () => {
  await sync()
  expect(await sync(mended(2))).toMatchObject({ loaded: [2026], refused: [] })
  expect((await loadCalendar(database.db, workingTime)).isWorkingDay('2026-12-31')).toBe(false)
  expect(await calendarVersions(database.db)).toBe('2025.1+2026.2')
  const old = and(eq(calendarDays.version, 1), eq(calendarDays.date, '2026-12-31'))
  expect(await database.db.select().from(calendarDays).where(old)).toMatchObject([{ isWorkingDay: true }])
})

test('a process with older files takes nothing back', async () => {
  await sync(mended(2))
  expect(await sync()).toMatchObject({ loaded: [], refused: [] })
  expect(await sync([])).toMatchObject({ loaded: [], refused: [] })
  expect(await calendarVersions(database.db)).toBe('2025.1+2026.2')
})

test('days that were changed under the version in use are refused, the old ones hold', async () => {
  await sync()
  expect(await sync(mended(1))).toMatchObject({ loaded: [], refused: [2026] })
  expect((await loadCalendar(database.db, workingTime)).isWorkingDay('2026-12-31')).toBe(true)
})

test('a year that a due date fell into is awaited until it is loaded', async () => {
  await sync()
  await awaitYear(database.db, 2028)
  await awaitYear(database.db, 2028)
  await awaitYear(database.db, 2026)
  expect(await awaitedYears(database.db)).toEqual([2027, 2028])
})

test('an empty database knows no day', async () => {
  const calendar = await loadCalendar(database.db, workingTime)
  expect(calendar.years).toEqual([])
  expect(() => calendar.addWorkingDays(now, 1)).toThrow('the working days of 2026 are not loaded')
  expect(await calendarVersions(database.db)).toBe('')
})
