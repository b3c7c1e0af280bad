import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive, startedTick } from '../../../../src/platform/process/process-id.ts'
import { eventually } from '../../../../src/tools/setup/files.ts'
import { endLeftOver, type Kept, keep, restartDelay } from '../../../../src/tools/setup/keeper.ts'
import { readLivePid, writePid } from '../../../../src/tools/setup/pid.ts'

let dir: string
let folders: { runDir: string; logDir: string }
const kept: Kept[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'keeper-'))
  folders = { runDir: join(dir, 'run'), logDir: join(dir, 'log') }
})

afterEach(async () => {
  await Promise.all(kept.splice(0).map((program) => program.stop()))
  await rm(dir, { recursive: true, force: true })
})

async function aProgram(script: string, options: { stopLimitMs?: number } = {}): Promise<Kept> {
  const program = await keep({ name: 'sleeper', command: 'sh', args: ['-c', script], ...options }, folders)
  kept.push(program)
  return program
}

const pidFile = () => join(folders.runDir, 'sleeper.pid')

test('a program that is killed is started again, under a new number in its pid file', async () => {
  const program = await aProgram('exec sleep 60')
  const first = program.pid()
  expect(await readFile(pidFile(), 'utf8')).toBe(`${first}\n`)
  expect((await readLivePid(pidFile()))?.pid).toBe(first)
  program.kill('SIGKILL')
  expect(await eventually(async () => program.pid() !== null && program.pid() !== first, 5_000)).toBe(true)
  expect(await eventually(async () => (await readLivePid(pidFile()))?.pid === program.pid(), 5_000)).toBe(true)
})

test('what it says is in its log', async () => {
  await aProgram('echo out; echo err >&2; exec sleep 60')
  const log = join(folders.logDir, 'sleeper.log')
  expect(await eventually(async () => (await readFile(log, 'utf8')) === 'out\nerr\n', 5_000)).toBe(true)
})

test('a program that does not listen is ended, and its children with it', async () => {
  const program = await aProgram(`trap '' TERM; sleep 60 & echo $! > ${dir}/child; wait; wait; sleep 60`, {
    stopLimitMs: 300,
  })
  const childFile = join(dir, 'child')
  expect(await eventually(async () => (await readFile(childFile, 'utf8').catch(() => '')) !== '', 5_000)).toBe(true)
  const child = Number(await readFile(childFile, 'utf8'))
  const id = { pid: child, startedTick: startedTick(child) }
  await program.stop()
  expect(program.pid()).toBeNull()
  expect(await eventually(async () => !isAlive(id), 5_000)).toBe(true)
  expect(await readLivePid(pidFile())).toBeNull()
})

test('while a hold file is there it stays away', async () => {
  const program = await aProgram('exec sleep 60')
  const hold = join(folders.runDir, 'sleeper.hold')
  await writeFile(hold, '')
  program.kill('SIGKILL')
  expect(await eventually(async () => program.pid() === null, 5_000)).toBe(true)
  await rm(hold)
  expect(await eventually(async () => program.pid() !== null, 5_000)).toBe(true)
})

test('what cannot start is started less and less often, every five seconds at last', () => {
  const delays = Array.from({ length: 20 }, (_, deaths) => restartDelay(deaths, 0))
  expect(delays).toEqual(delays.toSorted((a, b) => a - b))
  expect(delays[0]).toBeLessThan(1_000)
  expect(delays.at(-1)).toBe(5_000)
})

// Six kills within a minute kept the controller away for ten seconds, and its callers were handed to the fallback.
test('what worked for some seconds is back at once, however often it was killed', () => {
  for (let deaths = 0; deaths < 20; deaths += 1) expect(restartDelay(deaths, 5_000)).toBe(restartDelay(0, 0))
  expect(restartDelay(10, 2_000)).toBe(3_000)
})

test('a pid file of a process that is no more means nobody, even when its number is used again', async () => {
  await writePid(pidFile(), process.pid)
  expect((await readLivePid(pidFile()))?.pid).toBe(process.pid)
  await writeFile(join(folders.runDir, 'sleeper.start'), '1\n')
  expect(await readLivePid(pidFile())).toBeNull()
  expect(await endLeftOver(folders.runDir, 'sleeper')).toBe(false)
  expect(await readdir(folders.runDir)).toEqual([])
})

test('what a killed set-up left behind is ended by the next', async () => {
  const program = await aProgram('exec sleep 60')
  await writeFile(join(folders.runDir, 'sleeper.hold'), '')
  expect(await endLeftOver(folders.runDir, 'sleeper')).toBe(true)
  expect(await eventually(async () => program.pid() === null, 5_000)).toBe(true)
})
