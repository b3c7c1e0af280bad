import { expect, test } from 'vitest'
import { numbersIn, replaceNumbersIn } from '../../../src/lines/in-text.ts'

const masked = (text: string) => replaceNumbersIn(text, () => '＊')

test.each([
  ['13912345678', ['+8613912345678']],
  ['路灯 139-1234-5678 不亮', ['+8613912345678']],
  ['１３９１２３４５６７８', ['+8613912345678']],
  ['+86 139 1234 5678', ['+8613912345678']],
  ['0355-2123456和2123456', ['+863552123456']],
  ['CZ20261130000029', []],
  ['20261130000029', []],
  ['000029', []],
  ['2026-11-30 路灯', []],
  ['01JDSVX1M2N3P4Q5R6S7T8V9W0', []],
])('in %s the numbers are %j', (text, numbers) => {
  expect(numbersIn(text, '0355')).toEqual(numbers)
})

test('what is no citizen’s number stays', () => {
  for (const text of ['192.168.100.200', '2026-11-30', '工号 1001', 'CZ20261130000029', 'SIP/2.0']) {
    expect(masked(text)).toBe(text)
  }
  expect(masked('查 13912345678，再查 0355-2123456。')).toBe('查 ＊，再查 ＊。')
})
