import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../../src/tools/setup/files.ts'
import { keep } from '../../../../../src/tools/setup/keeper.ts'
import { readLivePid } from '../../../../../src/tools/setup/pid.ts'
import { rotateOnce } from '../../../../../src/tools/setup/rotation.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'full-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
})

test('a program runs, and is started again, while neither its log nor its pid file can be written', async () => {
  const troubles: string[] = []
  const folders = { runDir: join(dir, 'run'), logDir: join(dir, 'log') }
  // Files where folders should be: as with a disk without room, nothing can be made below them.
  await writeFile(folders.runDir, '')
  await writeFile(folders.logDir, '')
  const program = await keep(
    { name: 'sleeper', command: 'sleep', args: ['60'] },
    { ...folders, onTrouble: (words) => troubles.push(words) },
  )
  onTestFinished(() => program.stop())
  const first = program.pid()
  expect(first).not.toBeNull()
  program.kill('SIGKILL')
  expect(await eventually(async () => program.pid() !== null && program.pid() !== first, 5_000)).toBe(true)
  const told = (name: string) => troubles.filter((words) => words.includes(name)).length
  expect(await eventually(async () => told('sleeper.log') >= 2 && told('sleeper.pid') >= 2, 5_000)).toBe(true)

  await rm(folders.runDir)
  const pidFile = join(folders.runDir, 'sleeper.pid')
  expect(await eventually(async () => (await readLivePid(pidFile))?.pid === program.pid(), 10_000)).toBe(true)
})

test('a program that cannot even be spawned is tried again', async () => {
  const deaths: string[] = []
  const program = await keep(
    { name: 'broken', command: 'sleep', args: ['60'], env: { BROKEN: 'a\0b' } },
    { runDir: join(dir, 'run'), logDir: join(dir, 'log'), onDeath: (_, how) => deaths.push(how) },
  )
  onTestFinished(() => program.stop())
  expect(await eventually(async () => deaths.length >= 2, 5_000)).toBe(true)
  expect(deaths[0]).toContain('null bytes')
})

test('a log that has grown too long is cut also where there is no room for its older part', async () => {
  await mkdir(join(dir, 'log'))
  const [full, other] = ['asterisk.log', 'web.log'].map((name) => join(dir, 'log', name)) as [string, string]
  for (const file of [full, other]) await writeFile(file, 'x'.repeat(100))
  await symlink('/dev/full', `${full}.1`)
  await rotateOnce(join(dir, 'log'), 50)
  expect(await readFile(full, 'utf8')).toBe('')
  expect(await readFile(other, 'utf8')).toBe('')
  expect(await readFile(`${other}.1`, 'utf8')).toBe('x'.repeat(100))
})

test('one log that cannot be cut keeps no other from it', async () => {
  await mkdir(join(dir, 'log'))
  const [broken, other] = ['a.log', 'b.log'].map((name) => join(dir, 'log', name)) as [string, string]
  for (const file of [broken, other]) await writeFile(file, 'x'.repeat(100))
  await mkdir(`${broken}.1`)
  await expect(rotateOnce(join(dir, 'log'), 50)).rejects.toThrow('a.log')
  expect(await readFile(broken, 'utf8')).toHaveLength(100)
  expect(await readFile(other, 'utf8')).toBe('')
})
