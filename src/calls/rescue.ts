import type { Logger } from 'pino'
import type { CallId, ChannelId } from '../platform/types.ts'
import type { AriAnswer, LiveChannel } from '../telephony/ari.ts'
import { callOf } from './call.ts'

/**
 * Gives the callers of a controller that died to the dialplan's fallback when nobody takes its place: they sit in
 * Asterisk's application, which nothing but a request lets them leave. Run outside of the controllers; any number may.
 */
export interface Rescue {
  /** One look. Run every two seconds. */
  look(): Promise<void>
}

export interface RescueParts {
  /** The claim to lead as it lies at Asterisk, see `lease.ts`; null while Asterisk does not answer. */
  claim(): Promise<string | null>
  channels(): Promise<AriAnswer<LiveChannel[]>>
  giveToFallback(caller: ChannelId): Promise<AriAnswer>
  /** The next controller leaves this call to the fallback, also when it is over until then. */
  setAside(callId: CallId): Promise<void>
  hangUp(leg: ChannelId): Promise<AriAnswer>
  /** Null for a channel that did not come through the entry of the dialplan. */
  callIdOf(channel: LiveChannel): CallId | null
  /** For tests: milliseconds that no step of the clock changes. */
  monotonic?(): number
  log: Logger
}

/** Without a beat for so long nobody comes: a standby leads after 4 s, a process that is started anew soon after. */
export const abandonedMs = 10_000

export function openRescue(parts: RescueParts): Rescue {
  const { log } = parts
  const monotonic = parts.monotonic ?? (() => performance.now())
  let quiet: { claim: string; since: number } | null = null

  return {
    async look() {
      const claim = await parts.claim()
      if (claim === null) quiet = null
      else if (quiet?.claim !== claim) quiet = { claim, since: monotonic() }
      if (quiet === null || monotonic() - quiet.since < abandonedMs) return
      const channels = await parts.channels()
      if (!channels.ok) return
      const stranded = strandedIn(channels.value, parts.callIdOf)
      if (stranded.length === 0) return
      log.warn({ callers: stranded.length }, 'nobody leads the calls; who waits is given to the fallback')
      for (const { caller, callId, legs } of stranded) {
        await parts
          .setAside(callId)
          .catch((error: unknown) => log.warn({ callId, err: error }, 'call given to the fallback all the same'))
        const given = await parts.giveToFallback(caller)
        if (!given.ok && given.why !== 'gone') log.warn({ caller, ...given }, 'not given to the fallback')
        for (const leg of legs) await parts.hangUp(leg)
      }
    },
  }
}

/** Callers in our application with nobody to talk to, and the phones that ring for them in vain. Pure. */
export function strandedIn(
  channels: LiveChannel[],
  callIdOf: (channel: LiveChannel) => CallId | null,
): { caller: ChannelId; callId: CallId; legs: ChannelId[] }[] {
  const inApp = channels.filter((channel) => channel.isInApp)
  const legs = Map.groupBy(
    channels.filter((channel) => callOf(channel.id) !== null),
    (channel) => callOf(channel.id),
  )
  return inApp.flatMap((caller) => {
    const callId = callOf(caller.id) === null ? callIdOf(caller) : null
    if (callId === null) return []
    const own = legs.get(callId) ?? []
    // On hold, or in a talk that goes on by itself.
    if (own.some((leg) => leg.state === 'Up')) return []
    return [{ caller: caller.id, callId, legs: own.map((leg) => leg.id) }]
  })
}
