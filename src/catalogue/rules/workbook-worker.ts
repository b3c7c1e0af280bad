import { parentPort, workerData } from 'node:worker_threads'
import { readWorkbook, UnreadableWorkbook, type WorkbookRead } from './workbook.ts'

/** Reads one spreadsheet and ends: a large one takes seconds, in which the web role answers nobody else. */

const { bytes, mostRows }: { bytes: Uint8Array; mostRows: number } = workerData
const read: WorkbookRead = await readWorkbook(bytes, mostRows).catch((error: unknown) => {
  if (error instanceof UnreadableWorkbook) return { why: error.message }
  throw error
})
parentPort?.postMessage(read)
