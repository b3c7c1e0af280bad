import { Worker } from 'node:worker_threads'
import { inflateRawSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import type { Cell, SheetRow } from './sheet.ts'

/** Spreadsheets (XLSX) by exceljs: a table in, a table out. Whose cells mean what is no concern of this file. */

export interface Table {
  name: string
  heads: readonly { title: string; width: number }[]
  rows: readonly (readonly string[])[]
}

/** The same content gives the same sheets; only times of the ZIP differ. */
export async function writeWorkbook(tables: readonly Table[], at: number): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook()
  book.created = new Date(at)
  book.modified = new Date(at)
  for (const { name, heads, rows } of tables) {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] })
    sheet.columns = heads.map(({ width }) => ({ width, style: { numFmt: '@' } }))
    const head = sheet.addRow(heads.map(({ title }) => title))
    head.font = { bold: true }
    for (const row of rows) sheet.addRow([...row])
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: heads.length } }
  }
  return new Uint8Array(await book.xlsx.writeBuffer())
}

export class UnreadableWorkbook extends Error {}

/**
 * Rows of the first sheet, with what each cell shows.
 * @throws UnreadableWorkbook for what is no XLSX, or would unpack to more than it may
 */
export async function readWorkbook(bytes: Uint8Array, mostRows: number): Promise<SheetRow[]> {
  requireBounded(bytes)
  const book = new ExcelJS.Workbook()
  try {
    await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
  } catch (error) {
    throw new UnreadableWorkbook('no XLSX', { cause: error })
  }
  const [sheet] = book.worksheets
  if (!sheet) throw new UnreadableWorkbook('no sheet')
  const rows: SheetRow[] = []
  sheet.eachRow((row, number) => {
    // One more than may be: the table says that it is too long.
    if (rows.length > mostRows + 1) return
    const cells: Cell[] = []
    const count = Math.min(row.cellCount, mostColumns)
    for (let at = 1; at <= count; at += 1) cells.push(shown(row.getCell(at).value))
    rows.push({ row: number, cells })
  })
  return rows
}

/** What the thread answers. */
export type WorkbookRead = SheetRow[] | { why: string }

/** A table of five thousand rows takes two seconds and some 150 MB. */
const longestMs = 20_000
const mostHeapMb = 512

/**
 * The same in a thread of its own, with a limit of time and memory.
 * @throws UnreadableWorkbook also for one that goes beyond them
 */
export function readWorkbookAside(bytes: Uint8Array, mostRows: number): Promise<SheetRow[]> {
  const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
    workerData: { bytes, mostRows },
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
  })
  return new Promise<SheetRow[]>((resolve, reject) => {
    const timer = setTimeout(() => void worker.terminate(), longestMs)
    worker.once('message', (read: WorkbookRead) => {
      if ('why' in read) reject(new UnreadableWorkbook(read.why))
      else resolve(read)
    })
    worker.once('error', (error) => reject(new UnreadableWorkbook('not read', { cause: error })))
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new UnreadableWorkbook('takes too long'))
    })
  })
}

const mostColumns = 30

/** Dates are read in UTC fields: exceljs keeps the wall clock of the sheet there. */
function shown(value: ExcelJS.CellValue): Cell {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? { fault: '日期无法读取' } : value.toISOString().slice(0, 10)
  }
  if (typeof value !== 'object') return clean(String(value))
  if ('richText' in value) return clean(value.richText.map(({ text }) => text).join(''))
  if ('error' in value) return { fault: `单元格是错误值 ${value.error}` }
  if ('hyperlink' in value) return clean(String(value.text))
  if ('result' in value) return shown(value.result ?? '')
  if ('formula' in value || 'sharedFormula' in value) return { fault: '公式没有结果，请改为填写文字' }
  return { fault: '单元格的内容无法读取' }
}

/** Invisible characters and outer blanks taken off. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim()
}

const mostUnpacked = 64 * 1024 * 1024
const mostEntries = 200

/**
 * An XLSX is a ZIP: what it says of its sizes may be a lie, so each part is unpacked once with a limit before the
 * library, which knows no limit, unpacks it.
 * @throws UnreadableWorkbook
 */
function requireBounded(bytes: Uint8Array): void {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = mostUnpacked
  for (const { method, start, length } of entriesOf(zip)) {
    if (method === 0) {
      left -= length
    } else if (method === 8) {
      try {
        left -= inflateRawSync(zip.subarray(start, start + length), { maxOutputLength: Math.max(1, left) }).length
      } catch (error) {
        throw new UnreadableWorkbook('broken, or unpacks to too much', { cause: error })
      }
    } else throw new UnreadableWorkbook(`compression ${method}`)
    if (left < 0) throw new UnreadableWorkbook('unpacks to too much')
  }
}

/** The central directory (APPNOTE 4.3.12). @throws UnreadableWorkbook */
function entriesOf(zip: Buffer): { method: number; start: number; length: number }[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + 22 > zip.length) throw new UnreadableWorkbook('no ZIP')
  const count = zip.readUInt16LE(end + 10)
  if (count === 0 || count > mostEntries) throw new UnreadableWorkbook(`${count} parts`)
  const entries: { method: number; start: number; length: number }[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let n = 0; n < count; n += 1) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw new UnreadableWorkbook('broken directory')
    const local = zip.readUInt32LE(at + 42)
    if (local + 30 > zip.length || zip.readUInt32LE(local) !== 0x04034b50) throw new UnreadableWorkbook('broken part')
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    entries.push({ method: zip.readUInt16LE(at + 10), start, length: zip.readUInt32LE(at + 20) })
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}
