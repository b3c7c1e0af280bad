import { expect, it } from 'vitest'
import { calendarOf } from '../../../../src/calendar/calendar.ts'
import type { TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { carryClocks, type Run, type Timing } from '../../../../src/tickets/clocks/deadlines.ts'
import { defaultLimits } from '../../../../src/tickets/clocks/limits.ts'
import { movesOnCalendar, movesUnder, type OpenTicket } from '../../../../src/tickets/clocks/moves.ts'
import type { ClockEffect } from '../../../../src/tickets/life/clocks.ts'
import { at, calendar, endOf, workingTime, year2025, year2026 } from '../../calendar/world.ts'

const timing: Timing = { calendar, limits: defaultLimits }
const matter = { urgency: 'P3', type: 'HELP' } as const
const cgj = 'cgj' as UnitCode
const dispatchedAt = at('2026-03-02', '10:00')

function open(...effects: Omit<ClockEffect, 'unit'>[]): OpenTicket {
  let ids = 0
  const idOf = () => {
    ids += 1
    return String(ids)
  }
  const started: ClockEffect[] = [
    { do: 'start', clock: 'SIGN', unit: cgj },
    { do: 'start', clock: 'HANDLE', unit: cgj },
    { do: 'meet', clock: 'SIGN', unit: cgj },
  ]
  const all = [...started, ...effects.map((effect) => ({ ...effect, unit: cgj }))]
  const runs: Run[] = carryClocks('t' as TicketId, [], all, matter, timing, dispatchedAt, idOf)
  return { number: 'CZ1', matter, limitsKey: 'default.1', runs }
}

/** Handling takes seven working days, and signing two. */
const { general } = defaultLimits
const longer = {
  ...defaultLimits,
  profile: 'longer',
  general: { ...general, HELP: { ...general.HELP, handle: { count: 7, unit: 'WORKING_DAY' as const } } },
}
const handle = { number: 'CZ1', runId: '2', clock: 'HANDLE', unit: 'cgj' }

it('another profile moves what runs, and nothing that has ended', () => {
  expect(movesUnder([open()], longer, timing)).toEqual([
    { ...handle, from: endOf('2026-03-09'), to: endOf('2026-03-11') },
  ])
  expect(movesUnder([open()], defaultLimits, timing)).toEqual([])
  expect(movesUnder([open({ do: 'meet', clock: 'HANDLE' })], longer, timing)).toEqual([])
})

it('what was extended keeps its extension', () => {
  const extended = open({ do: 'extend', clock: 'HANDLE', by: { count: 3, unit: 'WORKING_DAY' } })
  expect(movesUnder([extended], longer, timing)).toEqual([
    { ...handle, from: endOf('2026-03-12'), to: endOf('2026-03-16') },
  ])
})

it('a promised day stays, whatever the profile', () => {
  const promised = open({ do: 'move', clock: 'HANDLE', until: endOf('2026-05-29') })
  expect(movesUnder([promised], longer, timing)).toEqual([])
})

it('another calendar moves what it makes longer or shorter', () => {
  const days = year2026.days.map((day) =>
    day.date === '2026-03-05' ? { ...day, isWorkingDay: false, kind: 'HOLIDAY' as const } : day,
  )
  const other = calendarOf([year2025, { ...year2026, version: 2, days }], workingTime())
  expect(movesOnCalendar([open()], other, timing)).toEqual([
    { ...handle, from: endOf('2026-03-09'), to: endOf('2026-03-10') },
  ])
  expect(movesOnCalendar([open()], calendar, timing)).toEqual([])
})
