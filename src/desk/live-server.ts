import type { Server, Socket } from 'socket.io'
import type { Session } from '../people/store.ts'
import type { ClientToServer, ServerToClient } from './protocol.ts'

export interface SocketState {
  session: Session
}

/** No server sends events to another server, so that end of the protocol is empty. */
type NoEvents = Record<string, never>
export type LiveServer = Server<ClientToServer, ServerToClient, NoEvents, SocketState>
export type LiveSocket = Socket<ClientToServer, ServerToClient, NoEvents, SocketState>
