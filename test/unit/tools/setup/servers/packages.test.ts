import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explain, SetupFailure } from '../../../../../src/tools/setup/failure.ts'
import { run } from '../../../../../src/tools/setup/run.ts'
import { findProgram } from '../../../../../src/tools/setup/servers/packages.ts'

test('programs are found on the PATH and by their full path', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'programs-'))
  const file = join(dir, 'hotline-test-program')
  await writeFile(file, '#!/bin/sh\n')
  await chmod(file, 0o755)
  expect(findProgram('hotline-test-program', dir)).toBe(file)
  expect(findProgram(file)).toBe(file)
  await rm(dir, { recursive: true })
  expect(findProgram('hotline-test-program', dir)).toBeNull()
})

test('a command that fails says what failed, what it said last and what to do', async () => {
  const failure = await run('sh', ['-c', 'seq 1 40; echo no space left >&2; exit 3'], {
    remedy: 'free some space',
  }).then(
    () => null,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(SetupFailure)
  const text = explain(failure)
  expect(text).toContain('exit code 3')
  expect(text).toContain('| no space left')
  expect(text).not.toContain('| 20\n')
  expect(text).toContain('What to do: free some space')
})

test('a program that is not there is called not installed', async () => {
  await expect(run('hotline-no-such-program', [])).rejects.toThrow('is not installed')
})
