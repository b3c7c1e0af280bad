import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../setup/files.ts'
import type { Fault } from '../fault.ts'

/** Recordings are on a small disk of their own: see `ground.ts`. */
export const diskFull: Fault = {
  name: 'disk-full',
  goals: ['R11'],
  title: 'no space for recordings: calls go on, and a warning appears',
  isShort: false,
  takesSound: true,
  async inflict(world) {
    const folder = join(world.settings.spoolDir, 'recording')
    const filler = join(folder, 'filler')
    const { bavail, blocks, bsize } = await statfs(folder)
    if (blocks * bsize > 1_000_000_000)
      throw new Error('the recordings have no room of their own here (no right to mount one)')
    try {
      // A failed end does not matter: as much as fits is written.
      await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => undefined)
      const begunAt = performance.now()
      if (!(await eventually(async () => (await world.warnings()).includes('recordings.room-short'), 30_000, 500))) {
        throw new Error('no warning within 30 s')
      }
      world.say(`warned after ${((performance.now() - begunAt) / 1_000).toFixed(1)} s`)
    } finally {
      await rm(filler, { force: true })
    }
  },
}
