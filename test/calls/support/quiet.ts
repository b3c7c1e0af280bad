import { randomBytes } from 'node:crypto'
import { header, type SipMessage, sdpOf, writeMessage, writeReply } from '../../../src/tools/bench/sip/message.ts'
import { openPeer } from '../../../src/tools/bench/sip/peer.ts'

/** A telephone that sends no sound and no RTCP, and answers what it is asked within the call, refuses it, or is dead. */
export interface QuietPhone {
  /** Requests that came within the call, e.g. `UPDATE`. */
  readonly asked: string[]
  hangUp(): Promise<void>
  close(): void
}

export async function callQuietly(ask: {
  sip: { SIP_HOST: string; SIP_PORT: number }
  from: string
  answers: 'ok' | 'refuses' | 'never'
  headers?: (readonly [string, string])[]
}): Promise<QuietPhone> {
  const { SIP_HOST: host, SIP_PORT: port } = ask.sip
  const asked: string[] = []
  const replyTo = (request: SipMessage): string | null => {
    if (ask.answers === 'never') return null
    const isRefused = ask.answers === 'refuses' && request.method !== 'BYE'
    return writeReply(request, isRefused ? '501 Not Implemented' : '200 OK')
  }
  const peer = await openPeer(host, 0, (request, _at, fromPort) => {
    if (request.method === 'ACK') return
    asked.push(request.method ?? '')
    const reply = replyTo(request)
    if (reply) peer.send(reply, fromPort)
  })
  const callId = randomBytes(9).toString('hex')
  const say = (method: string, sequence: number, to: string, body?: string) =>
    writeMessage(
      `${method} sip:12345@${host}:${port} SIP/2.0`,
      [
        ['Via', `SIP/2.0/UDP ${host}:${peer.port};branch=z9hG4bK${randomBytes(8).toString('hex')}`],
        ['From', `<sip:${ask.from}@${host}>;tag=${callId}`],
        ['To', to],
        ['Call-ID', callId],
        ['CSeq', `${sequence} ${method}`],
        ['Contact', `<sip:${ask.from}@${host}:${peer.port}>`],
        ['Max-Forwards', '70'],
        ...(method === 'INVITE' ? (ask.headers ?? []) : []),
      ],
      body,
    )
  // Nobody listens where the sound goes.
  const { message } = await peer.request(say('INVITE', 1, `<sip:12345@${host}:${port}>`, sdpOf(host, 9)), port)
  if (message.status !== 200) throw new Error(`answered ${message.status}`)
  const to = header(message, 'to')
  peer.send(say('ACK', 1, to), port)
  return {
    asked,
    async hangUp() {
      await peer.request(say('BYE', 2, to), port)
    },
    close: () => peer.close(),
  }
}
