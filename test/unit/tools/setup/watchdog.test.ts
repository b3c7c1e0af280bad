import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../../../src/tools/setup/files.ts'
import { keep } from '../../../../src/tools/setup/keeper.ts'
import { watch } from '../../../../src/tools/setup/watchdog.ts'

const patience = { everyMs: 20, limitMs: 50, misses: 3 }

test('a program that lives and answers nobody is ended, and started again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'watchdog-'))
  const program = await keep(
    { name: 'sleeper', command: 'sleep', args: ['60'] },
    { runDir: join(dir, 'run'), logDir: join(dir, 'log') },
  )
  const first = program.pid()
  const told: string[] = []
  const dog = watch(
    program,
    async () => program.pid() !== first || !isHung,
    () => told.push('stuck'),
    patience,
  )
  let isHung = false
  await new Promise((done) => setTimeout(done, 200))
  expect(program.pid()).toBe(first)
  isHung = true
  program.kill('SIGSTOP')
  expect(await eventually(async () => program.pid() !== null && program.pid() !== first, 5_000)).toBe(true)
  expect(told).toEqual(['stuck'])
  dog.stop()
  await program.stop()
  await rm(dir, { recursive: true, force: true })
})

test('one that has not answered yet, or misses now and then, is left alone', async () => {
  const killed: string[] = []
  const program = { pid: () => 1, kill: (signal: NodeJS.Signals) => void killed.push(signal) }
  let looks = 0
  const starting = watch(
    program,
    async () => false,
    () => {},
    patience,
  )
  const stumbling = watch(
    program,
    async () => ++looks % 3 === 0,
    () => {},
    patience,
  )
  await new Promise((done) => setTimeout(done, 500))
  starting.stop()
  stumbling.stop()
  expect(killed).toEqual([])
})
