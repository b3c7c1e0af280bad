import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes atomically: no reader sees half a file, and only the owner can read a secret one. */
export async function writeWhole(file: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.tmp`
  try {
    await writeFile(draft, text, { mode })
    await rename(draft, file)
  } catch (error) {
    // A partial file would use up the missing space.
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
}

export async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

/** Polls until the answer is true; false after the time limit. */
export async function eventually(isTrue: () => Promise<boolean>, limitMs: number, everyMs = 50): Promise<boolean> {
  const until = performance.now() + limitMs
  for (;;) {
    if (await isTrue()) return true
    if (performance.now() >= until) return false
    await wait(everyMs)
  }
}
