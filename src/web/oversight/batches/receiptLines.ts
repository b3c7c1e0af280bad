import type { ReceiptInput } from '../../../oversight/batches/api.ts'
import { receiptKinds, receiptTitles } from '../../../oversight/batches/batch.ts'

/** Receipts pasted from a table: a line each, 工单编号, 回执, 13710 编号, 说明, 日期, with tabs or commas between them. */

export interface ReceiptLines {
  receipts: ReceiptInput[]
  /** In Chinese, with the number of the line. */
  faults: string[]
}

const heads = ['工单编号', '工单号']

export function readReceiptLines(text: string): ReceiptLines {
  const read: ReceiptLines = { receipts: [], faults: [] }
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const cells = line.split(line.includes('\t') ? '\t' : /[,，]/).map((cell) => cell.trim())
    if (heads.includes(cells[0] ?? '')) continue
    const one = readLine(cells)
    if (typeof one === 'string') read.faults.push(`第 ${at + 1} 行：${one}`)
    else read.receipts.push(one)
  }
  return read
}

function readLine([ticket = '', title = '', caseNumber = '', words = '', day = '']: string[]): ReceiptInput | string {
  const kind = receiptKinds.find((one) => one === title.toUpperCase() || receiptTitles[one] === title)
  if (kind === undefined) {
    const known = receiptKinds.map((one) => receiptTitles[one]).join('、')
    return title === ''
      ? `缺少回执（第二列，${known}之一）。请从表格中整行复制，或用逗号分开各列。`
      : `“${title}”不是回执，应为${known}之一。`
  }
  if (ticket !== '' && !/^CZ\d{14}$/i.test(ticket)) return `工单编号“${ticket}”应为 CZ 加 14 位数字。`
  const at = day === '' ? null : readDay(day)
  if (at !== null && Number.isNaN(at)) return `日期“${day}”应为 2026-11-23 的形式。`
  return {
    kind,
    ticket: ticket === '' ? null : ticket.toUpperCase(),
    caseNumber: caseNumber || null,
    text: words || null,
    ...(at === null ? {} : { at }),
  }
}

/** `2026-11-23`, `2026/11/23`, `2026.11.23`, `2026年11月23日`; NaN for anything else. */
function readDay(text: string): number {
  const [, year, month = '', day = ''] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ?? []
  if (year === undefined) return Number.NaN
  return Date.parse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T00:00:00+08:00`)
}
