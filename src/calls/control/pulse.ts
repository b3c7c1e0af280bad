import type { ChannelId } from '../../platform/types.ts'
import type { Ari } from '../../telephony/ari/ari.ts'

/**
 * Whether callers who wait are still there. A phone that lost its network says no goodbye; one that is muted sends
 * nothing either, but answers. So who was not heard between two looks is asked, and Asterisk hangs up who gives no answer.
 * Neither Asterisk's RTP time-out (it goes by the time of day, and drops the muted) nor session timers (the network may
 * ask for half an hour, and Asterisk 22.10.1 drops who refuses the refresh) tell the two apart.
 */
export interface Pulse {
  check(channel: ChannelId): Promise<void>
  /** The call is over. */
  forget(channel: ChannelId): void
}

export function openPulse(ari: Pick<Ari, 'packetsHeard' | 'checkSession'>): Pulse {
  /** Packets at the last look. Lost with this process: then the next two looks tell. */
  const heard = new Map<ChannelId, number>()
  return {
    async check(channel) {
      const packets = await ari.packetsHeard(channel)
      if (!packets.ok) return
      const before = heard.get(channel)
      heard.set(channel, packets.value)
      if (before === packets.value) await ari.checkSession(channel)
    },
    forget: (channel) => void heard.delete(channel),
  }
}
