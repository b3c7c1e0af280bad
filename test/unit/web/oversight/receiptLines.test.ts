import { expect, test } from 'vitest'
import { readReceiptLines } from '../../../../src/web/oversight/batches/receiptLines.ts'

test('lines of a table are read with their heads, blank lines and several ways to write a day', () => {
  const { receipts, faults } = readReceiptLines(
    [
      '工单编号\t回执\t13710 编号\t说明\t日期',
      '\t整批接收',
      'cz20261123000001\t13710 立项\t13710-1\t\t2026年11月3日',
      '',
      'CZ20261123000002,办理结果,,已修复,2026/11/24',
    ].join('\n'),
  )
  expect(faults).toEqual([])
  const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
  const [id, none] = ['13710-1', { caseNumber: null, text: null }]
  expect(receipts).toEqual([
    { kind: 'RECEIVED', ticket: null, ...none },
    { kind: 'CASE_OPENED', ticket: 'CZ20261123000001', caseNumber: id, text: null, at: at('2026-11-03') },
    { kind: 'RESULT', ticket: 'CZ20261123000002', caseNumber: null, text: '已修复', at: at('2026-11-24') },
  ])
})

test('each wrong line is named', () => {
  const { receipts, faults } = readReceiptLines(
    'CZ1\t已知悉\nCZ20261123000001\t好\nCZ20261123000001\t销号\t\t\t昨天\nCZ20261123000001 已知悉',
  )
  expect(receipts).toEqual([])
  expect(faults).toEqual([
    '第 1 行：工单编号“CZ1”应为 CZ 加 14 位数字。',
    expect.stringContaining('第 2 行：“好”不是回执'),
    '第 3 行：日期“昨天”应为 2026-11-23 的形式。',
    expect.stringContaining('第 4 行：缺少回执（第二列'),
  ])
})
