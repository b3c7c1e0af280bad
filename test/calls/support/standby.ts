import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentOf } from '../../../src/tools/setup/environment.ts'
import { settings } from '../hotline.ts'

/** A second controller for the same Asterisk, started as operations.md says: by hand, with the same settings. */
export interface Standby {
  readonly pid: number
  log(): Promise<string>
  stop(): Promise<void>
}

export async function startStandby(): Promise<Standby> {
  const logFile = join(settings().varDir, 'log', `standby-${Date.now()}.log`)
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: environmentOf(settings(), 'calls'),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<void>((done) => child.on('exit', () => done()))
  return {
    pid: child.pid ?? 0,
    log: () => readFile(logFile, 'utf8'),
    async stop() {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await ended
    },
  }
}
