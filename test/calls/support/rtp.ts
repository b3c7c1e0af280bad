import { createSocket, type Socket } from 'node:dgram'
import { decodeALaw, encodeALaw, shareAt } from '../../../src/tools/bench/sound.ts'

/**
 * Mouth and ear of a test's telephone: sends a tone or digits as A-law RTP, keeps what it hears. Not SIPp's own
 * media: that plays files only, records nothing and needs root.
 */
export interface Media {
  readonly host: string
  readonly port: number
  /** Where to send; told by the answer's SDP. */
  connect(port: number): void
  /** Sends this tone until told otherwise; null is silence. */
  speak(hz: number | null): void
  /** RFC 4733, payload type 101. */
  press(digit: string): Promise<void>
  /** Share of the energy of the last `ms` that lies at this tone, 0 to 1; 0 when nothing was heard. */
  shareOf(hz: number, ms?: number): number
  /** Loudness of the last `ms`, 0 to 1 of full scale. */
  loudness(ms?: number): number
  /** Packets heard so far. */
  readonly heard: number
  close(): void
}

const rate = 8_000
const frame = 160
const frameMs = 20
const restFrames = 4
const keptSamples = rate * 30

export async function openMedia(host = '127.0.0.1'): Promise<Media> {
  const socket: Socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, host, resolve)
  })
  socket.on('error', () => undefined)
  const port = socket.address().port
  let remote: number | null = null
  let tone: number | null = null
  let packets = 0
  let samples: { at: number; value: number }[] = []
  let sequence = 1
  let timestamp = 0
  let phase = 0
  let digits: { code: number; left: number; duration: number; startedAt: number; done: () => void }[] = []

  socket.on('message', (packet) => {
    if (packet.length < 12 || ((packet[1] ?? 0) & 0x7f) !== 8) return
    packets += 1
    const at = performance.now()
    for (const byte of packet.subarray(12)) samples.push({ at, value: decodeALaw(byte) })
    if (samples.length > keptSamples) samples = samples.slice(-keptSamples)
  })

  function send(type: number, stamp: number, payload: Buffer, marker = false): void {
    if (remote === null) return
    const packet = Buffer.alloc(12 + payload.length)
    packet[0] = 0x80
    packet[1] = type | (marker ? 0x80 : 0)
    packet.writeUInt16BE(sequence++ & 0xffff, 2)
    packet.writeUInt32BE(stamp >>> 0, 4)
    packet.writeUInt32BE(0x12345, 8)
    payload.copy(packet, 12)
    socket.send(packet, remote, host, () => undefined)
  }

  function tick(): void {
    timestamp += frame
    const digit = digits[0]
    if (!digit || digit.left <= 0) {
      send(8, timestamp, toneFrame())
      if (digit) rest(digit)
      return
    }
    const isFirst = digit.duration === 0
    if (isFirst) digit.startedAt = timestamp
    digit.duration += frame
    digit.left -= 1
    // The end is sent three times: it may be lost.
    for (let copy = 0; copy < (digit.left === 0 ? 3 : 1); copy += 1) {
      const payload = Buffer.from([
        digit.code,
        (digit.left === 0 ? 0x80 : 0) | 10,
        digit.duration >> 8,
        digit.duration & 0xff,
      ])
      send(101, digit.startedAt, payload, isFirst)
    }
  }

  /** A finger is lifted between two keys: digits that follow each other without 45 ms of rest Asterisk tells twice. */
  function rest(digit: (typeof digits)[number]): void {
    digit.left -= 1
    if (digit.left > -restFrames) return
    digits = digits.slice(1)
    digit.done()
  }

  function toneFrame(): Buffer {
    const payload = Buffer.alloc(frame)
    for (let index = 0; index < frame; index += 1) {
      payload[index] = encodeALaw(tone === null ? 0 : Math.round(9_000 * Math.sin(phase)))
      phase += (2 * Math.PI * (tone ?? 0)) / rate
    }
    return payload
  }

  // By the clock, not by the count of timers: a machine under load must not slow the voice down.
  const begunAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - begunAt) / frameMs)
    for (; sent < due; sent += 1) tick()
  }, frameMs)

  const recent = (ms: number) => {
    const since = performance.now() - ms
    return samples.filter((sample) => sample.at >= since).map((sample) => sample.value / 32_768)
  }

  return {
    host,
    port,
    connect(to) {
      remote = to
    },
    speak(hz) {
      tone = hz
    },
    press(digit) {
      const code = '0123456789*#ABCD'.indexOf(digit)
      if (code < 0) throw new Error(`no key ${digit}`)
      return new Promise((done) => {
        digits.push({ code, left: 6, duration: 0, startedAt: 0, done })
      })
    },
    shareOf: (hz, ms = 500) => shareAt(recent(ms), hz),
    loudness(ms = 500) {
      const heard = recent(ms)
      return heard.length === 0 ? 0 : Math.sqrt(heard.reduce((sum, value) => sum + value * value, 0) / heard.length)
    },
    get heard() {
      return packets
    },
    close() {
      clearInterval(timer)
      for (const digit of digits) digit.done()
      socket.close()
    },
  }
}
