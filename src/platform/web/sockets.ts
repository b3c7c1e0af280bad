import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from '../process/log.ts'
import { rawProblem } from './errors.ts'
import type { ProblemCode } from './problem.ts'

/** Handles the websocket of one path. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>

/** Entry of every websocket. Unknown paths are refused and closed. */
export function dispatchUpgrades(server: HttpServer, paths: Record<string, Upgrade>, log: Log): void {
  server.on('upgrade', (request, socket: Duplex, head) => {
    // The peer may vanish while its request is examined.
    socket.on('error', (error) => log.debug({ err: error }, 'websocket error'))
    const path = request.url?.split('?')[0] ?? ''
    if (path === '/socket.io/') return
    const upgrade = paths[path]
    if (!upgrade) {
      refuseUpgrade(socket, 'page.not-found')
      return
    }
    upgrade(request, socket, head).catch((error: unknown) => {
      log.warn({ err: error, path }, 'websocket upgrade failed: refused')
      refuseUpgrade(socket, 'server.busy')
    })
  })
}

export function refuseUpgrade(socket: Duplex, code: ProblemCode): void {
  socket.end(rawProblem(code))
}

/** Cookies of a request that did not come through Fastify. */
export function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return null
}
