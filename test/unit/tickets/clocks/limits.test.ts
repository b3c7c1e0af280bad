import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { calendarOf } from '../../../../src/calendar/calendar.ts'
import { dayOf } from '../../../../src/calendar/days.ts'
import { limitUnits } from '../../../../src/calendar/limit.ts'
import { countClock, limitsUnder } from '../../../../src/tickets/clocks/deadlines.ts'
import { tableOn } from '../../../../src/tickets/clocks/limit-book.ts'
import {
  defaultLimits,
  isOverdue,
  keyOf,
  lampAt,
  limitOf,
  limitsFor,
  overdueFrom,
  returnDueAt,
  yellowAt,
} from '../../../../src/tickets/clocks/limits.ts'
import { loadLimits, requireLimitBook, requireLimits } from '../../../../src/tickets/clocks/limits-file.ts'
import { type ClockKind, ticketTypes, urgencies } from '../../../../src/tickets/life/ticket.ts'
import { at, calendar, endOf, workingTime, year2025, year2026 } from '../../calendar/world.ts'

const timing = { calendar, limits: defaultLimits }
const checkout = resolve(import.meta.dirname, '../../../..')

describe('the due dates of a ticket that is dispatched on Friday 2026-02-13 at 15:00, before the holidays', () => {
  const dispatchedAt = at('2026-02-13', '15:00')

  it.each([
    ['P1', 'HELP', at('2026-02-13', '15:15'), at('2026-02-13', '15:30'), at('2026-02-14', '15:00')],
    ['P2', 'COMPLAINT', at('2026-02-13', '15:30'), at('2026-02-13', '17:00'), at('2026-02-14', '15:00')],
    ['P3', 'CONSULT', at('2026-02-14', '12:00'), endOf('2026-02-14'), endOf('2026-02-14')],
    ['P3', 'HELP', endOf('2026-02-14'), endOf('2026-02-14'), endOf('2026-02-27')],
    ['P3', 'COMPLAINT', endOf('2026-02-14'), endOf('2026-02-14'), endOf('2026-02-27')],
    ['P3', 'REPORT', endOf('2026-02-14'), endOf('2026-02-24'), endOf('2026-03-12')],
    ['P3', 'SUGGEST', endOf('2026-02-14'), null, endOf('2026-03-05')],
    ['P3', 'PRAISE', null, null, endOf('2026-02-25')],
  ] as const)('%s %s', (urgency, type, sign, contact, handle) => {
    const dueOf = (clock: ClockKind) => countClock(clock, { urgency, type }, timing, dispatchedAt)?.dueAt ?? null
    expect([dueOf('SIGN'), dueOf('CONTACT'), dueOf('HANDLE')]).toEqual([sign, contact, handle])
  })

  it('count a return from dispatch, and the dispatch itself from hand-in', () => {
    const limits = limitsFor({ urgency: 'P3', type: 'CONSULT' })
    expect(returnDueAt(dispatchedAt, limits, calendar)).toBe(at('2026-02-14', '12:00'))
    const handedIn = countClock('DISPATCH', { urgency: 'P3', type: 'CONSULT' }, timing, dispatchedAt)
    expect(handedIn?.dueAt).toBe(at('2026-02-13', '15:30'))
  })

  it('are those of the province where those are shorter, and ours where they are', () => {
    const [short, long] = [at('2026-02-25', '12:00'), at('2026-03-25', '12:00')]
    const counted = (upstreamDueAt: number, clock: ClockKind = 'HANDLE') =>
      countClock(clock, { urgency: 'P3', type: 'HELP', upstreamDueAt }, timing, dispatchedAt)
    expect(counted(short)).toMatchObject({ dueAt: short, warnAt: at('2026-02-24', '08:30') })
    expect(counted(long)?.dueAt).toBe(endOf('2026-02-27'))
    // It is for the handling: a unit signs as ever.
    expect(counted(short, 'SIGN')?.dueAt).toBe(endOf('2026-02-14'))
    // One that was over when it came.
    expect(counted(dispatchedAt - 1)).toMatchObject({ dueAt: dispatchedAt - 1, warnAt: dispatchedAt - 1 })
  })
})

