import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../setup/files.ts'
import { run } from '../../setup/run.ts'
import type { Fault } from '../fault.ts'

/** All files of the hotline are on a small disk of their own: see `ground.ts`. */
const largestRoom = 2_000_000_000
const backLimitMs = 30_000
const chunkBytes = 1 << 16

/**
 * No byte left for databases, logs, pid files and recordings alike, and a role that dies in the middle of it. Talks go
 * on; new callers are answered, and served at the latest when there is space again.
 */
export const varFull: Fault = {
  name: 'var-full',
  goals: ['R11'],
  title: 'no room at all in var/: talks go on, and all is back by itself when there is room again',
  isShort: false,
  takesSound: true,
  fillsVar: true,
  async inflict(world) {
    const { varDir } = world.settings
    const { bavail, blocks, bsize } = await statfs(varDir)
    if (blocks * bsize > largestRoom) throw new Error('var/ has no room of its own here (no right to mount one)')
    const stopping = new AbortController()
    const filler = join(varDir, 'filler')
    // In a process of its own, at once: this process must not stop listening.
    await run('fallocate', ['-l', String((bavail - 64) * bsize), filler])
    const filling = keepFull(filler, stopping.signal)
    try {
      const isFull = async () => (await statfs(varDir)).bavail === 0
      if (!(await eventually(isFull, 5_000))) throw new Error('var/ could not be filled')
      await sleep(3_000)
      await world.kill(world.program('jobs'))
      await sleep(world.isFull ? 27_000 : 9_000, undefined, { signal: world.signal })
    } finally {
      stopping.abort()
      await filling
      await rm(filler, { force: true })
    }
    const freedAt = performance.now()
    const isBack = async () => world.program('jobs').pid() !== null && (await world.isReady())
    if (!(await eventually(isBack, backLimitMs, 200)))
      throw new Error(`not back ${backLimitMs / 1_000} s after there was space`)
    world.say(`back ${((performance.now() - freedAt) / 1_000).toFixed(1)} s after there was space`)
  },
}

/** Space that other programs free is filled at once. */
async function keepFull(filler: string, signal: AbortSignal): Promise<void> {
  const handle = await open(filler, 'a')
  try {
    for (let bytes = chunkBytes; !signal.aborted; ) {
      try {
        await handle.appendFile(Buffer.alloc(bytes))
      } catch {
        // Full except for this many bytes.
        if (bytes > 1) bytes = Math.ceil(bytes / 16)
        else await sleep(50)
      }
    }
  } finally {
    await handle.close()
  }
}
