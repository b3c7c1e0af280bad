import { expect, test } from 'vitest'
import { coverOf } from '../../../../src/oversight/batches/cover.ts'
import { type Page, writeJson, writeXlsx } from '../../../../src/oversight/batches/files.ts'
import { type BatchRow, headOf, type ItemRow } from '../../../../src/oversight/batches/sheet.ts'
import { withoutTimes } from '../../../../src/oversight/batches/zip.ts'
import type { TicketId, UnitCode } from '../../../../src/platform/types.ts'

const at = Date.parse('2026-11-30T09:00:00+08:00')
const batch: BatchRow = {
  ...{
    number: '2026-0012',
    cutId: 'C',
    documentNumber: '长热移〔2026〕12号',
    recipient: 'CITY',
    office: '长治市政府督查室',
  },
  ...{ copyTo: null, items: 3, cutoffAt: at, state: 'CUT', jsonSha256: null, jsonBytes: null, xlsxSha256: null },
  ...{ xlsxBytes: null, sha256: null, writtenAt: null, receipt: 'PENDING', receiptAt: null, receiptText: null },
  reconciledAt: null,
}
const item = (line: number): ItemRow => ({
  ...{ cutId: 'C', recipient: 'CITY', line, ticketId: `T${line}` as TicketId, ticketNumber: `CZ2026113000000${line}` },
  ...{ registeredAt: at - 9e8, type: 'HELP', urgency: 'P3', category: '=路灯"照明', county: '潞州区', township: null },
  ...{
    unitCode: 'cgj' as UnitCode,
    unit: '市城管局',
    coUnits: '',
    dueAt: at - 3e8,
    extensions: 0,
    returns: 1,
    redo: 0,
  },
  ...{
    urges: 2,
    callers: 1,
    risk: '',
    papers: '',
    lastKind: 'sign',
    lastAt: at - 2e8,
    step: 'LISTED',
    caseNumber: null,
  },
  ...{ result: null, stepAt: null, struckAt: null, struckWhy: null, openSlot: 1 },
})
async function* pages(): AsyncGenerator<Page> {
  yield { items: [item(1), item(2)], overdueDays: [3, null] }
  yield { items: [item(3)], overdueDays: [0] }
}
const head = headOf(batch, { occasion: 'WEEKLY' }, '长治12345')

test('the same batch is the same bytes, whenever and wherever it is written', async () => {
  const write = async () => [await writeJson(head, pages()), await writeXlsx(head, pages(), at)]
  const [json, xlsx] = await write()
  const zone = process.env.TZ
  process.env.TZ = 'America/New_York'
  // The times of a ZIP have steps of two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_100))
  const [jsonAgain, xlsxAgain] = await write()
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
  expect(jsonAgain).toEqual(json)
  expect(xlsxAgain?.sha256).toBe(xlsx?.sha256)
  expect(xlsx?.bytes).toBe(Buffer.concat(xlsx?.parts ?? []).length)
})

test('an empty batch is a whole file, and what looks like a formula or a quote is text', async () => {
  async function* none(): AsyncGenerator<Page> {}
  const read = async (some: AsyncGenerator<Page>) =>
    JSON.parse(Buffer.concat((await writeJson(head, some)).parts).toString())
  expect((await read(none())).items).toEqual([])
  const { items } = await read(pages())
  expect(items.map(({ line, overdueWorkingDays }: Record<string, unknown>) => [line, overdueWorkingDays])).toEqual([
    [1, 3],
    [2, null],
    [3, 0],
  ])
  expect(items[0].category).toBe('=路灯"照明')
})

test('what is no ZIP is named', () => {
  expect(() => withoutTimes(Buffer.from('no'))).toThrow('no ZIP')
})

test('the cover names office, figures and digests, and waits for the files', () => {
  const sums = { jsonSha256: 'a'.repeat(64), xlsxSha256: 'b'.repeat(64), sha256: 'c'.repeat(64) }
  expect(coverOf(batch, { occasion: 'WEEKLY' }, '长治12345')).toBeNull()
  const cover = coverOf({ ...batch, ...sums }, { occasion: 'WEEKLY' }, '长治12345')
  expect(cover).toMatchObject({ title: '督查移送清单', number: '长热移〔2026〕12号', at })
  const text = JSON.stringify(cover)
  for (const word of ['长治市政府督查室', '3 件', '2026年11月30日 09:00', ...Object.values(sums)])
    expect(text).toContain(word)
  expect(JSON.stringify(coverOf({ ...batch, ...sums, items: 0 }, { occasion: 'WEEKLY' }, ''))).toContain('零报告')
})
