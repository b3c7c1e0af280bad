import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/**
 * Microphone and ear of many telephones on one UDP port: legs are distinguished by Asterisk's own port. Asterisk gives
 * a port to the next call as soon as it is free, and this process may be behind: late packets of the last call are
 * recognised by their source (SSRC, RFC 3550), and ignored.
 */
export interface Media {
  readonly port: number
  leg(remotePort: number, hear: (payload: Buffer, at: number) => void): MediaLeg
  close(): void
}

export interface MediaLeg {
  /** Sends this packet every 20 ms. */
  speak(packet: Buffer): void
  /** RFC 4733. @returns `performance.now()` when the end of the digit was sent */
  press(digit: string): Promise<number>
  close(): void
}

const frameMs = 20
const samplesOfFrame = 160
const voiceType = 8
const digitType = 101
/** A finger's shortest: 100 ms. */
const framesOfDigit = 5

interface Leg {
  remotePort: number
  /** Source of the previous leg on its port. */
  stranger: number | undefined
  hear(payload: Buffer, at: number): void
  packet: Buffer | null
  digit: { code: number; frame: number; startedAt: number; done(at: number): void } | null
  sequence: number
  timestamp: number
}

export async function openMedia(host: string): Promise<Media> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 })
  socket.bind(0, host)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  const legs = new Map<number, Leg>()
  /** Source of the last leg, by Asterisk's port. */
  const lastSources = new Map<number, number>()

  socket.on('message', (data, { port }) => {
    const at = performance.now()
    if (data.length <= 12 || ((data[1] ?? 0) & 0x7f) !== voiceType) return
    const source = data.readUInt32BE(8)
    const leg = legs.get(port)
    // Packets before the leg listens may be the next call's own: its sound can arrive before its 200 OK is read.
    if (!leg || leg.stranger === source) return
    lastSources.set(port, source)
    leg.hear(data.subarray(12), at)
  })

  function send(leg: Leg, type: number, timestamp: number, payload: Buffer, hasMarker = false): void {
    const packet = Buffer.alloc(12 + payload.length)
    packet[0] = 0x80
    packet[1] = type | (hasMarker ? 0x80 : 0)
    packet.writeUInt16BE(leg.sequence++ & 0xffff, 2)
    packet.writeUInt32BE(timestamp >>> 0, 4)
    packet.writeUInt32BE(leg.remotePort, 8)
    payload.copy(packet, 12)
    socket.send(packet, leg.remotePort, host)
  }

  function tick(leg: Leg): void {
    leg.timestamp += samplesOfFrame
    const { digit } = leg
    if (!digit) {
      if (leg.packet) send(leg, voiceType, leg.timestamp, leg.packet)
      return
    }
    if (digit.frame === 0) digit.startedAt = leg.timestamp
    digit.frame += 1
    const isLast = digit.frame === framesOfDigit
    const duration = digit.frame * samplesOfFrame
    const payload = Buffer.from([digit.code, (isLast ? 0x80 : 0) | 10, duration >> 8, duration & 0xff])
    const at = performance.now()
    // The end is sent three times: it may be lost.
    for (let copy = 0; copy < (isLast ? 3 : 1); copy += 1) {
      send(leg, digitType, digit.startedAt, payload, digit.frame === 1)
    }
    if (!isLast) return
    leg.digit = null
    digit.done(at)
  }

  // By the clock, not by counting timers: a busy machine must not slow the voices down.
  const begunAt = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - begunAt) / frameMs)
    for (; sent < due; sent += 1) for (const leg of legs.values()) tick(leg)
  }, frameMs / 2)

  return {
    port: socket.address().port,
    leg(remotePort, hear) {
      const stranger = lastSources.get(remotePort)
      const leg: Leg = { remotePort, stranger, hear, packet: null, digit: null, sequence: 1, timestamp: 0 }
      legs.set(remotePort, leg)
      return {
        speak(packet) {
          leg.packet = packet
        },
        press(key) {
          const code = '0123456789*#'.indexOf(key)
          if (code < 0) throw new Error(`no key ${key}`)
          return new Promise((done) => {
            leg.digit = { code, frame: 0, startedAt: 0, done }
          })
        },
        close() {
          if (legs.get(remotePort) === leg) legs.delete(remotePort)
        },
      }
    },
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}