describe('the limits of a matter', () => {
  it('follow the law where it gives one, but danger does not wait for it', () => {
    const statutoryDays = 45
    expect(limitsFor({ urgency: 'P3', type: 'REPORT', statutoryDays }).handle.count).toBe(45)
    expect(limitsFor({ urgency: 'P1', type: 'REPORT', statutoryDays }).handle).toEqual({ count: 24, unit: 'HOUR' })
    expect(limitsFor({ urgency: 'P3', type: 'REPORT', statutoryDays: null }).handle.count).toBe(15)
  })

  it('let nobody give back or extend what is handled again', () => {
    for (const urgency of urgencies) {
      const limits = limitsFor({ urgency, type: 'HELP', isRedo: true })
      expect(limits).toMatchObject({ returnWindow: null, extension: null })
      expect(limits.handle).toEqual(urgency === 'P3' ? { count: 3, unit: 'WORKING_DAY' } : { count: 24, unit: 'HOUR' })
    }
  })

  it('say how long each clock runs', () => {
    const limits = limitsFor({ urgency: 'P3', type: 'HELP' })
    expect(limitOf('DISPATCH', limits)).toBe(limits.dispatch)
    expect(limitOf('SIGN', limits)).toBe(limits.sign)
    expect(limitOf('CONTACT', limits)).toBe(limits.contact)
    expect(limitOf('HANDLE', limits)).toBe(limits.handle)
    expect(limitOf('REVIEW', limits)).toBe(defaultLimits.decisions.RETURN.within)
    expect(limitOf('CHECK', limits)).toBe(defaultLimits.replyReview)
  })
})

describe('the yellow lamp', () => {
  const wd = (count: number) => ({ count, unit: 'WORKING_DAY' }) as const
  const yellow = (startedAt: number, limit: Parameters<typeof yellowAt>[2]) =>
    yellowAt(startedAt, calendar.addWorkingTime(startedAt, limit), limit, calendar)

  it('comes as the offices open one working day before, over holidays as well', () => {
    expect(yellow(at('2026-03-02'), wd(5))).toBe(at('2026-03-06', '08:30'))
    expect(yellow(at('2026-02-13'), wd(2))).toBe(at('2026-02-14', '08:30'))
  })

  it('comes as the offices open on the last day of a limit that has no working day before it', () => {
    expect(yellow(at('2026-02-13'), wd(1))).toBe(at('2026-02-14', '08:30'))
    expect(yellow(at('2026-03-02', '16:00'), wd(0.5))).toBe(at('2026-03-03', '08:30'))
    expect(yellow(at('2026-03-02', '07:00'), wd(1))).toBe(at('2026-03-03', '08:30'))
  })

  it('comes when a quarter of the office hours is left, where the province has shortened the limit', () => {
    expect(yellowAt(at('2026-03-02', '09:00'), at('2026-03-02', '11:00'), wd(5), calendar)).toBe(
      at('2026-03-02', '10:30'),
    )
    expect(yellowAt(at('2026-03-02', '20:00'), at('2026-03-03', '00:00'), wd(5), calendar)).toBe(
      at('2026-03-02', '23:00'),
    )
  })

  it('comes when a quarter is left of what runs day and night', () => {
    expect(yellow(at('2026-02-13', '15:00'), { count: 24, unit: 'HOUR' })).toBe(at('2026-02-14', '09:00'))
    expect(yellow(at('2026-02-13', '15:00'), { count: 20, unit: 'MINUTE' })).toBe(at('2026-02-13', '15:15'))
  })

  it('comes when a quarter of the office hours is left', () => {
    expect(yellow(at('2026-03-02', '16:00'), { count: 4, unit: 'WORKING_HOUR' })).toBe(at('2026-03-03', '09:30'))
    // At noon the offices close.
    expect(yellow(at('2026-03-02', '10:30'), { count: 2, unit: 'WORKING_HOUR' })).toBe(at('2026-03-02', '14:30'))
  })

  it('needs no year before the first that is loaded', () => {
    expect(yellow(at('2024-12-31'), wd(1))).toBe(at('2025-01-02', '08:30'))
    expect(yellow(at('2025-01-01'), wd(1))).toBe(at('2025-01-02', '08:30'))
  })

  it('always comes after the start and before the due date', () => {
    const start = fc.integer({ min: at('2025-01-01', '00:00'), max: at('2026-10-31', '23:59') })
    const halves = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(start, halves, fc.constantFrom(...limitUnits), (startedAt, count, unit) => {
        const isWorking = unit === 'WORKING_DAY' || unit === 'WORKING_HOUR'
        const limit = { count: isWorking ? count / 2 : count, unit }
        const dueAt = calendar.addWorkingTime(startedAt, limit)
        const yellowFrom = yellowAt(startedAt, dueAt, limit, calendar)
        expect(yellowFrom).toBeGreaterThan(startedAt)
        expect(yellowFrom).toBeLessThan(dueAt)
      }),
    )
  })

  it('of a working clock comes in office hours of a working day, whenever the clock started and however due dates end', () => {
    const start = fc.integer({ min: at('2025-01-01', '00:00'), max: at('2026-10-31', '23:59') })
    const halves = fc.integer({ min: 1, max: 40 }).map((n) => n / 2)
    const calendars = fc.constantFrom(calendar, calendarOf([year2025, year2026], workingTime('CLOSE_OF_BUSINESS')))
    const units = fc.constantFrom('WORKING_DAY' as const, 'WORKING_HOUR' as const)
    fc.assert(
      fc.property(calendars, start, halves, units, (days, startedAt, count, unit) => {
        const limit = { count, unit }
        const yellowFrom = yellowAt(startedAt, days.addWorkingTime(startedAt, limit), limit, days)
        expect(days.isWorkingDay(dayOf(yellowFrom))).toBe(true)
        const minute = (yellowFrom - at(dayOf(yellowFrom), '00:00')) / 60_000
        const hours = workingTime().officeHours.flatMap((season) => season.hours)
        expect(hours.some(({ from, to }) => from <= minute && minute < to)).toBe(true)
      }),
    )
  })
})

