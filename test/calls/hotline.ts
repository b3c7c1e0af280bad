import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../src/settings.ts'
import { eventually } from '../../src/tools/setup/files.ts'
import { localUrl } from '../../src/tools/setup/hotline.ts'
import { readLivePid } from '../../src/tools/setup/pid.ts'
import type { Account } from '../../src/tools/setup/sample/sample.ts'
import { takeHotline } from './support/given.ts'
import { patienceMs } from './support/patience.ts'

/** The hotline under test, and what can be done to it from outside. */

const hotline = await takeHotline()

export type ProgramName = 'mariadb' | 'redis' | 'asterisk' | 'calls' | 'jobs' | 'web'

/** With the secrets of its servers: tests may look into each. */
export function settings(): Settings {
  return hotline.settings
}

export function pagesUrl(): string {
  return localUrl(settings())
}

export function account(username: string): Account {
  const found = hotline.accounts.find((known) => known.username === username)
  if (!found) throw new Error(`the sample has no ${username}`)
  return found
}

export async function pidOf(name: ProgramName): Promise<number | null> {
  return (await readLivePid(join(settings().varDir, `run/${name}.pid`)))?.pid ?? null
}

/** Where a test puts the pages that it looked at. */
export function picturesDir(): string {
  return join(hotline.logDir, 'pages')
}

export async function logOf(name: ProgramName): Promise<string> {
  return readFile(join(hotline.logDir, `${name}.log`), 'utf8')
}

/** As a crash: the program is started again by itself. Resolves when the old process is gone. */
export async function crash(name: ProgramName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const pid = await pidOf(name)
  if (pid === null) throw new Error(`${name} does not run`)
  process.kill(pid, signal)
  if (!(await eventually(async () => (await pidOf(name)) !== pid, patienceMs))) throw new Error(`${name} does not end`)
}

/** Takes a program away until `giveBack`. */
export async function takeAway(name: ProgramName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  await writeFile(holdFile(name), '')
  await crash(name, signal)
}

export async function giveBack(name: ProgramName): Promise<void> {
  await rm(holdFile(name), { force: true })
  if (!(await eventually(async () => (await pidOf(name)) !== null, patienceMs)))
    throw new Error(`${name} does not start`)
}

function holdFile(name: ProgramName): string {
  return join(settings().varDir, `run/${name}.hold`)
}

/** True when Asterisk, Redis and the database answer and the roles are there. */
export async function isReady(): Promise<boolean> {
  try {
    const response = await fetch(`${pagesUrl()}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return response.ok
  } catch {
    // Not ready: that is the answer.
    return false
  }
}

export async function untilReady(limitMs = patienceMs): Promise<void> {
  if (!(await eventually(isReady, limitMs))) throw new Error(`not ready within ${limitMs} ms`)
}
