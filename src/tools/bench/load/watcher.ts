import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../../desk/protocol.ts'
import type { Headers } from './people.ts'

/** A page that listens for tickets, without its screen. */
export type Watcher = Socket<ServerToClient, ClientToServer>

const openLimitMs = 30_000

/**
 * One that is disconnected does not come back: it would not subscribe to tickets again.
 * @throws Error when it is refused
 */
export async function openWatcher(pages: string, headers: Headers): Promise<Watcher> {
  const socket: Watcher = io(pages, {
    ...{ forceNew: true, transports: ['websocket'], extraHeaders: headers, reconnection: false },
  })
  const answer = await socket
    .timeout(openLimitMs)
    .emitWithAck('tickets:watch')
    .catch(() => null)
  if (answer?.isWatching) return socket
  socket.disconnect()
  throw new Error(answer ? 'a page may not watch tickets' : 'a page was not let in')
}
