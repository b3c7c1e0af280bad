import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Paper } from './paper.ts'

/** A paper as a PDF. It is set in a thread of its own: a page takes longer than the calls of a floor may wait. */

/** Of the Debian package fonts-noto-cjk: the song type that official documents are set in, with its rare characters. */
const folder = '/usr/share/fonts/opentype/noto'
export const paperFonts = { normal: `${folder}/NotoSerifCJK-Regular.ttc`, bold: `${folder}/NotoSerifCJK-Bold.ttc` }

export const hasPaperFonts = (): boolean => Object.values(paperFonts).every((path) => existsSync(path))

export interface PaperToSet {
  paper: Paper
  sha256: string
  fonts: typeof paperFonts
}

/** One after the other: a second thread would only take the processor from the calls. */
let last: Promise<unknown> = Promise.resolve()
let waiting = 0
const mostWaiting = 20

/** @returns null when too many wait already */
export function setPaper(paper: Paper, sha256: string): Promise<Buffer> | null {
  if (waiting >= mostWaiting) return null
  waiting += 1
  const work = last.catch(() => undefined).then(() => setNow({ paper, sha256, fonts: paperFonts }))
  last = work
  return work.finally(() => {
    waiting -= 1
  })
}

function setNow(workerData: PaperToSet): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), { workerData })
    worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)))
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread that sets papers ended with ${code}`)))
  })
}
