import type { ChannelId } from '../../platform/types.ts'
import type { Ari } from '../../telephony/ari/ari.ts'

/**
 * Probes whether waiting callers are still there. A phone that lost its network sends no BYE; a muted one sends no
 * sound either, but answers. So a caller without sound between two looks is probed, and Asterisk hangs up if there is
 * no answer. Neither Asterisk's RTP time-out (wall-clock based, and it drops muted phones) nor session timers (the
 * network may ask for half an hour, and Asterisk 22.10.1 drops a peer that refuses the refresh) distinguish the two.
 */
export interface Pulse {
  check(channel: ChannelId): Promise<void>
  /** The call is over. */
  forget(channel: ChannelId): void
}

export function openPulse(ari: Pick<Ari, 'packetsHeard' | 'checkSession'>): Pulse {
  /** Packet counts of the last look. Lost with this process: then two more looks are needed. */
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
