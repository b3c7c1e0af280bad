import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Need, provide } from '../setup/servers/packages.ts'

/**
 * The wall clock of the private hotline's machine, for all of its programs at once; ours stays right. libfaketime sits
 * between them and the kernel, and leaves the monotonic clock alone, as a real clock step does. It does not wake a
 * process that sleeps until a wall-clock time; the kernel would.
 */
export interface Clock {
  /** The environment that every program has to be started with. */
  env: Record<string, string>
  /** Sets the clock to this distance from ours. Each program sees it within a second. */
  set(aheadMs: number): Promise<void>
}

const folders: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }

/** @throws SetupFailure when libfaketime is neither installed nor can be installed */
export async function openClock(dir: string, signal: AbortSignal): Promise<Clock> {
  const library = `/usr/lib/${folders[process.arch] ?? process.arch}/faketime/libfaketimeMT.so.1`
  const need: Need = {
    program: library,
    packages: ['libfaketime'],
    instead: 'name the faults that do not step the clock',
  }
  await provide([need], signal)
  const file = join(dir, 'clock')
  const set = (aheadMs: number): Promise<void> =>
    writeFile(file, `${aheadMs < 0 ? '-' : '+'}${Math.abs(aheadMs) / 1_000}\n`)
  await set(0)
  return {
    env: {
      // Before the allocator that Redis is linked with, which reads the time before libfaketime is ready.
      LD_PRELOAD: `${library}:libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    set,
  }
}
