import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import type { Session } from '../people/store.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import type { Origins } from '../platform/web/origin.ts'
import { guardEvents } from './event-budget.ts'
import type { LiveServer } from './live-server.ts'

/** A note of the longest kind is 40 kB in UTF-8. */
const longestMessage = 100 * 1024

export interface SocketParts {
  server: HttpServer
  origins: Origins
  now(): Instant
  /** The log-in, by the cookie of the request; null without one. */
  find(request: IncomingMessage): Promise<Session | null>
  log: Log
}

/** Socket.IO on our HTTP server, for people who are logged in, on pages of our own. */
export function openSockets(parts: SocketParts): LiveServer {
  const { log } = parts
  const sessions = new WeakMap<IncomingMessage, Session>()
  const io: LiveServer = new Server({
    path: '/socket.io/',
    serveClient: false,
    // Long polling would need the same process every time, behind any balancer.
    transports: ['websocket'],
    maxHttpBufferSize: longestMessage,
    pingInterval: 5_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
    destroyUpgrade: false,
    allowRequest(request, answer) {
      if (!parts.origins.isForUs(request) || !parts.origins.isOurPage(request)) {
        answer('foreign origin', false)
        return
      }
      parts.find(request).then(
        (session) => {
          if (session) sessions.set(request, session)
          answer(session ? null : 'not logged in', session !== null)
        },
        (error: unknown) => {
          log.warn({ err: error }, 'socket refused: session not readable')
          answer('try again', false)
        },
      )
    },
  })
  io.attach(parts.server)
  io.use((socket, next) => {
    const session = sessions.get(socket.request)
    if (!session) {
      next(new Error('session.required'))
      return
    }
    socket.data.session = session
    next()
  })
  guardEvents(io, parts)
  return io
}
