import type { ForcedNotice } from '../floor/agents/agent.ts'
import type { AgentId, SessionId } from '../platform/types.ts'
import type { LiveSocket } from './live-server.ts'
import type { Tab } from './tabs/tabs.ts'

/** The open desk pages of this web process, by agent and by socket. */

export interface Desk {
  agentId: AgentId
  sessionId: SessionId
  socket: LiveSocket
  tab: Tab
}

export interface Desks {
  add(desk: Desk): void
  remove(socketId: string): void
  bySocket(socketId: string): Desk | undefined
  byAgent(id: AgentId): Desk[]
  bySession(id: SessionId): Desk[]
  all(): Desk[]
}

export function makeDesks(): Desks {
  const desks = new Map<string, Desk>()
  const all = (): Desk[] => [...desks.values()]
  return {
    add: (desk) => void desks.set(desk.socket.id, desk),
    remove: (socketId) => void desks.delete(socketId),
    bySocket: (socketId) => desks.get(socketId),
    byAgent: (id) => all().filter((desk) => desk.agentId === id),
    bySession: (id) => all().filter((desk) => desk.sessionId === id),
    all,
  }
}

/** By a supervisor: the page says so, and asks before it signs in again. */
export function signOutDesk(desks: Desks, desk: Desk, notice: ForcedNotice): void {
  closeDesk(desks, desk)
  desk.socket.emit('desk:signed-out', notice)
}

/** The page stays, but is no longer a desk. */
export function closeDesk(desks: Desks, desk: Desk): void {
  desks.remove(desk.socket.id)
  void desk.socket.leave('desks')
}
