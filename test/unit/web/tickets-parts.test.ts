import { describe, expect, it } from 'vitest'
import { calendarOf } from '../../../src/calendar/calendar.ts'
import type { UnitList } from '../../../src/catalogue/api.ts'
import { type Clocked, lampView } from '../../../src/web/tickets/lampView.ts'
import { findUnits } from '../../../src/web/tickets/pickers/unitSearch.ts'
import { at, calendar, endOf, workingTime } from '../calendar/world.ts'

const clocked = (over: Partial<Clocked> = {}): Clocked => ({
  urgency: 'P3',
  warnAt: at('2026-03-06', '23:59'),
  nextDueAt: endOf('2026-03-09'),
  clockMark: null,
  ...over,
})

describe('the lamp of a ticket', () => {
  it('turns while it is looked at, with the time left in words', () => {
    const seen = (now: number) => lampView(clocked(), now, calendar)
    expect(seen(at('2026-03-02'))).toEqual({ lamp: 'GREEN', left: '剩 5 个工作日 (3月9日 23:59)', isMarked: false })
    expect(seen(at('2026-03-07'))).toMatchObject({ lamp: 'YELLOW' })
    expect(seen(at('2026-03-11'))).toMatchObject({ lamp: 'RED', left: '超 2 个工作日' })
  })

  it('counts what is urgent day and night', () => {
    const urgent = clocked({ urgency: 'P1', nextDueAt: at('2026-03-06', '22:00') })
    expect(lampView(urgent, at('2026-03-07', '04:00'), calendar).left).toBe('超 6 小时')
  })

  it('says natural days as long as the working days are not known', () => {
    expect(lampView(clocked(), at('2026-03-02'), calendarOf([], workingTime())).left).toMatch(/剩 \d 天/)
  })

  it('is a mark and no date where a year is not loaded', () => {
    const unknown = clocked({ nextDueAt: null, warnAt: null, clockMark: 'NO_CALENDAR' })
    expect(lampView(unknown, at('2026-03-02'), calendar)).toEqual({ lamp: null, left: '', isMarked: true })
  })

  it('is not there for a ticket that nothing is due of', () => {
    expect(lampView(clocked({ nextDueAt: null, warnAt: null }), at('2026-03-02'), calendar)).toMatchObject({
      lamp: null,
      isMarked: false,
    })
  })
})

describe('a unit', () => {
  const unit = (code: string, shortName: string, name: string, initials: string): UnitList['units'][number] => ({
    ...{ code, shortName, name, initials, pinyin: '', kind: 'CITY', countyCode: null, parentCode: null },
  })
  const units = [
    unit('cgj', '市城管局', '长治市城市管理局', 'scgj'),
    unit('rsj', '市人社局', '长治市人力资源和社会保障局', 'srsj'),
    unit('luzhou', '潞州区', '潞州区12345工作站', 'lzq'),
    unit('gaj', '市公安局', '长治市公安局', 'sgaj'),
  ]
  it.each([
    ['scgj', 'cgj'],
    ['cgj', 'cgj'],
    ['CG', 'cgj'],
    ['人社', 'rsj'],
    ['社会保障', 'rsj'],
    ['lz', 'luzhou'],
    ['ga', 'gaj'],
  ])('is found by %s', (typed, code) => expect(findUnits(units, typed, 5)[0]?.code).toBe(code))

  it('is not found by what nobody is called, and nothing typed shows the first ones', () => {
    expect(findUnits(units, '火星', 5)).toEqual([])
    expect(findUnits(units, ' ', 2).map((one) => one.code)).toEqual(['cgj', 'rsj'])
  })
})
