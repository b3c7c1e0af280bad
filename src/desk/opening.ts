import type { Bus } from '../bus.ts'
import type { LiveCalls } from '../calls/records/living.ts'
import type { ForcedNotice } from '../floor/agents/agent.ts'
import { isBusy } from '../floor/agents/agent.ts'
import { browserDevice } from '../floor/agents/credentials.ts'
import { chosenEndpoint } from '../floor/agents/devices.ts'
import type { Agents } from '../floor/agents/store.ts'
import { may } from '../people/person.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { AgentId, CallId, Instant } from '../platform/types.ts'
import { problems } from '../platform/web/problem.ts'
import { openAsk } from './asks.ts'
import type { Desks } from './desks.ts'
import type { Forced } from './forced.ts'
import type { LiveSocket } from './live-server.ts'
import type { ClientToServer } from './protocol.ts'
import { agentView, type Snapshots } from './snapshot.ts'
import type { Tabs } from './tabs/tabs.ts'

export interface OpeningParts {
  agents: Agents
  bus: Bus
  db: Db
  desks: Desks
  forced: Forced
  liveCalls: LiveCalls
  snapshots: Snapshots
  tabs: Tabs
  now(): Instant
  log: Log
}

export type Opened = Parameters<Parameters<ClientToServer['desk:open']>[1]>[0]

/** The opening of one page as the desk of its agent. */
export function openingOf(socket: LiveSocket, parts: OpeningParts) {
  const { agents, bus, desks, forced, liveCalls, snapshots, tabs, now, log } = parts
  const { session } = socket.data
  const agentId = String(session.person.id) as AgentId

  /** Opens the page as the desk of its agent: takes the phone and signs in to the floor. */
  async function open(given: unknown): Promise<Opened> {
    if (!may(session.person, 'desk') || session.agentNumber === null) {
      return { status: 'refused', message: problems['agent.not-an-agent'].title }
    }
    const ask = openAsk.safeParse(given)
    if (!ask.success) return { status: 'refused', message: problems['request.invalid'].title }
    const forcedOut = await keptOut(ask.data.signIn)
    if (forcedOut) return { status: 'signed-out', forced: forcedOut }
    const tab = { tabId: ask.data.tabId, socketId: socket.id }
    if ((await tabs.hold(session.id, tab, ask.data.takeOver)) === 'occupied') return { status: 'occupied' }
    const signed = await agents.signIn(agentId, session.id, await endpoint(), now())
    if (!signed) return { status: 'refused', message: problems['agent.not-an-agent'].title }
    bus.publish('desk.taken-over', { sessionId: session.id, ...tab })
    desks.add({ agentId, sessionId: session.id, socket, tab })
    await socket.join('desks')
    const snapshot = await snapshots.desk(session.person)
    if (!snapshot) throw new Error('agent missing on the floor right after sign-in')
    return { status: 'open', snapshot }
  }

  /** A supervisor signed this log-in out: it comes back when its agent says so, not by a reload of the page. */
  async function keptOut(wantsIn: boolean): Promise<ForcedNotice | null> {
    const notice = await forced.read(agentId)
    if (notice?.state !== 'OFFLINE') return null
    const agent = await agents.queue.agent(agentId)
    // A running call needs its desk.
    if (agent && (isBusy(agent.state) || agent.state === 'WRAP_UP') && agent.sessionId === session.id) return null
    if (wantsIn || notice.sessionId !== session.id) {
      await forced.clear(agentId)
      return null
    }
    await agents.queue.signOut(agentId, session.id, now())
    return notice
  }

  async function endpoint(): Promise<string> {
    try {
      return await chosenEndpoint(parts.db, session.person.id, session.id, now())
    } catch (error) {
      log.warn({ err: error }, 'database unreachable: using the phone known to the floor, or the browser')
      const onFloor = await agents.queue.agent(agentId)
      return onFloor?.endpoint && onFloor.sessionId === session.id ? onFloor.endpoint : browserDevice(session.id)
    }
  }

  /** Changes between the reading of a snapshot and its arrival reached the page too early. */
  async function followUp(snapshot: { me: { version: number }; call: { id: CallId; version: number } | null }) {
    const agent = await agents.queue.agent(agentId)
    if (agent && agent.version > snapshot.me.version) socket.emit('desk:agent', agentView(agent))
    const call = snapshot.call && (await liveCalls.view(snapshot.call.id))
    if (call && call.version > (snapshot.call?.version ?? 0)) socket.emit('desk:call', call)
  }

  return { open, followUp }
}
