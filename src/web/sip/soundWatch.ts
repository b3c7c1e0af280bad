/** Counting interval; a talk delivers 50 packets a second, and so do silence and music on hold. */
const everyMs = 1_000
/** After this many counts without a packet it is not a short interruption. */
const mostSilent = 3

/**
 * Whether sound arrives, reported on each change. Counts packets (RTCInboundRtpStreamStats), not loudness: a silent
 * person is still there.
 * @returns stops counting, and reports that nothing arrives
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
