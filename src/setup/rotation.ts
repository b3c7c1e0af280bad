import { copyFile, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'

const largestBytes = 50 * 1024 * 1024
const everyMs = 30_000

/**
 * Keeps each log below its size, with one older part beside it. Programs append to the file they have open, so it is
 * copied and emptied, not renamed.
 * @returns stops it
 */
export function rotateLogs(logDir: string, complain: (error: unknown) => void): () => void {
  const timer = setInterval(() => {
    rotateOnce(logDir, largestBytes).catch(complain)
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

export async function rotateOnce(logDir: string, limitBytes: number): Promise<void> {
  for (const name of await readdir(logDir)) {
    if (!name.endsWith('.log')) continue
    const file = join(logDir, name)
    if ((await stat(file)).size <= limitBytes) continue
    await copyFile(file, `${file}.1`)
    await truncate(file)
  }
}
