import type { ChannelId, Instant } from '../../platform/types.ts'
import type { LiveChannel } from '../ari/ari.ts'

/**
 * Who is in the dialplan's fallback, read from its channels. Pure.
 *
 * The dialplan writes the caller's channel id on the caller's channel from the first line of the fallback until its
 * queue has given up, and the phones that the queue rings inherit it: a channel with its own id is a caller, any other
 * a phone.
 */

const mark = 'HOTLINE_FALLBACK'

export interface FallbackLeg {
  id: ChannelId
  endpoint: string
  caller: LiveChannel
  /** Answered; before that it rings. */
  isUp: boolean
  since: Instant
}

export interface FallbackSight {
  /** Agents' phones that the queue rings or has connected. */
  legs: FallbackLeg[]
  /** A caller hears the apology, waits or is being connected: more phones may be rung. */
  isServing: boolean
  isEmpty: boolean
}

export function fallbackIn(channels: LiveChannel[]): FallbackSight {
  const marked = channels.filter((channel) => channel.variables[mark])
  const callers = new Map(
    marked.filter((channel) => channel.variables[mark] === channel.id).map((channel) => [channel.id, channel]),
  )
  const legs = marked.flatMap((channel): FallbackLeg[] => {
    const caller = callers.get(channel.variables[mark] as ChannelId)
    if (!caller || caller.id === channel.id || channel.endpoint === null) return []
    const { id, endpoint, createdAt: since } = channel
    return [{ id, endpoint, caller, isUp: channel.state === 'Up', since }]
  })
  const served = new Set(legs.filter((leg) => leg.isUp).map((leg) => leg.caller.id))
  return { legs, isServing: callers.size > served.size, isEmpty: callers.size === 0 }
}
