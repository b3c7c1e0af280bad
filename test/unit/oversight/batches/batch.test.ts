import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calendarOf, yearOfNotice } from '../../../../src/calendar/calendar.ts'
import {
  afterBatchReceipt,
  afterItemReceipt,
  batchNumberOf,
  documentNumberOf,
  faultOf,
  type ItemStanding,
  isOfBatch,
  itemSteps,
  type Receipt,
  receiptKinds,
} from '../../../../src/oversight/batches/batch.ts'
import { weeklyCut } from '../../../../src/oversight/batches/plan.ts'
import { defaultRules } from '../../../../src/tickets/clocks/timing.ts'

const listed: ItemStanding = { step: 'LISTED', caseNumber: null, result: null }
const receipt = fc.record({
  kind: fc.constantFrom(...receiptKinds),
  caseNumber: fc.constantFrom(null, 'A-1'),
  text: fc.constantFrom(null, '已修复'),
})

test('receipts of an item, in any order and however often, never take anything back', () => {
  fc.assert(
    fc.property(fc.array(receipt, { maxLength: 8 }), (receipts) => {
      let item = listed
      for (const one of receipts.filter((given) => faultOf(given, !isOfBatch(given.kind)) === null)) {
        const after = afterItemReceipt(item, one)
        if (typeof after === 'string') {
          expect(isOfBatch(one.kind)).toBe(true)
          continue
        }
        expect(itemSteps.indexOf(after.step) >= 4 || itemSteps.indexOf(item.step) < 4).toBe(true)
        if (item.step === 'CLEARED') expect(after.step).toBe('CLEARED')
        if (item.caseNumber !== null) expect(after.caseNumber).toBe(item.caseNumber)
        if (item.result !== null) expect(after.result).not.toBeNull()
        // The same once more changes nothing.
        expect(afterItemReceipt(after, one)).toEqual(after)
        item = after
      }
      expect(item.step === 'CLEARED').toBe(receipts.some(({ kind }) => kind === 'CLEARED'))
    }),
  )
})

test('a receipt says what its kind needs, and of whom', () => {
  const of = (kind: Receipt['kind'], change: Partial<Receipt> = {}): Receipt => ({
    ...{ kind, caseNumber: null, text: null },
    ...change,
  })
  expect(faultOf(of('RECEIVED'), false)).toBeNull()
  expect(faultOf(of('RECEIVED'), true)).toBe('batch.receipt-for-batch')
  expect(faultOf(of('NOTED'), false)).toBe('batch.receipt-for-item')
  expect(faultOf(of('CASE_OPENED'), true)).toBe('batch.receipt-without-case')
  expect(faultOf(of('CASE_OPENED', { caseNumber: 'A-1' }), true)).toBeNull()
  expect(faultOf(of('RESULT'), true)).toBe('batch.receipt-without-text')
  expect(faultOf(of('REJECTED'), false)).toBe('batch.receipt-without-text')
})

test('an office that has worked with a batch cannot reject it, one that rejected it may still take it', () => {
  expect(afterBatchReceipt('PENDING', 'REJECTED')).toBe('REJECTED')
  expect(afterBatchReceipt('REJECTED', 'RECEIVED')).toBe('RECEIVED')
  expect(afterBatchReceipt('PENDING', 'CASE_OPENED')).toBe('RECEIVED')
  expect(afterBatchReceipt('RECEIVED', 'REJECTED')).toBe('batch.receipt-too-late')
})

test('numbers say the year, and grow past four digits', () => {
  expect([batchNumberOf(2026, 7), batchNumberOf(2026, 12_345)]).toEqual(['2026-0007', '2026-12345'])
  expect(documentNumberOf('长治', 2026, 12)).toBe('长热移〔2026〕12号')
})

const notice = {
  ...{ year: 2026, version: 1, source: 'a test' },
  holidays: [
    { name: '元旦', from: '2026-01-01', to: '2026-01-05' },
    { name: '春节', from: '2026-02-16', to: '2026-02-20' },
    { name: '国庆节', from: '2026-10-05', to: '2026-10-11' },
  ],
  makeUpDays: [{ date: '2026-02-21', for: '春节' }],
}
const calendar = calendarOf([yearOfNotice(notice)], defaultRules.workingTime)
const at = (wall: string) => Date.parse(`${wall}+08:00`)

test.each([
  ['2026-11-23T08:59', null, null],
  ['2026-11-23T09:00', 'weekly:2026-11-23', '2026-11-23T09:00'],
  ['2026-11-29T23:59', 'weekly:2026-11-23', '2026-11-23T09:00'],
  ['2026-11-30T08:59', null, null],
  // Monday is a holiday.
  ['2026-01-05T12:00', null, null],
  ['2026-01-06T09:00', 'weekly:2026-01-05', '2026-01-06T09:00'],
  // Only the make-up day at the end of the week is worked.
  ['2026-02-20T12:00', null, null],
  ['2026-02-21T10:00', 'weekly:2026-02-16', '2026-02-21T09:00'],
  // A whole week of holidays has none.
  ['2026-10-11T20:00', null, null],
  // No notice: weekdays.
  ['2027-03-01T09:00', 'weekly:2027-03-01', '2027-03-01T09:00'],
])('at %s the cut of the week is %s', (now, key, planned) => {
  expect(weeklyCut(calendar, at(now))).toEqual(key === null ? null : { key, at: at(planned ?? '') })
})
