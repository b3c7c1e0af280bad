import type { Bus } from '../../bus.ts'
import type { Agents } from '../../floor/agents/store.ts'
import type { OngoingTalk, Part, QueueFigures, TakenPart, WaitingCall } from '../../floor/queue/queue.ts'
import type { KnownCall } from '../../floor/queue/waiting.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { Log } from '../../platform/process/log.ts'
import { openStepWatch } from '../../platform/process/time.ts'
import type { AgentId, CallId, Instant, OfferId } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Call } from '../machine/call.ts'
import { isPlacing } from '../machine/outgoing/placing.ts'
import { answerableOf, isCallerOnHold, pendingOf } from '../machine/party.ts'

/** An agent's page without a sign of life for this long counts as closed. */
const deskGraceMs = 15_000

export interface FloorParts {
  agents: Agents
  bus: Bus
  node: string
  timings: Timings
  calls(): Call[]
  /** Talks that Asterisk's own queue has connected. */
  fallbackTalks(): OngoingTalk[]
  /** The calls that an earlier controller left are taken on; before that silence means nothing. */
  isSettled(): boolean
  /** Desks are heard through a web role. */
  isWebHere(): Promise<boolean>
  /** The queue ended an offer whose controller seemed dead. */
  onOfferExpired(callId: CallId, offerId: OfferId): void
  onQueueMoved(): void
  /** How often Redis went away until now. */
  redisLosses(): number
  /** Redis was unreachable and may have been restored to an earlier state: the live calls are written to it again. */
  retell(): Promise<void>
  /** Redis lost the floor and it was rebuilt: its other contents have to be written again. */
  onRebuilt(): Promise<void>
  now(): Instant
  log: Log
}

export interface FloorCare {
  /** Redis was reachable since floor and calls were compared: no agent in a talk is listed there as free. */
  isTrue(): boolean
  duties: Duty[]
}

/** Periodic duties that no request triggers: expiry on the floor, figures for the pages, and repairs. */
export function careForFloor(parts: FloorParts): FloorCare {
  const { agents, now } = parts
  const { queue } = agents
  let told = ''

  async function tellFigures(): Promise<void> {
    const figures: QueueFigures = await queue.figures()
    const text = JSON.stringify(figures)
    if (text === told) return
    told = text
    parts.bus.publish('queue.figures', figures)
  }

  async function rebuildIfLost(): Promise<void> {
    if (!parts.isSettled() || !(await queue.isEmpty())) return
    const calls = { talks: talks(), waiting: waitingOf(parts.calls()) }
    if (!(await agents.rebuild(calls, now(), parts.timings.wrapUpMs))) return
    await parts.onRebuilt()
    // Of a call with several agents only one was put back.
    await reconcile()
  }

  const talks = (): OngoingTalk[] => [...talksOf(parts.calls()), ...parts.fallbackTalks()]

  let compared = parts.redisLosses()
  const isTrue = (): boolean => compared === parts.redisLosses()

  async function compareAfterLoss(): Promise<void> {
    const losses = parts.redisLosses()
    // One that is empty has to be built first.
    if (isTrue() || !parts.isSettled() || (await queue.isEmpty())) return
    await parts.retell()
    await reconcile()
    // Pages may have read what Redis knew before.
    parts.bus.missed()
    compared = losses
    parts.onQueueMoved()
  }

  /** Floor and calls must agree; a step that failed while Redis was unreachable is repeated here. */
  async function reconcile(): Promise<void> {
    if (!parts.isSettled()) return
    const ours = new Map(parts.calls().map((call) => [call.id, call]))
    const floor = new Map((await queue.calls()).map((kept) => [kept.callId, kept]))
    const ongoing = talks()
    const whoTalks = new Map(ongoing.map((talk) => [talk.callId, talk.agentId]))
    for (const kept of floor.values()) {
      if (kept.node !== parts.node) continue
      await clearUpParts(kept, ours.get(kept.callId))
      if (whoTalks.get(kept.callId) !== kept.agentId) await clearUp(kept, ours.get(kept.callId))
    }
    for (const part of partsOf(parts.calls())) {
      if (floor.get(part.callId)?.parts.get(part.agentId) !== part.role) await queue.takePart(part, now())
    }
    for (const talk of ongoing) {
      if (floor.get(talk.callId)?.parts.has(talk.agentId)) continue
      // A floor that Redis has just lost would take a call that it does not know for one that is over.
      if (floor.has(talk.callId)) await queue.leave(talk.callId, now())
      await queue.restoreTalk(talk, now())
    }
    for (const waiting of waitingOf(parts.calls())) await queue.enqueue(waiting)
    parts.onQueueMoved()
  }

  /** Agents who were asked into a call and are not in it any more. */
  async function clearUpParts({ callId, agentId, parts: known }: KnownCall, call: Call | undefined): Promise<void> {
    // Reserved in this moment: the call itself will say so in the next one.
    if (call && pendingOf(call)?.step === 'RESERVED') return
    for (const id of known.keys()) {
      const isThere = call?.parties.some(({ agent }) => agent?.agentId === id) ?? false
      if (id !== agentId && !isThere) await queue.finishCall(id, callId, now(), parts.timings.wrapUpMs)
    }
  }

  /** The floor says that an agent has this call, or that it waits; the call itself is authoritative. */
  async function clearUp(kept: { callId: CallId; agentId: AgentId | null }, call: Call | undefined): Promise<void> {
    const { stage } = call ?? {}
    const isOver = !stage || stage.phase === 'ended' || stage.phase === 'ending'
    const isTheirs = stage?.phase === 'talking' || stage?.phase === 'dialling'
    const talksTo = call && isTheirs ? (answerableOf(call)?.agent.agentId ?? null) : null
    // Just accepted: the call itself will say so in a moment.
    if (stage?.phase === 'offering') return
    if (kept.agentId && kept.agentId !== talksTo) {
      await queue.finishCall(kept.agentId, kept.callId, now(), parts.timings.wrapUpMs)
    } else if (isOver && !kept.agentId) {
      await queue.leave(kept.callId, now())
    }
  }

  const isSteady = openSteadiness(deskGraceMs)

  const stepOfClock = openStepWatch(now)
  let toFollowMs = 0
  /** Before anything is done by the new time: else every offer and wrap-up is over at once, or none for an hour. */
  async function followClock(): Promise<void> {
    const stepMs = stepOfClock()
    if (stepMs !== 0) parts.log.warn({ stepMs }, 'clock step detected: offers, wrap-ups and the line moved along')
    toFollowMs += stepMs
    if (toFollowMs === 0) return
    await queue.followClock(now(), toFollowMs, parts.node)
    toFollowMs = 0
  }

  async function endWhatIsOver(): Promise<void> {
    await followClock()
    await queue.endWrapUps(now())
    for (const offer of await queue.expire(now())) parts.onOfferExpired(offer.callId, offer.id)
    parts.onQueueMoved()
  }

  async function missDesks(): Promise<void> {
    // Fails while Redis is unreachable. This leaves a gap, after which the silence of the desks does not count.
    await queue.isEmpty()
    // A web role that is down leaves a gap, too: then no desk can be heard, however healthy it is.
    if (!(await parts.isWebHere())) return
    if (isSteady(now(), performance.now())) await queue.missing(now(), deskGraceMs)
  }

  return {
    isTrue,
    duties: [
      { everyMs: 250, name: 'expiry of offers and wrap-ups', work: endWhatIsOver },
      { everyMs: 250, name: 'comparison after a loss of Redis', work: compareAfterLoss },
      { everyMs: 500, name: 'figures of the queue', work: tellFigures },
      { everyMs: 1_000, name: 'rebuild of the floor', work: rebuildIfLost },
      { everyMs: 2_000, name: 'sign-out of lost desks', work: missDesks },
      { everyMs: 5_000, name: 'comparison of floor and calls', work: reconcile },
      { everyMs: 60_000, name: 'agents in the database', work: () => agents.catchUp() },
    ],
  }
}

