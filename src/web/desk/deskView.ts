import type { CallView } from '../../calls/machine/view.ts'
import type { AgentView, CallerHistory, DeskSnapshot } from '../../desk/protocol.ts'
import type { ForcedNotice } from '../../floor/agents/agent.ts'
import { isBusy } from '../../floor/agents/agent.ts'
import type { QueueFigures } from '../../floor/queue/queue.ts'
import type { CallId, OfferId } from '../../platform/types.ts'

/**
 * What the desk knows, and how each message changes it. Pure.
 * Messages may come late, twice or in another order than they were made: the version decides, and a snapshot wins.
 */

export interface Pop {
  offerId: OfferId
  call: CallView
  history: CallerHistory
}

export interface DeskView {
  me: AgentView | null
  call: CallView | null
  history: CallerHistory | null
  /** Null: unknown. A zero would mean that no caller waits. */
  queue: QueueFigures | null
  /** What a supervisor has set, until it is read. */
  forced: ForcedNotice | null
  /** Kept, because the agent's own state may still be on its way when the caller is already shown. */
  lastPop: Pop | null
}

export const emptyDesk: DeskView = {
  me: null,
  call: null,
  history: null,
  queue: null,
  forced: null,
  lastPop: null,
}

export function withSnapshot(snapshot: DeskSnapshot): DeskView {
  const { me, call, history, queue, forced } = snapshot
  return { me, call, history, queue, forced, lastPop: null }
}

export function withPop(view: DeskView, pop: Pop): DeskView {
  const isKnown = view.call?.id === pop.call.id && view.call.version > pop.call.version
  return { ...view, call: isKnown ? view.call : pop.call, history: pop.history, lastPop: pop }
}

/** The database was slow: the caller's card was shown without it. */
export function withHistory(view: DeskView, late: { callId: CallId; history: CallerHistory }): DeskView {
  return view.call?.id === late.callId ? { ...view, history: late.history } : view
}

export function withAgent(view: DeskView, me: AgentView): DeskView {
  if (view.me && me.version < view.me.version) return view
  const next = { ...view, me }
  if (me.offerId !== null && me.offerId === view.lastPop?.offerId && view.call === null) {
    return { ...next, call: view.lastPop.call, history: view.lastPop.history }
  }
  const isFree = !isBusy(me.state) && me.state !== 'WRAP_UP'
  return isFree ? { ...next, call: null, history: null } : next
}

export function withCall(view: DeskView, call: CallView): DeskView {
  if (view.call?.id === call.id) {
    if (call.version < view.call.version) return view
    // Taken from this agent, e.g. after a missed ring: it belongs to another agent now.
    if (call.phase === 'waiting') return { ...view, call: null, history: null }
    return { ...view, call }
  }
  const isMine = view.me !== null && call.agentId === view.me.id && withAgentPhases.has(call.phase)
  // Another call of ours: the caller's card must not show the former caller's history.
  return isMine ? { ...view, call, history: null } : view
}

const withAgentPhases = new Set<CallView['phase']>(['offering', 'dialling', 'talking', 'fallback'])

/** This agent is placing a call: their own phone is about to ring, or the citizen's does. */
export function isDialling({ me, call }: Pick<DeskView, 'me' | 'call'>): boolean {
  return me !== null && call?.phase === 'dialling' && call.agentId === me.id
}

/**
 * Talking or calling on the server, yet this page's phone is in no call: it was reloaded, or took the phone over.
 * @param left a call that the agent hung up at the phone, whatever the server still says of it
 */
export function mustRejoin(view: DeskView, left: CallId | null): boolean {
  const { me, call } = view
  if (me === null || !call || call.agentId !== me.id || call.id === left) return false
  const isCalling = call.phase === 'dialling' && call.parties.some(({ agentId, isUp }) => agentId === me.id && isUp)
  return call.phase === 'talking' || isCalling
}
