import { createHash } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import ExcelJS from 'exceljs'
import type { Instant } from '../../platform/types.ts'
import { type headOf, type ItemRow, itemColumns, recordOf, rowOf } from './sheet.ts'
import { withoutTimes } from './zip.ts'

/** The two files of a batch, from the same pages of items: neither of them, nor the items, is ever held whole. */

export interface BatchFile {
  /** In the order in which they are read. */
  parts: Buffer[]
  bytes: number
  sha256: string
}

export interface Page {
  items: readonly ItemRow[]
  overdueDays: readonly (number | null)[]
}

/** As pieces are stored. */
const partBytes = 256 * 1024

type Head = ReturnType<typeof headOf>

/** One object, an item a line: readable by eye and by a reader that takes a line at a time. */
export async function writeJson(head: Head, pages: AsyncIterable<Page>): Promise<BatchFile> {
  const out = openPieces()
  const batch = Object.fromEntries(head.map(({ field, raw }) => [field, raw]))
  out.add(Buffer.from(`{"batch":${JSON.stringify(batch)},\n"items":[`))
  let isFirst = true
  for await (const { items, overdueDays } of pages) {
    const lines = items.map((item, at) => JSON.stringify(recordOf(item, overdueDays[at] ?? null)))
    if (lines.length === 0) continue
    out.add(Buffer.from(`${isFirst ? '' : ','}\n${lines.join(',\n')}`))
    isFirst = false
  }
  out.add(Buffer.from('\n]}\n'))
  return out.end()
}

/** A cover and the list. Cells are text or numbers, no formulas. @param at date of the file: the cut-off */
export async function writeXlsx(head: Head, pages: AsyncIterable<Page>, at: Instant): Promise<BatchFile> {
  const stream = new PassThrough()
  const pieces: Buffer[] = []
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true, useSharedStrings: false })
  book.created = new Date(at)
  book.modified = new Date(at)
  const cover = book.addWorksheet('封面')
  cover.columns = [{ width: 16 }, { width: 48 }]
  for (const { title, text } of head) cover.addRow([title, text]).commit()
  cover.commit()
  const list = book.addWorksheet('清单', { views: [{ state: 'frozen', ySplit: 1 }] })
  list.columns = itemColumns.map(({ width }) => ({ width }))
  const top = list.addRow(itemColumns.map(({ title }) => title))
  top.font = { bold: true }
  top.commit()
  for await (const { items, overdueDays } of pages) {
    for (const [index, item] of items.entries()) list.addRow(rowOf(item, overdueDays[index] ?? null)).commit()
  }
  list.commit()
  await book.commit()
  stream.end()
  await finished(stream)
  const out = openPieces()
  out.add(withoutTimes(Buffer.concat(pieces)))
  return out.end()
}

/** Over both, so that neither can be replaced alone. */
export function digestOver(json: string, xlsx: string): string {
  return createHash('sha256').update(`${json}  batch.json\n${xlsx}  batch.xlsx\n`).digest('hex')
}

function openPieces() {
  const parts: Buffer[] = []
  const hash = createHash('sha256')
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let bytes = 0
  const flush = () => {
    const all = Buffer.concat(waiting)
    for (let at = 0; at < all.length; at += partBytes) parts.push(all.subarray(at, at + partBytes))
    waiting = []
    waitingBytes = 0
  }
  return {
    add(piece: Buffer) {
      hash.update(piece)
      bytes += piece.length
      waiting.push(piece)
      waitingBytes += piece.length
      if (waitingBytes >= partBytes) flush()
    },
    end(): BatchFile {
      flush()
      return { parts, bytes, sha256: hash.digest('hex') }
    },
  }
}
