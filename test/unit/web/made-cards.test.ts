import { expect, test } from 'vitest'
import type { Made } from '../../../src/web/tickets/made/made.ts'
import { dropMade, keepMade, readMade } from '../../../src/web/tickets/made/madeCards.ts'
import { whoseInWords } from '../../../src/web/tickets/whose/whose.ts'
import { callId, Drawer } from './build.ts'

const made = (n: number): Made => ({
  ...{ id: `t${n}`, number: `CZ2026112300000${n}`, queryCode: '123456', state: 'REGISTERED', version: 1 },
  ...{ callId: callId(1), isAsBefore: false },
})

test('number and query code are found again after a reload, for their call and their agent only', () => {
  const store = new Drawer()
  keepMade(store, 7, callId(1), [made(1), made(2)])
  expect(readMade(store, 7, callId(1))).toEqual([made(1), made(2)])
  expect(readMade(store, 7, callId(2))).toEqual([])
  expect(readMade(store, 8, callId(1))).toEqual([])
  dropMade(store, 7)
  expect(readMade(store, 7, callId(1))).toEqual([])
})

test('what another version of the page wrote is as good as nothing', () => {
  const store = new Drawer()
  for (const text of ['{', 'null', '7', '{"callId":1}']) {
    store.setItem('hotline.made.7', text)
    expect(readMade(store, 7, callId(1))).toEqual([])
  }
})

test('a form says whose it is: number as one may see it, line and time', () => {
  const arrivedAt = Date.parse('2026-11-23T14:05:00+08:00')
  const line = { number: '12333', name: '人社热线' }
  expect(whoseInWords({ caller: '139****1234', line, arrivedAt }, arrivedAt)).toBe(
    '139****1234 · 今天 14:05 来电 · 12333 人社热线',
  )
  expect(whoseInWords({ caller: null, line, arrivedAt }, arrivedAt)).toContain('未显示号码 · ')
})
