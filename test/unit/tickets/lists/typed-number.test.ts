import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ticketNumberIn } from '../../../../src/tickets/lists/typed-number.ts'

const now = Date.parse('2026-11-30T00:30:00+08:00')

test.each([
  'CZ20261130000029',
  'cz20261130000029',
  '20261130000029',
  '#CZ20261130000029',
  'CZ-20261130-000029',
  'CZ 20261130 000029',
  'CZ20261130000029。',
  '工单CZ20261130000029',
  '工单编号：CZ20261130000029，',
  'ＣＺ２０２６１１３０００００２９',
  '“CZ20261130000029”',
  '\u202aCZ20261130000029\u202c',
  // The last six digits: of today, as the city counts days.
  '000029',
  '＃００００２９',
])('%j is CZ20261130000029', (typed) => {
  expect(ticketNumberIn(typed, now)).toBe('CZ20261130000029')
})

test.each([
  '',
  '路灯不亮',
  '13800138000',
  '20261330000029',
  '2026113000002',
  'CZ20261130000029和CZ20261130000030',
  '29',
])('%j is no number of a ticket', (typed) => {
  expect(ticketNumberIn(typed, now)).toBeNull()
})

test('whatever is typed, what is found is a number of a ticket', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (typed) => {
      const found = ticketNumberIn(typed, now)
      if (found !== null) expect(found).toMatch(/^CZ\d{14}$/)
    }),
  )
})
