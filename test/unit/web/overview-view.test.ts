import { expect, test } from 'vitest'
import { noCalls } from '../../../src/floor/figures.ts'
import type { Overview } from '../../../src/overview/api.ts'
import { changeInWords, figuresOf } from '../../../src/web/overview/overviewView.ts'

const week = {
  calls: noCalls,
  registered: 0,
  directClosed: 0,
  closed: 0,
  closedOnTime: 0,
  elsewhere: { classified: 0, handedOver: 0, province: 0, merged: 0 },
}
const view: Overview = {
  at: Date.parse('2026-11-25T10:00:00+08:00'),
  weekStart: Date.parse('2026-11-23T00:00:00+08:00'),
  thisWeek: { ...week, calls: { ...noCalls, offered: 100, answered: 94 }, closed: 3, closedOnTime: 2 },
  lastWeek: week,
  days: [],
  open: 4,
  soon: 1,
  overdue: 2,
  overdueUnits: [],
}
const figure = (id: string) => figuresOf(view).find((one) => one.id === id)

test('every figure has a definition, and where there is a list behind it the way there', () => {
  for (const one of figuresOf(view)) expect(one.definition.length).toBeGreaterThan(10)
  expect(figure('overdue')?.link?.to).toBe('/tickets?lamp=RED')
  expect(figure('arrived')?.link?.to).toBe('/calls?from=2026-11-23&to=2026-11-25')
})

test('a goal that was missed is told in words, a week without any is a dash', () => {
  expect(figure('connected')).toMatchObject({ value: '94.0%', before: '—', goal: '目标 95%', isMissed: true })
  expect(figure('on-time')).toMatchObject({ value: '66.6%', before: '—' })
})

test('what neither a unit handled nor an agent answered stands in a figure of its own', () => {
  const elsewhere = { classified: 4, handedOver: 1, province: 2, merged: 300 }
  const [found] = figuresOf({ ...view, thisWeek: { ...view.thisWeek, elsewhere } }).filter(
    ({ id }) => id === 'elsewhere',
  )
  expect(found).toMatchObject({ value: '307', before: '0', definition: expect.stringContaining('随主单答复 300 件') })
})

test('a change is said in words', () => {
  expect([changeInWords(112, 100), changeInWords(97, 100), changeInWords(100, 100), changeInWords(5, 0)]).toEqual([
    '增 12%',
    '减 3%',
    '持平',
    '',
  ])
})
