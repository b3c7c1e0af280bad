import { cpus } from 'node:os'
import type { Kept } from '../setup/keeper.ts'
import { run } from '../setup/run.ts'

/**
 * The layout in which Asterisk has cores of its own, the first half of them, so that its budget is the same in all arms
 * however much the product uses beside it.
 */

/** This process and all its later children, unless they are moved. */
export const pinUs = (): Promise<unknown> => pin(process.pid, 'others')

/**
 * @returns why later figures may not be claimed: a restarted Asterisk is on its parent's cores
 * @throws Error when it does not run
 */
export async function pinAsterisk(asterisk: Pick<Kept, 'pid'> | undefined, move = pin): Promise<() => string[]> {
  const pid = asterisk?.pid() ?? null
  if (pid === null) throw new Error('--pinned: Asterisk does not run')
  await move(pid, 'asterisk')
  return () => (asterisk?.pid() === pid ? [] : ['Asterisk died, and has no cores of its own any more'])
}

async function pin(pid: number, whose: 'asterisk' | 'others'): Promise<unknown> {
  // All threads; later ones inherit it.
  return run('taskset', ['--all-tasks', '--cpu-list', '--pid', coresOf(whose, cpus().length), String(pid)])
}

/** @throws Error on one core: there is nothing to divide */
export function coresOf(whose: 'asterisk' | 'others', cores: number): string {
  if (cores < 2) throw new Error('--pinned needs two cores at least')
  const half = Math.floor(cores / 2)
  return whose === 'asterisk' ? `0-${half - 1}` : `${half}-${cores - 1}`
}
