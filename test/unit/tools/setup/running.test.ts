import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { loadSettings } from '../../../../src/settings.ts'
import { takeLock } from '../../../../src/tools/setup/lock.ts'
import { claimPorts } from '../../../../src/tools/setup/ports.ts'
import { noteRunning, runningFile } from '../../../../src/tools/setup/running.ts'

let varDir: string
beforeEach(async () => {
  varDir = await mkdtemp(join(tmpdir(), 'running-'))
  onTestFinished(() => rm(varDir, { recursive: true, force: true }))
})

/** A script as it is run from another window, with this and nothing else of ours in the environment. */
function script(name: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const file = resolve(import.meta.dirname, '../../../../src/tools/setup', name)
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env.PATH, ...env } })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  return new Promise((done) => child.on('close', (code) => done({ code, said })))
}

test('a script finds the hotline of its folder on whatever ports that was started', async () => {
  const asked: string[] = []
  const pages = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(503).end('not yet')
  })
  await new Promise<void>((done) => pages.listen(0, '127.0.0.1', done))
  onTestFinished(() => void pages.close())
  const { port } = pages.address() as AddressInfo
  await noteRunning(loadSettings({ HOTLINE_VAR: varDir, HTTP_PORT: String(port) }))
  const { code, said } = await script('demo.ts', [], { HOTLINE_VAR: varDir })
  expect(code).toBe(1)
  expect(asked).toEqual(['/readyz'])
  const where = `http://127.0.0.1:${port}/readyz`
  expect(said).toContain(`the hotline of ${varDir} (process ${process.pid}) is not ready at ${where}: 503 not yet`)
})

test('without a hotline a script says where it has looked, and what to set', async () => {
  const port = await claimPorts(1)
  const { code, said } = await script('demo.ts', [], { HOTLINE_VAR: varDir, HTTP_PORT: String(port) })
  expect(code).toBe(1)
  expect(said).toContain(
    `none has left ${runningFile(varDir)}, and http://127.0.0.1:${port}/readyz says: connect ECONNREFUSED`,
  )
  expect(said).toContain('set the same HOTLINE_VAR here as there')
})

test('seed goes to the port of the hotline that runs, and names it when it does not answer', async () => {
  const port = await claimPorts(1)
  expect(await takeLock(join(varDir, 'run/start.lock'))).toBeNull()
  await noteRunning(loadSettings({ HOTLINE_VAR: varDir, DATABASE_PORT: String(port) }))
  const { code, said } = await script('seed.ts', ['--tickets', '1'], { HOTLINE_VAR: varDir })
  expect(code).toBe(1)
  expect(said).toContain(`a server at 127.0.0.1:${port} does not answer: connect ECONNREFUSED`)
  expect(said).not.toContain('Failed query')
})

test('seed refuses to look for a private database beside a hotline that has another one', async () => {
  const DATABASE_URL = 'mysql://hotline:secret@db.example:3306/hotline'
  await noteRunning(loadSettings({ HOTLINE_VAR: varDir, DATABASE_URL }))
  expect(await readFile(runningFile(varDir), 'utf8')).not.toContain('secret')
  const { code, said } = await script('seed.ts', ['--tickets', '1'], { HOTLINE_VAR: varDir })
  expect(code).toBe(1)
  expect(said).toContain('has the database db.example:3306/hotline')
  expect(said).toContain('set the same DATABASE_URL here')
})
