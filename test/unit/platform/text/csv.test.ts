import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine, csvStream } from '../../../../src/platform/text/csv.ts'

/** RFC 4180, as a spreadsheet reads it. */
function read(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

test.each(['=1+1', '+86139', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '\ufeff=cmd|calc', '\n=1'])(
  'no spreadsheet takes %j for a formula',
  (text) => {
    expect(read(csvLine([text]))).toEqual([[`'${text}`]])
  },
)

test.each(['139****1234', '12345', '路灯 "不亮"', '第一行\r\n第二行', '1=1', 'a,b', '', '𠀀🐎'])(
  '%j stays as it is',
  (text) => {
    expect(read(csvLine([text]))).toEqual([[text]])
  },
)

test('whatever stands in a cell, the table has as many cells as were written', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 3 })), (table) => {
      const rows = read(table.map(csvLine).join(''))
      expect(rows.length).toBe(table.length)
      for (const [n, row] of rows.entries()) {
        expect(row.map((cell) => cell.replace(/^'/, ''))).toEqual(table[n]?.map((cell) => cell.replace(/^'/, '')))
        for (const cell of row) expect(cell).not.toMatch(/^[=+\-@]/)
      }
    }),
  )
})

test('a table begins with the mark by which Excel knows UTF-8, and comes as it is read', async () => {
  async function* rows() {
    yield ['一', 2, null]
    yield ['三', 4, null]
  }
  const chunks: Buffer[] = []
  for await (const chunk of csvStream(['甲', '乙', '丙'], rows())) chunks.push(Buffer.from(chunk as string))
  const text = Buffer.concat(chunks)
  expect([...text.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(text.toString('utf8')).toBe('\ufeff"甲","乙","丙"\r\n"一","2",""\r\n"三","4",""\r\n')
})
