import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { explain, SetupFailure } from '../../../../../src/tools/setup/failure.ts'
import { takeNext } from '../../../../../src/tools/setup/servers/asterisk-root.ts'
import {
  aptValidity,
  expiredAt,
  explainExpiry,
  isOff,
  whoTakesOldLists,
} from '../../../../../src/tools/setup/servers/package-lists.ts'

const now = Date.UTC(2026, 10, 29, 20, 0, 0)
const said = (span: string) =>
  `E: Release file for http://mirror.invalid/debian/dists/sid/InRelease is expired (invalid since ${span}). Updates for this repository will not be applied.`

afterEach(() => vi.unstubAllEnvs())

test('apt says since when a list is past its date', () => {
  expect(expiredAt(said('23d 12h 20min 30s'), now)).toBe(Date.UTC(2026, 10, 6, 7, 39, 30))
  expect(expiredAt(said('5min 1s'), now)).toBe(now - 301_000)
  expect(expiredAt('E: Could not resolve mirror.invalid', now)).toBeNull()
})

test('the failure names the setting for a frozen mirror, and the day; another failure is left as it is', () => {
  const failure = explainExpiry(new SetupFailure('mmdebstrap failed', 'is the mirror reachable?', said('23d')), now)
  expect(explain(failure)).toContain('APT_CHECK_VALID_UNTIL=off')
  expect(explain(failure)).toContain('2026-11-06')
  const other = new SetupFailure('mmdebstrap failed', 'is the mirror reachable?', 'E: no route')
  expect(explainExpiry(other, now)).toBe(other)
})

test('the setting decides; without it what the machine’s own apt is set to', async () => {
  vi.stubEnv('APT_CHECK_VALID_UNTIL', 'off')
  expect(await whoTakesOldLists()).toBe('APT_CHECK_VALID_UNTIL=off')
  expect(aptValidity()).toEqual(['-o', 'Acquire::Check-Valid-Until=false'])
  vi.stubEnv('APT_CHECK_VALID_UNTIL', 'on')
  expect(await whoTakesOldLists()).toBeNull()
  expect(aptValidity()).toEqual(['-o', 'Acquire::Check-Valid-Until=true'])
  vi.stubEnv('APT_CHECK_VALID_UNTIL', '')
  expect(aptValidity()).toEqual([])
  expect(isOff('Acquire::Check-Valid-Until "false";\n')).toBe(true)
  expect(isOff('Acquire::Check-Valid-Until "0";')).toBe(true)
  expect(isOff('Acquire::Check-Valid-Until "true";')).toBe(false)
  expect(isOff('')).toBe(false)
})

test('an Asterisk that waits takes the place of the one before it, wherever an earlier change was cut off', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'roots-'))
  const root = join(dir, 'asterisk-root')
  const make = async (path: string, name: string) => {
    await mkdir(path)
    await writeFile(join(path, 'name'), name)
  }
  const nameOf = async (path: string) => (existsSync(path) ? readFile(join(path, 'name'), 'utf8') : null)
  await make(root, 'first')
  await takeNext(root)
  expect([await nameOf(root), await nameOf(`${root}.old`)]).toEqual(['first', null])
  await make(`${root}.next`, 'second')
  await takeNext(root)
  expect([await nameOf(root), await nameOf(`${root}.old`)]).toEqual(['second', 'first'])
  // Cut off between the two renames.
  await make(`${root}.next`, 'third')
  await rm(root, { recursive: true })
  await takeNext(root)
  expect([await nameOf(root), await nameOf(`${root}.old`), existsSync(`${root}.next`)]).toEqual([
    'third',
    'first',
    false,
  ])
  await rm(dir, { recursive: true })
})
