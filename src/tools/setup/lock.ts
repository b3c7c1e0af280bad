import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isAlive, startedTick } from '../../platform/process/process-id.ts'
import { wait } from './files.ts'

/** Takes the lock file for this process. @returns null, or the id of the process that holds it */
export async function takeLock(file: string): Promise<number | null> {
  await mkdir(dirname(file), { recursive: true })
  for (;;) {
    try {
      await writeLock(file)
      return null
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const text = await readFile(file, 'utf8').catch(() => '')
    const [pid = '', tick = ''] = text.split('\n')
    if (isAlive({ pid: Number(pid), startedTick: tick })) return Number(pid)
    // Left by a process that was killed, unless it is just being written.
    if (text === '') await wait(100)
    await rm(file, { force: true })
  }
}

async function writeLock(file: string): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(`${process.pid}\n${startedTick(process.pid)}\n`)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

export async function releaseLock(file: string): Promise<void> {
  await rm(file, { force: true })
}

/** Waits for its turn, e.g. where two set-ups of one checkout unpack the same thing. */
export async function underLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while ((await takeLock(file)) !== null) {
    signal?.throwIfAborted()
    await wait(200)
  }
  try {
    return await work()
  } finally {
    await releaseLock(file)
  }
}
