import type { Bus } from '../bus.ts'
import type { CallView } from '../calls/machine/view.ts'
import type { Agents } from '../floor/agents/store.ts'
import type { Session } from '../people/store.ts'
import type { Log } from '../platform/process/log.ts'
import { patiently } from '../platform/process/patient.ts'
import type { AgentId, CallId, SessionId } from '../platform/types.ts'
import type { Announcements } from '../topics.ts'
import { closeDesk, type Desks, signOutDesk } from './desks.ts'
import type { Forced } from './forced.ts'
import { noHistory } from './history.ts'
import type { LiveServer } from './live-server.ts'
import { agentView, type Snapshots } from './snapshot.ts'

/** Carries what the other roles announce to the desks and floors that are open here. */

export interface CarryParts {
  agents: Pick<Agents, 'queue'>
  bus: Bus
  desks: Desks
  forced: Forced
  io: LiveServer
  snapshots: Snapshots
  log: Log
}

/** The caller is shown at once; what is known of earlier calls may come after this. */
const historyMs = 300
/** The phone rings long before this; after it the page's acknowledgement is not waited for. */
const shownMs = 10_000

/** @returns stops carrying */
export async function carryToDesks(parts: CarryParts): Promise<() => void> {
  const { agents, bus, desks, forced, io, snapshots, log } = parts
  /** Whose desk shows a call, so that it hears that the call is no longer its own. */
  const shownAt = new Map<CallId, AgentId>()
  /** Agents who take part in a call, as it was told last. */
  const taking = new Map<CallId, (AgentId | null)[]>()
  const stopping = new AbortController()

  async function pop({ agentId, offerId, call }: Announcements['call.popped']): Promise<void> {
    if (call.agentId === null || call.agentId === agentId) shownAt.set(call.id, agentId)
    const [desk] = desks.byAgent(agentId)
    if (!desk) return
    const reading = snapshots.history(call.id, desk.socket.data.session.person).catch((error: unknown) => {
      log.warn({ err: error, callId: call.id }, 'screen pop without earlier calls')
      return null
    })
    const inTime = await Promise.race([reading, after(historyMs)])
    desk.socket
      .timeout(shownMs)
      .emit('desk:pop', { offerId, call, history: inTime ?? noHistory }, (error: Error | null) => {
        if (error) log.info({ callId: call.id, agentId }, 'screen pop not acknowledged by the page')
        else bus.publish('pop.shown', { callId: call.id, offerId })
      })
    if (inTime) return
    const late = await reading
    if (late) desk.socket.emit('desk:history', { callId: call.id, history: late })
  }

  /** Asterisk's own queue requests no screen pop: earlier calls are sent as soon as such a call is shown. */
  async function tellHistory(callId: CallId, agentId: AgentId): Promise<void> {
    const open = desks.byAgent(agentId)
    const [desk] = open
    if (!desk) return
    const history = await snapshots.history(callId, desk.socket.data.session.person)
    for (const each of open) each.socket.emit('desk:history', { callId, history })
  }

  /** Views carry a version, so that one which is overtaken here is dropped there. */
  async function tellFloor(call: CallView): Promise<void> {
    if (!io.sockets.adapter.rooms.has('floor')) return
    io.to('floor').emit('floor:call', await snapshots.floorCall(call))
  }

  function tellCall(call: Announcements['call.changed']): void {
    void tellFloor(call)
    const before = shownAt.get(call.id)
    const others = call.parties.map(({ agentId }) => agentId)
    const known = taking.get(call.id) ?? []
    for (const id of new Set([before, call.agentId, ...others, ...known])) {
      if (id) for (const desk of desks.byAgent(id)) desk.socket.emit('desk:call', call)
    }
    if (call.phase === 'fallback' && call.agentId !== null && call.agentId !== before) {
      tellHistory(call.id, call.agentId).catch((error: unknown) =>
        log.warn({ err: error }, 'earlier calls not sent to the desk'),
      )
    }
    // A party who has just left is announced once more, so that their desk learns of it.
    if (others.length > 0) taking.set(call.id, others)
    else taking.delete(call.id)
    if (call.phase === 'ended' || call.agentId === null) shownAt.delete(call.id)
    else shownAt.set(call.id, call.agentId)
  }

  function tellAgent(agent: Announcements['agent.changed']): void {
    const view = agentView(agent)
    io.to('floor').emit('floor:agent', view)
    for (const desk of desks.byAgent(agent.id)) {
      if (agent.sessionId === null || agent.sessionId === desk.sessionId) desk.socket.emit('desk:agent', view)
    }
    if (agent.state === 'OFFLINE' || agent.reason === 'by-supervisor') followForced(agent.id)
  }

  /** The work of a call is over for an agent whom a supervisor has signed out in the meantime. */
  function followForced(agentId: AgentId): void {
    if (desks.byAgent(agentId).length === 0) return
    const follow = async () => {
      await forced.settle()
      const notice = await forced.read(agentId)
      const agent = await agents.queue.agent(agentId)
      if (notice?.state !== 'OFFLINE' || agent?.state !== 'OFFLINE') return
      for (const desk of desks.byAgent(agentId)) {
        if (desk.sessionId === notice.sessionId) signOutDesk(desks, desk, notice)
      }
    }
    follow().catch((error: unknown) =>
      log.warn({ err: error, agentId }, 'forced sign-out not sent: repeated at the next pulse'),
    )
  }

  function tellForced({ agentId, notice }: Announcements['agent.forced']): void {
    for (const desk of desks.byAgent(agentId)) desk.socket.emit('desk:forced', notice)
    if (notice.state === 'OFFLINE') followForced(agentId)
  }

  function takenOver({ sessionId, tabId, socketId }: Announcements['desk.taken-over']): void {
    for (const desk of desks.bySession(sessionId)) {
      if (desk.socket.id === socketId) continue
      closeDesk(desks, desk)
      // The same page with a new connection: the old one is dead and needs no notice.
      if (desk.tab.tabId !== tabId) desk.socket.emit('desk:taken-over')
    }
  }

  async function tellAllAnew(): Promise<void> {
    // The end of calls in the meantime was not announced; the snapshots show who has which call.
    shownAt.clear()
    taking.clear()
    for (const desk of desks.all()) {
      const snapshot = await snapshots.desk(desk.socket.data.session.person)
      if (snapshot) desk.socket.emit('desk:snapshot', snapshot)
    }
    if (io.sockets.adapter.rooms.has('floor')) io.to('floor').emit('floor:snapshot', await snapshots.floor())
  }

  const stops = [
    await bus.subscribe('call.popped', (popped) => {
      pop(popped).catch((error: unknown) => log.error({ err: error, callId: popped.call.id }, 'screen pop failed'))
    }),
    await bus.subscribe('call.changed', tellCall),
    await bus.subscribe('agent.changed', tellAgent),
    await bus.subscribe('agent.forced', tellForced),
    await bus.subscribe('desk.taken-over', takenOver),
    await bus.subscribe('exchange.changed', (changed) => {
      io.to('desks').emit('desk:exchange', changed)
    }),
    await bus.subscribe('queue.figures', (figures) => {
      io.to('desks').emit('desk:queue', figures)
      io.to('floor').emit('floor:queue', figures)
    }),
    await bus.subscribe('person.changed', ({ userId }) => renewSockets(io, (session) => session.person.id === userId)),
    await bus.subscribe('session.ended', ({ sessionId, reason }) => endSockets(io, sessionId, reason)),
    // The connection that reads the floor may come back a moment after the one that listens.
    bus.onBack(() => void patiently('fresh snapshots for the pages', tellAllAnew, { log, signal: stopping.signal })),
  ]
  return () => {
    stopping.abort()
    for (const stop of stops) stop()
  }
}

export const sessionRoom = (sessionId: SessionId): string => `session:${sessionId}`

/** Tells all pages of a log-in why it is over, and closes them. */
export function endSockets(io: LiveServer, id: SessionId, reason: Announcements['session.ended']['reason']): void {
  io.to(sessionRoom(id)).emit('session:ended', { reason })
  io.in(sessionRoom(id)).disconnectSockets(true)
}

/**
 * Pages whose log-in is not what it was: their connection is closed, and comes back by itself with what they may do now.
 * What they were let in to before, e.g. the floor, ends with the connection.
 */
export function renewSockets(io: LiveServer, isMeant: (session: Session) => boolean): void {
  for (const socket of io.sockets.sockets.values()) {
    if (!isMeant(socket.data.session)) continue
    socket.emit('session:changed')
    socket.conn.close()
  }
}

function after(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms))
}
