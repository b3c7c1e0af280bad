import { Readable } from 'node:stream'

/**
 * Tables for spreadsheets. UTF-8 with a byte order mark, without which Excel misreads Chinese; every cell in quotes,
 * lines end with CR LF (RFC 4180). Text that a spreadsheet would treat as a formula stays text.
 */

const byteOrderMark = '\ufeff'

/** Source: OWASP, CSV injection: these begin a formula in Excel, LibreOffice or WPS, their full-width forms too. */
const formula = /^[\s\u200b-\u200f\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/u

export type Cell = string | number | null

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(cell: Cell): string {
  if (cell === null) return '""'
  if (typeof cell === 'number') return `"${cell}"`
  const safe = formula.test(cell) ? `'${cell}` : cell
  return `"${safe.replaceAll('"', '""')}"`
}

/** Streamed row by row; closing the connection ends the reading. */
export function csvStream(header: readonly string[], rows: AsyncIterable<readonly Cell[]>): Readable {
  return Readable.from(lines(header, rows), { objectMode: false, encoding: 'utf8' })
}

async function* lines(header: readonly string[], rows: AsyncIterable<readonly Cell[]>): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(header)
  for await (const row of rows) yield csvLine(row)
}
