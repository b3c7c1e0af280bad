import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../../../src/calendar/calendar.ts'
import { requireCalendarFiles } from '../../../../src/calendar/load.ts'
import { partDueAt } from '../../../../src/tickets/clocks/part-limits.ts'

const { years, workingTime } = requireCalendarFiles(resolve(import.meta.dirname, '../../../../config'))
const calendar = calendarOf(years, workingTime)
const at = (text: string) => Date.parse(`${text}+08:00`)

describe('a part is due', () => {
  it('a working day before its sender, over a weekend and over make-up days', () => {
    const monday = at('2026-11-23T10:00:00')
    expect(partDueAt(monday, at('2026-11-30T23:59:59'), 'WORKING_DAY', calendar)).toBe(at('2026-11-27T23:59:59'))
    // 2026-02-14 and 2026-02-28 are worked, the days between are the Spring Festival.
    expect(partDueAt(at('2026-02-13T10:00:00'), at('2026-02-24T23:59:59'), 'WORKING_DAY', calendar)).toBe(
      at('2026-02-14T23:59:59'),
    )
  })

  it('when a quarter of the time is left, where its sender has less than a day or counts minutes', () => {
    const nine = at('2026-11-23T08:30:00')
    // Office hours 8:30-12:00 and 14:30-18:00: seven hours, of which five and a quarter.
    expect(partDueAt(nine, at('2026-11-23T23:59:59'), 'WORKING_DAY', calendar)).toBe(at('2026-11-23T16:15:00'))
    expect(partDueAt(nine, at('2026-11-24T08:30:00'), 'HOUR', calendar)).toBe(at('2026-11-24T02:30:00'))
    expect(partDueAt(nine, at('2026-11-23T08:50:00'), 'MINUTE', calendar)).toBe(at('2026-11-23T08:45:00'))
  })

  it('at once, where its sender is late', () => {
    const now = at('2026-11-23T10:00:00')
    expect(partDueAt(now, now - 1, 'WORKING_DAY', calendar)).toBe(now)
    expect(partDueAt(now, now - 1, 'HOUR', calendar)).toBe(now)
  })
})
