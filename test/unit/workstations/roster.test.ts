import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMs } from '../../../src/calendar/days.ts'
import {
  alarmsOf,
  awaySince,
  barToConfirm,
  daysOf,
  dutyShifts,
  endOf,
  gapsIn,
  monthAfter,
  type Posts,
  posts,
  usualDutyRules as rules,
  type StationFacts,
  turnAt,
  turnsInWords,
} from '../../../src/workstations/roster.ts'
import { calendar } from '../calendar/world.ts'

const at = (wall: string) => Date.parse(`${wall}+08:00`)
const filled = Object.fromEntries(posts.map((post) => [post, { name: '秦晓东', phone: '0355-5553000' }])) as Posts
const allOf = (month: string) => daysOf(month).flatMap((day) => dutyShifts.map((shift) => ({ day, shift })))

describe('a turn', () => {
  it('of the night belongs to the day on which it began', () => {
    expect(turnAt(at('2026-12-01T08:29:59'), rules)).toEqual({ day: '2026-11-30', shift: 'NIGHT' })
    expect(turnAt(at('2026-12-01T08:30:00'), rules)).toEqual({ day: '2026-12-01', shift: 'DAY' })
    expect(turnAt(at('2026-12-01T18:00:00'), rules)).toEqual({ day: '2026-12-01', shift: 'NIGHT' })
    expect(endOf({ day: '2026-12-31', shift: 'NIGHT' }, rules)).toBe(at('2027-01-01T08:30:00'))
  })

  it('ends where the next one begins, at any instant and with any hours', () => {
    const shift = fc.tuple(fc.integer({ min: 0, max: 1_438 }), fc.integer({ min: 1, max: 1_440 }))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), shift, (now, [from, length]) => {
        const own = { ...rules, dayShift: { from, to: Math.min(1_440, from + length) } }
        const turn = turnAt(now, own)
        const end = endOf(turn, own)
        expect(end).toBeGreaterThan(now)
        expect(end - now).toBeLessThanOrEqual(dayMs)
        expect(turnAt(end - 1, own)).toEqual(turn)
        expect(turnAt(end, own)).not.toEqual(turn)
      }),
    )
  })
})

describe('a list', () => {
  it('of a month has a gap for each shift that nobody has; nights only where they are kept', () => {
    const duties = allOf('2026-12').filter(({ day }) => day !== '2026-12-05')
    expect(gapsIn(duties, daysOf('2026-12'), 'ALL')).toEqual([
      { day: '2026-12-05', shift: 'DAY' },
      { day: '2026-12-05', shift: 'NIGHT' },
    ])
    expect(gapsIn([], daysOf('2027-02'), 'DAY')).toHaveLength(28)
    expect(monthAfter('2026-12')).toBe('2027-01')
  })

  it('says neighbours together', () => {
    const turns = ['01', '02', '03', '05'].map((day) => ({ day: `2026-12-${day}`, shift: 'DAY' as const }))
    expect(turnsInWords([...turns, { day: '2026-12-02', shift: 'NIGHT' }])).toBe(
      '12月1日至12月3日白班、12月2日夜班、12月5日白班',
    )
  })

  it('is confirmed only when it is whole, with each post filled, for this month or the next', () => {
    const now = at('2026-12-10T10:00:00')
    const station = {
      posts: filled,
      cover: 'ALL' as const,
      duties: allOf('2026-12').filter(({ day }) => day >= '2026-12-10'),
    }
    // What is over is not asked for.
    expect(barToConfirm(station, '2026-12', now)).toBeNull()
    expect(barToConfirm({ ...station, duties: station.duties.slice(1) }, '2026-12', now)).toContain('12月10日白班')
    expect(barToConfirm(station, '2027-01', now)).toContain('1月1日至1月31日')
    expect(barToConfirm(station, '2027-02', now)).toContain('本月和下月')
    const nobody = { ...filled, backup: { name: '申俊杰', phone: '' } }
    expect(barToConfirm({ ...station, posts: nobody }, '2026-12', now)).toContain('备岗')
  })
})

describe('an alarm', () => {
  const now = at('2026-12-10T10:00:00')
  const fine: StationFacts = {
    ...{ posts: filled, cover: 'ALL', isOnDuty: true, confirmed: ['2026-12'] },
    ...{ lastSeenAt: now - 3_600_000, awayBefore: now - dayMs },
  }
  const kinds = (change: Partial<StationFacts>, when = now) =>
    alarmsOf({ ...fine, ...change }, when, rules).map(({ kind }) => kind)

  it('stands for what is wrong, and for nothing else', () => {
    expect(kinds({})).toEqual([])
    expect(kinds({ isOnDuty: false })).toEqual(['NOBODY'])
    expect(kinds({ confirmed: ['2026-11', '2027-01'] })).toEqual(['UNCONFIRMED'])
    expect(kinds({ posts: { ...filled, leader: { name: '', phone: '' } } })).toEqual(['POST_EMPTY'])
    expect(kinds({ lastSeenAt: now - 2 * dayMs })).toEqual(['AWAY'])
    expect(kinds({ lastSeenAt: null })).toEqual([])
  })

  it('of absence begins with a whole working day without a log-in, not with a later hour of the day', () => {
    const isAway = (seen: string, when: string) =>
      kinds({ lastSeenAt: at(seen), awayBefore: awaySince(calendar, at(when)) }, at(when)).includes('AWAY')
    // Monday, 7 December: Friday's log-in at any hour, at the week-end and until the evening.
    expect(isAway('2026-12-04T08:40:00', '2026-12-05T10:00:00')).toBe(false)
    expect(isAway('2026-12-04T08:40:00', '2026-12-07T08:20:00')).toBe(false)
    expect(isAway('2026-12-04T08:40:00', '2026-12-07T18:00:00')).toBe(false)
    expect(isAway('2026-12-04T08:40:00', '2026-12-08T00:00:00')).toBe(true)
    // Ten minutes later than yesterday.
    expect(isAway('2026-12-08T08:30:00', '2026-12-09T08:40:00')).toBe(false)
    expect(isAway('2026-12-07T17:59:00', '2026-12-09T08:40:00')).toBe(true)
    // 1 to 7 October is a holiday: in it, and on the 8th, the 30th of September counts.
    expect(isAway('2026-09-30T08:40:00', '2026-10-05T10:00:00')).toBe(false)
    expect(isAway('2026-09-30T08:40:00', '2026-10-08T09:00:00')).toBe(false)
    expect(isAway('2026-09-29T23:59:59', '2026-10-08T09:00:00')).toBe(true)
  })

  it('is not for nights that the station does not keep, and reminds from the 25th on', () => {
    const night = at('2026-12-10T23:00:00')
    expect(kinds({ isOnDuty: false, cover: 'DAY' }, night)).toEqual([])
    expect(kinds({ isOnDuty: false }, night)).toEqual(['NOBODY'])
    const late = { lastSeenAt: at('2026-12-25T08:00:00') }
    expect(kinds(late, at('2026-12-24T23:59:59'))).toEqual([])
    expect(kinds(late, at('2026-12-25T00:00:00'))).toEqual(['REMIND'])
  })
})
