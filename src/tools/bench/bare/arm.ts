import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { BareAsk } from './app.ts'

/** The process of the bare arm. */
export interface BareArm {
  readonly pid: number
  /** e.g. `http://127.0.0.1:40123` */
  readonly pages: string
  close(): Promise<void>
}

export async function startBareArm(ask: BareAsk): Promise<BareArm> {
  const child = fork(resolve(import.meta.dirname, 'app.ts'), { execPath: process.execPath })
  const exited = once(child, 'exit')
  child.send(ask)
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)])
  if (!first || child.pid === undefined) throw new Error('the bare Fastify did not start')
  return {
    pid: child.pid,
    pages: String(first[0]),
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
