import { resolve } from 'node:path'
import { type CalendarYear, calendarOf, yearOfNotice } from '../../../src/calendar/calendar.ts'
import { dayNumberOf, yearOfNumber } from '../../../src/calendar/days.ts'
import { requireCalendarFiles } from '../../../src/calendar/load.ts'
import { categories } from '../../../src/catalogue/schema.ts'
import { users } from '../../../src/people/schema.ts'
import type { Db } from '../../../src/platform/database/database.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../../../src/platform/types.ts'
import type { Timing } from '../../../src/tickets/clocks/deadlines.ts'
import { defaultLimits } from '../../../src/tickets/clocks/limits.ts'
import type { By, NewTicket } from '../../../src/tickets/records/rows.ts'
import { counties, units } from '../../../src/units/schema.ts'
import type { UnitKind } from '../../../src/units/unit.ts'

/** A few units and categories, and people who belong to them. */

const { years, workingTime } = requireCalendarFiles(resolve(import.meta.dirname, '../../../config'))
export const calendarYears = years

/** With made years until the next one: for tests by the clock of the machine, whatever the day is that they run on. */
export const yearsToCome: readonly CalendarYear[] = [
  ...years,
  ...Array.from({ length: 50 }, (_, n) => Math.max(...years.map(({ year }) => year)) + 1 + n)
    .filter((year) => year <= yearOfNumber(dayNumberOf(Date.now())) + 1)
    .map((year) => yearOfNotice({ year, version: 1, source: 'a test', holidays: [], makeUpDays: [] })),
]
export const timing: Timing = { calendar: calendarOf(years, workingTime), limits: defaultLimits }
export const timingToCome: Timing = { ...timing, calendar: calendarOf(yearsToCome, workingTime) }

const { general } = defaultLimits
/** Without a first contact, for what counts the alarms of the other clocks. */
export const timingWithoutContact: Timing = {
  ...timing,
  limits: { ...defaultLimits, general: { ...general, HELP: { ...general.HELP, contact: null } } },
}

/** Monday, 10:00 in the city. */
export const monday = Date.parse('2026-11-23T10:00:00+08:00')

export const unit = (code: string) => code as UnitCode
export const lamps = '030401' as CategoryCode

export async function loadBasics(db: Db): Promise<void> {
  await db
    .insert(counties)
    .values({ code: '140403' as CountyCode, name: '潞州区', initials: 'lzq', formerCodes: [], sortOrder: 1 })
  const row = (code: string, kind: UnitKind, countyCode: string | null = null) => ({
    code: unit(code),
    name: `市${code}`,
    shortName: code,
    initials: code,
    kind,
    countyCode: countyCode as CountyCode | null,
    assessClass: 'ASSESSED' as const,
    sortOrder: 1,
    changedAt: monday,
  })
  await db.insert(units).values([row('cgj', 'CITY'), row('rsj', 'CITY'), row('lzq', 'WORKSTATION', '140403')])
  await db.insert(units).values({ ...row('old', 'CITY'), withdrawnAt: monday })
  const category = (code: string, level: number, name: string) => ({
    code: code as CategoryCode,
    parentCode: (level === 1 ? null : `${code.slice(0, level * 2 - 2)}${'0'.repeat(8 - level * 2)}`) as CategoryCode,
    level,
    name,
    initials: 'x',
    sortOrder: 1,
    changedAt: monday,
  })
  await db.insert(categories).values([category('030000', 1, '城市管理')])
  await db.insert(categories).values([category('030400', 2, '市政设施')])
  await db.insert(categories).values([category('030401', 3, '路灯照明')])
}

export async function aPerson(
  db: Db,
  username: string,
  role: NonNullable<By>['roles'][number],
  unitCode: string | null = null,
): Promise<NonNullable<By>> {
  const code = unitCode as UnitCode | null
  const values = {
    username,
    name: `${username}的名字`,
    passwordHash: '-',
    unitCode: code,
    createdAt: 0,
    passwordChangedAt: 0,
  }
  const [made] = await db.insert(users).values(values)
  return { id: made.insertId, name: values.name, roles: [role], unitCode: code }
}

export function aMatter(change: Partial<NewTicket> = {}): NewTicket {
  return {
    type: 'HELP',
    urgency: 'P3',
    categoryCode: lamps,
    isConfidential: false,
    isAnonymous: false,
    needsReply: true,
    title: '',
    content: '英雄路路灯不亮，已经三天了 𠀀🐎',
    wish: '',
    occurredAt: null,
    countyCode: '140403' as CountyCode,
    township: null,
    place: '英雄路与解放路口',
    longitude: null,
    latitude: null,
    isCrossCity: false,
    accused: null,
    accusedUnit: null,
    tags: [],
    channel: 'PHONE',
    lineId: null,
    upstreamNumber: null,
    upstreamDueAt: null,
    caller: { name: '张三丰', phone: '+8613912345678', address: null },
    suggestedUnit: null,
    suggestedReason: null,
    callIds: [],
    callNumbers: [],
    isAtHome: false,
    draftId: null,
    ...change,
  }
}
