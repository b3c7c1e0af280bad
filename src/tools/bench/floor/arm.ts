import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Settings } from '../../../settings.ts'

/** The process of arm F or C. */
export interface FloorArm {
  readonly pid: number
  /** The key of its one call of flow C. */
  tell(step: 'consult' | 'join'): void
  close(): Promise<void>
}

/** @throws Error when it does not reach Asterisk */
export async function startFloorArm(settings: Settings, app: 'app' | 'ari-client' = 'app'): Promise<FloorArm> {
  const server = new URL(settings.ariUrl)
  server.username = settings.ARI_USERNAME
  server.password = settings.ariPassword
  const child = fork(resolve(import.meta.dirname, `${app}.ts`), [server.href], { execPath: process.execPath })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)])
  if (!first || child.pid === undefined) throw new Error(`the minimal ARI application ${app}.ts did not connect`)
  return {
    pid: child.pid,
    tell: (step) => child.send(step),
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
