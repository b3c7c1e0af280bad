import { randomBytes } from 'node:crypto'
import { audioPortOf, header, sdpOf, writeMessage, writeReply } from './message.ts'
import { openPeer, type RequestListener, type SipPeer } from './peer.ts'

/** Calling citizens: one UDP port for all of them, each a dialogue of its own. */
export interface Citizens {
  readonly peer: SipPeer
  /** @throws Error unless the call was answered with sound */
  call(ask: { to: string; from: string }): Promise<Dialogue>
  close(): void
}

export interface Dialogue {
  invitedAt: number
  answeredAt: number
  /** Asterisk's RTP port. */
  audioPort: number
  hangUp(): Promise<void>
  /** Resolves when the other side has hung up. */
  readonly ended: Promise<void>
}

export async function openCitizens(parts: {
  host: string
  sipPort: number
  mediaPort: number
  /** How long a citizen waits for an answer. */
  answerLimitMs?: number
}): Promise<Citizens> {
  const { host, sipPort, mediaPort } = parts
  const goodbyes = new Map<string, () => void>()
  const onRequest: RequestListener = (request, _at, fromPort) => {
    if (request.method === 'ACK') return
    peer.send(writeReply(request, '200 OK'), fromPort)
    if (request.method === 'BYE') goodbyes.get(header(request, 'call-id'))?.()
  }
  const peer = await openPeer(host, 0, onRequest, parts.answerLimitMs)

  return {
    peer,
    async call({ to, from }) {
      const callId = randomBytes(9).toString('hex')
      const address = `<sip:${to}@${host}:${sipPort}>`
      const via = () =>
        ['Via', `SIP/2.0/UDP ${host}:${peer.port};branch=z9hG4bK${randomBytes(8).toString('hex')}`] as const
      const fromHeader = ['From', `<sip:${from}@${host}>;tag=${callId}`] as const
      const say = (method: string, sequence: number, toHeader: string, body?: string) =>
        writeMessage(
          `${method} sip:${to}@${host}:${sipPort} SIP/2.0`,
          [
            via(),
            fromHeader,
            ['To', toHeader],
            ['Call-ID', callId],
            ['CSeq', `${sequence} ${method}`],
            ['Contact', `<sip:${from}@${host}:${peer.port}>`],
            ['Max-Forwards', '70'],
          ],
          body,
        )
      const goodbye = Promise.withResolvers<void>()
      goodbyes.set(callId, goodbye.resolve)
      const invitedAt = performance.now()
      const { message, at } = await peer.request(say('INVITE', 1, address, sdpOf(host, mediaPort)), sipPort)
      const toHeader = header(message, 'to')
      const audioPort = audioPortOf(message)
      peer.send(say('ACK', 1, toHeader), sipPort)
      if (message.status !== 200 || audioPort === null) {
        goodbyes.delete(callId)
        throw new Error(`${to} answered ${message.status}`)
      }
      return {
        invitedAt,
        answeredAt: at,
        audioPort,
        ended: goodbye.promise,
        async hangUp() {
          await peer.request(say('BYE', 2, toHeader), sipPort)
          goodbyes.delete(callId)
        },
      }
    },
    close: () => peer.close(),
  }
}
