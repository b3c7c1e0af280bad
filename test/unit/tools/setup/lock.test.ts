import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { releaseLock, takeLock, underLock } from '../../../../src/tools/setup/lock.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('the second to ask is told who has the lock', async () => {
  const file = join(dir, 'run/start.lock')
  expect(await takeLock(file)).toBeNull()
  expect(await takeLock(file)).toBe(process.pid)
  await releaseLock(file)
  expect(await takeLock(file)).toBeNull()
})

test('a lock of a process that was killed is nobody’s', async () => {
  const file = join(dir, 'start.lock')
  await writeFile(file, '999999999\n1\n')
  expect(await takeLock(file)).toBeNull()
})

test('work under one lock happens one after the other', async () => {
  const file = join(dir, 'unpack.lock')
  let inside = 0
  let most = 0
  const work = () =>
    underLock(file, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
    })
  await Promise.all([work(), work(), work()])
  expect(most).toBe(1)
})