describe('the lamp', () => {
  const [warnAt, dueAt] = [endOf('2026-03-06'), endOf('2026-03-09')]

  it.each([
    [warnAt - 1, 'GREEN'],
    [warnAt, 'YELLOW'],
    [dueAt, 'YELLOW'],
    [dueAt + 1, 'RED'],
  ])('at %d is %s', (now, lamp) => expect(lampAt(now, [{ warnAt, dueAt }])).toBe(lamp))

  it('is that of the worst clock', () => {
    const late = { warnAt: at('2026-03-20'), dueAt: at('2026-03-21') }
    expect(lampAt(dueAt + 1, [late, { warnAt, dueAt }])).toBe('RED')
    expect(lampAt(warnAt, [late, { warnAt, dueAt }])).toBe('YELLOW')
    expect(lampAt(warnAt, [late])).toBe('GREEN')
    expect(lampAt(warnAt, [])).toBe('GREEN')
  })

  it('claims nothing of a due date that is not known', () => {
    expect(lampAt(dueAt, [{ warnAt: null, dueAt: null }])).toBe('GREEN')
  })

  it('is red when the alarm for it rings', () => {
    expect(isOverdue(dueAt, dueAt)).toBe(false)
    expect(isOverdue(overdueFrom(dueAt), dueAt)).toBe(true)
  })

  it('never goes back by itself', () => {
    const order = ['GREEN', 'YELLOW', 'RED']
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 0, max: 1e7 }), (one, other) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)].map((ms) => warnAt - 5e6 + ms)
        const lamp = (now: number) => order.indexOf(lampAt(now, [{ warnAt, dueAt: warnAt + 2e6 }]))
        expect(lamp(late ?? 0)).toBeGreaterThanOrEqual(lamp(early ?? 0))
      }),
    )
  })
})

