import { cpus } from 'node:os'
import { run } from '../setup/run.ts'

/**
 * The layout in which Asterisk has cores of its own, the first half of them, so that its budget is the same in all arms
 * however much the product uses beside it.
 */

/** This process and all that it starts from now on, as long as nobody moves them. */
export const pinUs = (): Promise<unknown> => pin(process.pid, 'others')

export const pinAsterisk = (pid: number): Promise<unknown> => pin(pid, 'asterisk')

async function pin(pid: number, whose: 'asterisk' | 'others'): Promise<unknown> {
  // All threads; those that they begin later inherit it.
  return run('taskset', ['--all-tasks', '--cpu-list', '--pid', coresOf(whose, cpus().length), String(pid)])
}

/** @throws Error on one core: there is nothing to divide */
export function coresOf(whose: 'asterisk' | 'others', cores: number): string {
  if (cores < 2) throw new Error('--pinned needs two cores at least')
  const half = Math.floor(cores / 2)
  return whose === 'asterisk' ? `0-${half - 1}` : `${half}-${cores - 1}`
}
