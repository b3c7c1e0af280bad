import type { CallView } from '../../calls/machine/view.ts'
import type { AgentView, FloorSnapshot } from '../../desk/protocol.ts'
import type { AgentState } from '../../floor/agents/agent.ts'
import type { DayFigures } from '../../floor/figures.ts'
import type { QueueFigures } from '../../floor/queue/queue.ts'
import type { Instant } from '../../platform/types.ts'

/** The data of the floor page, its order and its marks. Pure. */

export interface FloorView {
  agents: Map<string, AgentView>
  calls: Map<string, CallView>
  queue: QueueFigures
  day: DayFigures | null
}

export function fromSnapshot(snapshot: FloorSnapshot): FloorView {
  return {
    agents: new Map(snapshot.agents.map((agent) => [agent.id, agent])),
    calls: new Map(snapshot.calls.filter(isOpen).map((call) => [call.id, call])),
    queue: snapshot.queue,
    day: snapshot.day,
  }
}

export function withAgent(view: FloorView, agent: AgentView): FloorView {
  const known = view.agents.get(agent.id)
  if (known && agent.version < known.version) return view
  return { ...view, agents: new Map(view.agents).set(agent.id, agent) }
}

export function withCall(view: FloorView, call: CallView): FloorView {
  const known = view.calls.get(call.id)
  if (known && call.version < known.version) return view
  const calls = new Map(view.calls)
  if (isOpen(call)) calls.set(call.id, call)
  else calls.delete(call.id)
  return { ...view, calls }
}

function isOpen(call: CallView): boolean {
  return call.phase !== 'ended'
}

/** States that need attention come first. */
const rank: Record<AgentState, number> = {
  RINGING: 0,
  RESERVED: 0,
  HOLD: 1,
  TALKING: 2,
  OUTBOUND: 2,
  WRAP_UP: 3,
  READY: 4,
  NOT_READY: 5,
  BREAK: 6,
  OFFLINE: 9,
}

export function sortAgents(agents: Iterable<AgentView>, now: Instant): AgentView[] {
  return [...agents]
    .filter((agent) => agent.state !== 'OFFLINE')
    .sort(
      (a, b) =>
        markOf(b, now) - markOf(a, now) ||
        rank[a.state] - rank[b.state] ||
        a.since - b.since ||
        a.number.localeCompare(b.number),
    )
}

/** 0 usual, 1 the number is marked, 2 the tile as well. */
export type Mark = 0 | 1 | 2

const minute = 60_000
/** First mark, second mark, in a state that should not last. */
const limits: Partial<Record<AgentState, [number, number]>> = {
  RINGING: [15_000, 20_000],
  HOLD: [minute, 3 * minute],
  TALKING: [10 * minute, 20 * minute],
  OUTBOUND: [10 * minute, 20 * minute],
  WRAP_UP: [2 * minute, 5 * minute],
  NOT_READY: [10 * minute, 30 * minute],
  BREAK: [20 * minute, 40 * minute],
}

export function markOf(agent: AgentView, now: Instant): Mark {
  if (agent.state !== 'OFFLINE' && !agent.isReachable) return 2
  const limit = limits[agent.state]
  if (!limit) return 0
  const ms = now - agent.since
  return ms >= limit[1] ? 2 : ms >= limit[0] ? 1 : 0
}

/** The promise is an answer within 15 s: running rules of the hotline. */
export function waitMark(ms: number): Mark {
  return ms >= 60_000 ? 2 : ms >= 15_000 ? 1 : 0
}

export function inQueue(calls: Iterable<CallView>): CallView[] {
  const waiting = [...calls].filter((call) => call.phase === 'waiting' || call.phase === 'offering')
  return waiting.sort((a, b) => (a.queuedAt ?? a.arrivedAt) - (b.queuedAt ?? b.arrivedAt))
}

export function inProgress(calls: Iterable<CallView>): CallView[] {
  const others = [...calls].filter((call) => call.phase !== 'waiting' && call.phase !== 'offering')
  return others.sort((a, b) => a.arrivedAt - b.arrivedAt)
}