describe('config/limits', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hotline-limits-'))
    cpSync(join(checkout, 'config'), folder, { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('holds the limits of the product', () => {
    expect(requireLimits(join(checkout, 'config'))).toEqual(defaultLimits)
  })

  it('ships the profiles of other places, each with its own numbers', () => {
    const { tables } = requireLimitBook(folder)
    expect(tables.map(keyOf)).toEqual(['anhui-2025.1', 'default.1', 'luliang-2024.1', 'sichuan-2026.1'])
    const days = (profile: string) => {
      const table = tables.find((one) => one.profile === profile)
      return (['CONSULT', 'HELP', 'COMPLAINT', 'REPORT', 'SUGGEST'] as const).map(
        (type) => table?.general[type].handle.count,
      )
    }
    expect(days('luliang-2024')).toEqual([3, 5, 5, 5, 5])
    expect(days('sichuan-2026')).toEqual([3, 7, 15, 15, 7])
    const of = (profile: string) => tables.find((one) => one.profile === profile)
    expect(of('luliang-2024')?.general.HELP.extension).toEqual({ by: { count: 3, unit: 'WORKING_DAY' }, times: 3 })
    expect(of('anhui-2025')).toMatchObject({ promise: { count: 270 }, returns: 2 })
  })

  it('are in force from the day that was chosen, in the highest version that has begun', () => {
    const [one, two] = [defaultLimits, { ...defaultLimits, version: 2, from: '2026-06-01' }]
    const other = { ...defaultLimits, profile: 'other', from: '2025-01-01' }
    const book = {
      tables: [two, other, one],
      choices: [
        { profile: 'default', from: '2020-01-01' },
        { profile: 'other', from: '2026-03-01' },
        { profile: 'default', from: '2026-07-01' },
      ],
    }
    const on = (day: string) => keyOf(tableOn(book, at(day, '00:00')))
    expect(['2026-02-28', '2026-03-01', '2026-06-30', '2026-07-01'].map(on)).toEqual([
      ...['default.1', 'other.1', 'other.1', 'default.2'],
    ])
    expect(() => on('2019-12-31')).toThrow('no profile of limits is in force on 2019-12-31')
    expect(limitsUnder({ calendar, limits: two, others: [one] }, 'default.1')).toBe(one)
    expect(limitsUnder({ calendar, limits: two, others: [one] }, 'gone.9')).toBe(two)
  })

  it('names a version that two files have, and a profile that none has', () => {
    cpSync(join(folder, 'limits/default.yaml'), join(folder, 'limits/default-again.yaml'))
    expect(loadLimits(folder).faults.map(({ message }) => message)).toEqual(['default.1 is in another file, too'])
    rmSync(join(folder, 'limits/default-again.yaml'))
    writeFileSync(join(folder, 'limits/in-force.yaml'), 'inForce:\n  - { profile: nowhere, from: 2020-01-01 }\n')
    expect(loadLimits(folder).faults).toMatchObject([
      { line: 2, message: 'no file in limits/ has the profile nowhere' },
    ])
  })

  it('has limits for every type and urgency', () => {
    for (const type of ticketTypes) {
      for (const urgency of urgencies) expect(limitsFor({ urgency, type }, requireLimits(folder)).handle).toBeDefined()
    }
  })

  it.each([
    ['a limit on no clock', 'sign: 15 min', 'sign: 15 moments', 'a limit like 30 min'],
    ['half an hour on a clock without halves', 'contact: 30 min', 'contact: 0.5 h', 'a limit like 30 min'],
    ['a step that is longer than the whole', 'contact: 2 wd', 'contact: 16 wd', 'contact: longer than handle'],
    ['no limit to handle it', 'handle: 10 wd, ', '', 'general.SUGGEST.handle: is missing'],
    ['a type that nobody knows', '  PRAISE:', '  SING: { dispatch: 1 wd, handle: 3 wd }\n  PRAISE:', 'general.SING'],
    ['a type that is missing', /\n {2}PRAISE:.*/, '', 'general.PRAISE: is missing'],
    ['no version', 'version: 1\n', '', 'version: is missing'],
    ['a request without a rule', /\n {2}PROMISE:.*/, '', 'decisions.PROMISE'],
    ['a promise in working days', 'promise: 180 d', 'promise: 180 wd', 'natural days'],
  ] as const)('names %s with its line', (_, from, to, message) => {
    const path = join(folder, 'limits/default.yaml')
    const before = readFileSync(path, 'utf8')
    const after = before.replace(from, to)
    expect(after).not.toBe(before)
    writeFileSync(path, after)
    const { limits, faults } = loadLimits(folder)
    expect(limits).toBeNull()
    expect(faults.map((fault) => fault.message).join('\n')).toContain(message)
    expect(faults).toHaveLength(1)
    const line = after.split('\n')[(faults[0]?.line ?? 0) - 1]
    if (to !== '') expect(line).toContain(to.split('\n')[0]?.trim())
    expect(() => requireLimits(folder)).toThrow(/default\.yaml:\d+: /)
  })
})