/** Two looks are 2 s apart; a longer pause means that this process, Redis or the clock was unavailable or jumped. */
const longestGapMs = 6_000

/**
 * The silence of desks counts only while everything here runs normally: after a gap, or a clock step, each desk first
 * gets its whole grace period again.
 * @returns asked at every look that succeeded: may silence be trusted now?
 */
export function openSteadiness(graceMs: number): (wall: Instant, monotonic: number) => boolean {
  let last: { wall: Instant; monotonic: number } | null = null
  let quietUntil = 0
  return (wall, monotonic) => {
    const gap = last === null ? Number.POSITIVE_INFINITY : monotonic - last.monotonic
    const step = last === null ? 0 : Math.abs(wall - last.wall - gap)
    if (gap > longestGapMs || step > longestGapMs) quietUntil = monotonic + graceMs
    last = { wall, monotonic }
    return monotonic >= quietUntil
  }
}

function talksOf(calls: Call[]): OngoingTalk[] {
  return calls.flatMap((call): OngoingTalk[] => {
    const agent = answerableOf(call)
    // Not reserved yet: the call itself asks for it.
    const isDialling = call.stage.phase === 'dialling' && agent?.step !== 'RESERVED'
    if ((call.stage.phase !== 'talking' && !isDialling) || !agent) return []
    const { id: callId, node, skill } = call
    const { agentId } = agent.agent
    const since = call.answeredAt ?? call.arrivedAt
    const state = isPlacing(call, agentId) ? 'OUTBOUND' : isCallerOnHold(call) ? 'HOLD' : 'TALKING'
    return [{ callId, agentId, node, skill, since, state }]
  })
}

/** Agents whom others asked into their calls, and those to whom such a call was handed on. */
function partsOf(calls: Call[]): TakenPart[] {
  return calls.flatMap(({ id: callId, node, skill, parties }) =>
    parties.flatMap(({ asked, agent, role, step }): TakenPart[] => {
      if (!asked || !agent) return []
      const state = step === 'UP' ? 'TALKING' : 'RINGING'
      return [{ agentId: agent.agentId, callId, part: agent.id, node, skill, role: role as Part, state }]
    }),
  )
}

function waitingOf(calls: Call[]): WaitingCall[] {
  return calls.flatMap((call) =>
    call.stage.phase === 'waiting'
      ? {
          callId: call.id,
          node: call.node,
          skill: call.skill,
          priority: call.priority,
          queuedAt: call.queuedAt ?? call.arrivedAt,
          lastAgent: call.lastAgent,
        }
      : [],
  )
}
