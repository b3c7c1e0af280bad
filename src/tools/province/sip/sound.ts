import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Mouth and ear of one call: speaks a tone as A-law RTP (RFC 3551), and measures what it hears. */
export interface Sound {
  readonly port: number
  connect(target: { host: string; port: number }): void
  /** Packets heard so far. */
  heard(): number
  /** Loudness of the last half second, 0 to 1. */
  loudness(): number
  close(): void
}

const rate = 8_000
const frame = 160
const frameMs = 20
const halfSecond = rate / 2

export async function openSound(host: string, hz: number): Promise<Sound> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.bind(0, host)
  await once(socket, 'listening')
  let target: { host: string; port: number } | null = null
  let packets = 0
  let lastHeardAt = 0
  let recent: number[] = []
  let sequence = 1
  let timestamp = 0
  let phase = 0

  socket.on('message', (packet) => {
    if (packet.length <= 12 || ((packet[1] ?? 0) & 0x7f) !== 8) return
    packets += 1
    lastHeardAt = performance.now()
    for (const byte of packet.subarray(12)) recent.push(linearOf(byte))
    if (recent.length > halfSecond) recent = recent.slice(-halfSecond)
  })

  function speak(): void {
    const packet = Buffer.alloc(12 + frame)
    packet.writeUInt8(0x80, 0)
    packet.writeUInt8(8, 1)
    packet.writeUInt16BE(sequence++ & 0xffff, 2)
    packet.writeUInt32BE(timestamp >>> 0, 4)
    packet.writeUInt32BE(0x70726f76, 8)
    timestamp += frame
    for (let at = 0; at < frame; at += 1) {
      packet[12 + at] = aLawOf(Math.round(9_000 * Math.sin(phase)))
      phase += (2 * Math.PI * hz) / rate
    }
    if (target) socket.send(packet, target.port, target.host, () => {})
  }

  // By the clock, not by the count of timers.
  const begunAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - begunAt) / frameMs)
    for (; sent < due; sent += 1) speak()
  }, frameMs)

  return {
    port: socket.address().port,
    connect(to) {
      target = to
    },
    heard: () => packets,
    loudness() {
      if (recent.length === 0 || performance.now() - lastHeardAt > 500) return 0
      return Math.sqrt(recent.reduce((sum, value) => sum + (value / 32_768) ** 2, 0) / recent.length)
    },
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}

/** G.711 A-law. */
function aLawOf(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = Math.min(32_635, Math.abs(sample))
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, magnitude))) - 7)
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f
  return (sign | (exponent << 4) | mantissa) ^ 0x55
}

function linearOf(byte: number): number {
  const code = byte ^ 0x55
  const exponent = (code >> 4) & 7
  const base = ((code & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1)
  return code & 0x80 ? magnitude : -magnitude
}
