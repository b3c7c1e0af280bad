import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../../desk/protocol.ts'
import type { Headers } from './people.ts'

/** A page that listens for tickets, without its screen. */
export type Watcher = Socket<ServerToClient, ClientToServer>

const openLimitMs = 30_000

/**
 * One that is cut off does not come back: nobody would ask for it to be told of tickets again.
 * @throws Error when it is not let in
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
