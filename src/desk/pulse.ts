import { browserDevice } from '../floor/agents/credentials.ts'
import { chosenEndpoint } from '../floor/agents/devices.ts'
import type { Agents } from '../floor/agents/store.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { closeDesk, type Desk, type Desks, signOutDesk } from './desks.ts'
import type { Forced } from './forced.ts'
import type { Snapshots } from './snapshot.ts'
import type { Tabs } from './tabs/tabs.ts'

export interface PulseParts {
  agents: Agents
  db: Db
  desks: Desks
  forced: Forced
  snapshots: Snapshots
  tabs: Tabs
  now(): Instant
}

export const pulseMs = 5_000

/** Signs of life of every open desk, to the floor and to the other web processes. Run every `pulseMs`. */
export async function pulse(parts: PulseParts): Promise<void> {
  await parts.forced.settle()
  const results = await Promise.allSettled(parts.desks.all().map((desk) => beat(desk, parts)))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
}

async function beat(desk: Desk, { agents, db, desks, forced, snapshots, tabs, now }: PulseParts): Promise<void> {
  if (!(await tabs.keep(desk.sessionId, desk.tab))) {
    // The announcement was lost: another tab has the phone.
    if (!desks.bySocket(desk.socket.id)) return
    closeDesk(desks, desk)
    desk.socket.emit('desk:taken-over')
    return
  }
  if (await agents.queue.heartbeat(desk.agentId, now())) return
  // A controller restores a floor that Redis lost, with all agents' states; only then are missing desks signed in
  // again.
  if (await agents.queue.isEmpty()) return
  const notice = await forced.read(desk.agentId)
  if (notice?.state === 'OFFLINE' && notice.sessionId === desk.sessionId) {
    signOutDesk(desks, desk, notice)
    return
  }
  const endpoint = await chosenEndpoint(db, Number(desk.agentId), desk.sessionId, now()).catch(() =>
    browserDevice(desk.sessionId),
  )
  await agents.signIn(desk.agentId, desk.sessionId, endpoint, now())
  const snapshot = await snapshots.desk(desk.socket.data.session.person)
  if (snapshot) desk.socket.emit('desk:snapshot', snapshot)
}
