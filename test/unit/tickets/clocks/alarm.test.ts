import { expect, test } from 'vitest'
import { type Alarm, alarmsOf, type Clock, jobIdOf, verdictOn } from '../../../../src/tickets/clocks/alarm.ts'

const running: Clock = { id: 'c1', slot: 1, warnAt: 100, dueAt: 200, warnedAt: null, overdueAt: null }
const yellow: Alarm = { deadlineId: 'c1', lamp: 'YELLOW', at: 100 }
const red: Alarm = { deadlineId: 'c1', lamp: 'RED', at: 201 }

test('a running clock has a yellow alarm, and a red one a millisecond after its due time', () => {
  expect(alarmsOf(running)).toEqual([yellow, red])
})

test.each<[string, Partial<Clock>, Alarm[]]>([
  ['was met or cancelled', { slot: null }, []],
  ['waits for a year', { warnAt: null, dueAt: null }, []],
  ['has been yellow', { warnedAt: 100 }, [red]],
  ['has been red', { warnedAt: 100, overdueAt: 201 }, []],
  ['has been red and never yellow', { overdueAt: 201 }, []],
])('a clock that %s has only what is left', (_, change, left) => {
  expect(alarmsOf({ ...running, ...change })).toEqual(left)
})

test.each<[string, Alarm, Partial<Clock>, number, string]>([
  ['at its time', yellow, {}, 100, 'due'],
  ['before its time, as after a clock that was set back', yellow, {}, 99, 'early'],
  ['late', red, {}, 9_999, 'due'],
  ['the last millisecond in time', red, {}, 200, 'early'],
  ['when red has overtaken it', yellow, {}, 201, 'stale'],
  ['for a due time that was changed', red, { dueAt: 300 }, 9_999, 'stale'],
  ['for a clock that was met', red, { slot: null }, 9_999, 'stale'],
  ['for the second time', red, { overdueAt: 201 }, 9_999, 'stale'],
])('an alarm that wakes somebody %s', (_, alarm, change, now, verdict) => {
  expect(verdictOn(alarm, { ...running, ...change }, now)).toBe(verdict)
})

test('the same alarm is one job, and its id is one that the queue takes', () => {
  expect(jobIdOf(red)).toBe(jobIdOf({ ...red }))
  expect(jobIdOf(red)).not.toBe(jobIdOf({ ...red, at: 202 }))
  expect(jobIdOf(red)).not.toMatch(/:|^\d+$/)
})
