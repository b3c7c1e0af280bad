/** Counted this often; of a talk 50 packets come in a second, of silence and of music on hold as well. */
const everyMs = 1_000
/** So many counts without a packet are no hiccup of the line. */
const mostSilent = 3

/**
 * Whether sound arrives, told when it changes. Packets are counted (RTCInboundRtpStreamStats), not loudness: somebody who
 * says nothing is still there.
 * @returns stops counting, and says that nothing arrives
 */
export function watchSound(connection: RTCPeerConnection, tell: (arrives: boolean) => void): () => void {
  let known = 0
  let silent = mostSilent
  const timer = window.setInterval(async () => {
    const stats = await connection.getStats().catch(() => null)
    const received = packetsIn(stats)
    silent = received > known ? 0 : silent + 1
    known = received
    tell(silent < mostSilent)
  }, everyMs)
  return () => {
    window.clearInterval(timer)
    tell(false)
  }
}

function packetsIn(stats: RTCStatsReport | null): number {
  let received = 0
  stats?.forEach((entry: { type: string; kind?: string; packetsReceived?: number }) => {
    if (entry.type === 'inbound-rtp' && entry.kind === 'audio') received += entry.packetsReceived ?? 0
  })
  return received
}
