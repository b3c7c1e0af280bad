import { setTimeout as sleep } from 'node:timers/promises'
import type { OngoingTalk } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import type { ChannelId } from '../../platform/types.ts'
import type { Ari, LiveChannel } from '../../telephony/ari/ari.ts'
import { type FallbackLeg, type FallbackSight, fallbackIn } from '../../telephony/fallback/fallback-legs.ts'
import type { CallCommand, CommandAnswer } from '../../topics.ts'
import { asEnded } from '../machine/view.ts'
import { answered, occupy, recognise, show, type Talk, type TalkParts, talkOf } from './talk.ts'

/**
 * Agents whom the dialplan's own queue rings or has connected, from the moment when a controller is back. The
 * controller gets no event about them: it reads Asterisk's channels and updates the floor from them until the last such
 * call has ended. Until the first look, no call is offered.
 */
export interface FallbackTalks {
  /** A connection has opened: when this resolves, the floor shows the talks of the fallback. */
  begin(channels: LiveChannel[]): Promise<void>
  /** Follows them. Run once a second; asks Asterisk only while there are calls to follow. */
  look(): Promise<void>
  /** The fallback rings only phones that were seen here. */
  isSettled(): boolean
  /** It still has callers: its queue must have no members, because agents may get these callers as offers now. */
  isServing(): boolean
  talks(): OngoingTalk[]
  /** undefined for a call that is not of the fallback. */
  command(ask: CallCommand): CommandAnswer | undefined
}

export interface FallbackTalksParts extends TalkParts {
  ari: Pick<Ari, 'channels' | 'variable' | 'hangup'>
  queue: Pick<Queue, 'agent' | 'agents' | 'restoreTalk' | 'finishCall' | 'reject'>
  wrapUpMs: number
  /** Sets the members of the fallback's queue: none while it is serving. @returns whether it succeeded */
  keepMembers(isServing: () => boolean): Promise<boolean>
  onQueueMoved(): void
}

/** A caller whom Asterisk could not pass to the controller a moment ago may still be on the way into the fallback. */
const lateComersMs = 5_000
/** Without AMI the queue cannot be emptied; waiting callers matter more than a phone that rings twice. */
const emptyingMs = 3_000

const emptySight: FallbackSight = { legs: [], isServing: false, isEmpty: true }

export function openFallbackTalks(parts: FallbackTalksParts): FallbackTalks {
  const { ari, queue, log, now } = parts
  const talks = new Map<ChannelId, Talk>()
  let sight = emptySight
  /** Whether the floor shows the fallback's talks. */
  let isTold = false
  /** Its queue has no members, so it rings no further phone. */
  let isAside = false
  let followUntil = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** Looks never overlap: an older one would restore what a newer one saw ended. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  const look = (): Promise<void> =>
    inTurn(async () => {
      const channels = await ari.channels()
      if (channels.ok) await take(channels.value)
    })

  async function take(channels: LiveChannel[]): Promise<void> {
    sight = fallbackIn(channels)
    const there = new Set(sight.legs.map((leg) => leg.id))
    for (const [id, talk] of talks) if (!there.has(id)) await end(talk)
    for (const leg of sight.legs) await follow(leg)
    isTold = true
    for (const talk of talks.values()) void show(parts, talk, () => talks.has(talk.leg.id))
  }

  async function end(talk: Talk): Promise<void> {
    const { call, agent, leg } = talk
    await queue.finishCall(agent.id, call.id, now(), leg.isUp ? parts.wrapUpMs : 0)
    talks.delete(leg.id)
    parts.tell(asEnded(parts.view(call), now()))
    parts.onQueueMoved()
  }

  /** Repeated at each look: Redis may have lost it. */
  async function follow(leg: FallbackLeg): Promise<void> {
    const talk = talks.get(leg.id) ?? (await recognise(parts, leg))
    if (!talk) return
    if (leg.isUp && !talk.leg.isUp) answered(talk, leg, now())
    talks.set(leg.id, talk)
    await occupy(parts, talk)
  }

  const isServing = (): boolean => sight.isServing

  /**
   * The controller and the queue must not ring the same agent: the queue's members are removed, and phones that it rang
   * until then are seen.
   */
  async function standBack(): Promise<void> {
    const limit = performance.now() + emptyingMs
    while (!(await parts.keepMembers(isServing).catch(() => false)) && performance.now() < limit) await sleep(100)
    isTold = false
    await look().catch(notTold)
    isAside = true
    parts.onQueueMoved()
  }

  /** The floor is unreachable; the next look tries again. */
  function notTold(error: unknown): void {
    log.warn({ err: error }, 'floor not updated with talks of the fallback: trying again')
  }

  return {
    async begin(channels) {
      followUntil = performance.now() + lateComersMs
      isTold = false
      isAside = false
      await inTurn(() => take(channels)).catch(notTold)
      if (sight.isServing) void standBack()
      else isAside = true
    },
    async look() {
      if (!isTold || performance.now() < followUntil || !sight.isEmpty || talks.size > 0) await look()
    },
    isSettled: () => isTold && isAside,
    isServing,
    talks: () => [...talks.values()].map(talkOf),
    command({ callId, agentId, name }) {
      const talk = [...talks.values()].find((one) => one.call.id === callId)
      if (!talk) return undefined
      if (talk.agent.id !== agentId) return { ok: false, code: 'call.not-yours', message: '该通话不属于您' }
      if (name !== 'hangup') return { ok: false, code: 'call.in-fallback', message: '应急接听的通话只能挂断' }
      void ari.hangup(talk.leg.id, 'normal')
      return { ok: true }
    },
  }
}
