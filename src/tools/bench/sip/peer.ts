import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { branchOf, header, readMessage, type SipMessage } from './message.ts'

/** A SIP peer on UDP with a clock of nanoseconds: the second clock of the bench. */
export interface SipPeer {
  readonly host: string
  readonly port: number
  /** Messages that were sent or received a second time; each adds half a second that is not our latency. */
  readonly resent: number
  /** Sends until the final response is there. @throws Error without one */
  request(text: string, port: number): Promise<Heard>
  /** Sends once, e.g. an ACK or a response. */
  send(text: string, port: number): void
  close(): void
}

export interface Heard {
  message: SipMessage
  /** `performance.now()` when the last response came. */
  at: number
}

export type RequestListener = (request: SipMessage, at: number, fromPort: number) => void

/** RFC 3261, T1: the first repetition on UDP. */
const firstRepeatMs = 500
const usualAnswerLimitMs = 8_000

interface Pending {
  hear(message: SipMessage, at: number): void
}

export async function openPeer(
  host: string,
  port: number,
  onRequest: RequestListener,
  answerLimitMs = usualAnswerLimitMs,
): Promise<SipPeer> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 })
  socket.bind(port, host)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  const pending = new Map<string, Pending>()
  /** Received requests, so that a retransmission is only counted. */
  const known = new Set<string>()
  let resent = 0

  socket.on('message', (data, { port: fromPort }) => {
    const at = performance.now()
    const message = readMessage(data.toString('latin1'))
    if (!message) return
    if (message.status !== null) {
      pending.get(keyOf(message))?.hear(message, at)
      return
    }
    const key = `${branchOf(message)} ${message.method}`
    if (message.method !== 'ACK' && known.has(key)) {
      resent += 1
      return
    }
    known.add(key)
    if (known.size > 20_000) known.clear()
    onRequest(message, at, fromPort)
  })

  return {
    host,
    port: socket.address().port,
    get resent() {
      return resent
    },
    send: (text, to) => socket.send(text, to, host),
    request(text, to) {
      const sent = readMessage(text)
      if (!sent) throw new Error('not a SIP message')
      const key = keyOf(sent)
      return new Promise<Heard>((resolve, reject) => {
        let repeat: NodeJS.Timeout | null = null
        const again = (pauseMs: number) => {
          repeat = setTimeout(() => {
            resent += 1
            socket.send(text, to, host)
            again(pauseMs * 2)
          }, pauseMs)
        }
        const limit = setTimeout(() => {
          end()
          reject(new Error(`no answer to ${header(sent, 'cseq')}`))
        }, answerLimitMs)
        const end = () => {
          if (repeat) clearTimeout(repeat)
          clearTimeout(limit)
          pending.delete(key)
        }
        pending.set(key, {
          hear(message, at) {
            // A provisional answer has arrived: no retransmission is needed.
            if (repeat) clearTimeout(repeat)
            if ((message.status ?? 0) < 200) return
            end()
            resolve({ message, at })
          },
        })
        socket.send(text, to, host)
        again(firstRepeatMs)
      })
    },
    close: () => socket.close(),
  }
}

function keyOf(message: SipMessage): string {
  return `${header(message, 'call-id')} ${header(message, 'cseq')}`
}
