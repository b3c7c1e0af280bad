import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { patientOutput } from '../../../../src/platform/process/output.ts'

/** Linux has a disk that is always full. */
const fullDisk = '/dev/full'

async function aFile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'output-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return join(dir, 'file.log')
}

/** Opens the file under this number. */
function openAs(fd: number, file: string): void {
  const others: number[] = []
  for (let got = openSync(file, 'a'); got !== fd; got = openSync(file, 'a')) others.push(got)
  for (const other of others) closeSync(other)
}

test('what could not be written for want of room is written when there is room again', async () => {
  const file = await aFile()
  const fd = openSync(fullDisk, 'w')
  const output = patientOutput((lost) => `${lost} lost\n`, fd)
  output.write('one\n')
  output.write('two\n')
  closeSync(fd)
  openAs(fd, file)
  output.write('three\n')
  closeSync(fd)
  expect(await readFile(file, 'utf8')).toBe('one\ntwo\nthree\n')
})

test('what is too much to be kept is counted, and told once there is room', async () => {
  const file = await aFile()
  const fd = openSync(fullDisk, 'w')
  const output = patientOutput((lost) => `${lost} lost\n`, fd)
  const line = `${'x'.repeat(99_999)}\n`
  for (let lines = 0; lines < 13; lines += 1) output.write(line)
  closeSync(fd)
  openAs(fd, file)
  output.write('room\n')
  closeSync(fd)
  const text = await readFile(file, 'utf8')
  expect(text).toBe(`${line.repeat(10)}3 lost\nroom\n`)
})

test('a process whose log cannot be written goes on', async () => {
  const log = resolve(import.meta.dirname, '../../../../src/platform/process/log.ts')
  const script = `
    const { createLogger } = await import(${JSON.stringify(log)})
    const log = createLogger('calls', 'info')
    for (let line = 0; line < 100; line += 1) log.info({ line }, 'said')
    log.fatal('the last word')
    setTimeout(() => process.exit(7), 50)`
  const fd = openSync(fullDisk, 'w')
  onTestFinished(() => closeSync(fd))
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', fd, 'inherit'] })
  expect(await new Promise((done) => child.on('exit', done))).toBe(7)
})
