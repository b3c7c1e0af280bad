import type { Logger } from 'pino'
import type { CallId, ChannelId, Instant } from '../../platform/types.ts'
import type { AriAnswer, LiveChannel } from '../../telephony/ari/ari.ts'
import { callOf } from '../machine/call.ts'
import { type Board, openTerm, takeOver } from './leadership.ts'
import { readClaim } from './lease.ts'

/**
 * Hands the orphaned callers of a dead controller to the dialplan's fallback when no other controller takes over: they
 * are in Asterisk's application, and only a request takes them out of it. Runs outside of the controllers, in any
 * number of processes. The rescuer holds the lease in the meantime: a controller that was only paused finds this claim
 * and restarts.
 */
export interface Rescue {
  /** One look. Run every two seconds. */
  look(): Promise<void>
}

export interface RescueParts {
  board: Board
  /** Identifies this rescuer among all contenders. */
  owner: string
  channels(): Promise<AriAnswer<LiveChannel[]>>
  handToFallback(caller: ChannelId): Promise<AriAnswer>
  /** The next controller leaves this call to the fallback, even if it has ended by then. */
  setAside(callId: CallId): Promise<void>
  hangUp(channel: ChannelId): Promise<AriAnswer>
  /** The agent has hung up, and the caller was being asked to rate the talk: they wait for nobody. */
  isServed(callId: CallId): Promise<boolean>
  /** Null for a channel that did not come through the dialplan's entry. */
  callIdOf(channel: LiveChannel): CallId | null
  now(): Instant
  /** For tests: milliseconds that no step of the clock changes. */
  monotonic?(): number
  log: Logger
}

/** Without a beat for this long no controller is coming: a standby leads after 4 s, a restarted process soon after. */
export const abandonedMs = 10_000
/** A process that has not looked for this long was paused, and possibly the leader with it. */
const mostBetweenLooksMs = 5_000

export function openRescue(parts: RescueParts): Rescue {
  const { board, log } = parts
  const monotonic = parts.monotonic ?? (() => performance.now())
  let quiet: { claim: string; since: number } | null = null
  let lookedAt = Number.NEGATIVE_INFINITY

  /** @returns the claim of a dead leader; null when a controller leads, or it is unknown */
  async function watch(): Promise<string | null> {
    const askedAt = monotonic()
    if (askedAt - lookedAt > mostBetweenLooksMs) quiet = null
    const claim = await board.read()
    lookedAt = monotonic()
    if (claim === null) quiet = null
    else if (quiet?.claim !== claim) quiet = { claim, since: lookedAt }
    return quiet && askedAt - quiet.since >= abandonedMs ? quiet.claim : null
  }

  async function stranded(): Promise<Stranded[]> {
    const channels = await parts.channels()
    return channels.ok ? strandedIn(channels.value, parts.callIdOf) : []
  }

  async function give({ caller, callId, legs }: Stranded): Promise<void> {
    if (await parts.isServed(callId).catch(() => false)) {
      for (const channel of [caller, ...legs]) await parts.hangUp(channel)
      return
    }
    await parts
      .setAside(callId)
      .catch((error: unknown) =>
        log.warn({ callId, err: error }, 'state of the call not set aside: handed to the fallback anyway'),
      )
    const given = await parts.handToFallback(caller)
    if (!given.ok && given.why !== 'gone')
      log.warn({ caller, ...given }, 'call not handed to the fallback: trying again')
    for (const leg of legs) await parts.hangUp(leg)
  }

  return {
    async look() {
      const claim = await watch()
      if (claim === null || (await stranded()).length === 0) return
      // No store remembers a higher epoch: the claim is lost together with Asterisk, and so are the callers.
      const taken = await takeOver(readClaim(claim), { ...parts, knownEpochs: async () => [] })
      if (!taken) return
      const { lead, end } = openTerm({ ...parts, ...taken })
      try {
        const callers = await stranded()
        log.warn({ callers: callers.length }, 'no controller leads: orphaned calls handed to the fallback')
        for (const one of callers) if (await lead.mayAct()) await give(one)
      } finally {
        await end()
      }
    },
  }
}

interface Stranded {
  caller: ChannelId
  callId: CallId
  legs: ChannelId[]
}

/** Callers in our application who are not connected to an agent, and the phones that still ring for them. Pure. */
export function strandedIn(channels: LiveChannel[], callIdOf: (channel: LiveChannel) => CallId | null): Stranded[] {
  const inApp = channels.filter((channel) => channel.isInApp)
  const legs = Map.groupBy(
    channels.filter((channel) => callOf(channel.id) !== null),
    (channel) => callOf(channel.id),
  )
  return inApp.flatMap((caller) => {
    const callId = callOf(caller.id) === null ? callIdOf(caller) : null
    if (callId === null) return []
    const own = legs.get(callId) ?? []
    // On hold, or in a talk that continues by itself.
    if (own.some((leg) => leg.state === 'Up')) return []
    return [{ caller: caller.id, callId, legs: own.map((leg) => leg.id) }]
  })
}
