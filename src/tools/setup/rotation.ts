import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isWithoutRoom } from '../../platform/process/disk.ts'

const largestBytes = 50 * 1024 * 1024
const everyMs = 30_000

/**
 * Keeps each log below its size, with one older part beside it. Programs append to an open file, so it is copied and
 * emptied, not renamed. Without space for the older part it is emptied nevertheless.
 * @returns stops it
 */
export function rotateLogs(logDir: string, complain: (error: unknown) => void): () => void {
  const timer = setInterval(() => {
    rotateOnce(logDir, largestBytes).catch(complain)
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** @throws AggregateError of the failed ones, after all have been tried */
export async function rotateOnce(logDir: string, limitBytes: number): Promise<void> {
  const names = (await readdir(logDir)).filter((name) => name.endsWith('.log'))
  const results = await Promise.allSettled(names.map((name) => rotate(join(logDir, name), limitBytes)))
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '))
}

async function rotate(file: string, limitBytes: number): Promise<void> {
  if ((await stat(file)).size <= limitBytes) return
  const older = `${file}.1`
  try {
    await pipeline(createReadStream(file), createWriteStream(older, { mode: 0o600 }))
  } catch (error) {
    if (!isWithoutRoom(error)) throw error
    await rm(older, { force: true })
  }
  await truncate(file)
}
