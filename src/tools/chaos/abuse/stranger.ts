import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** A sender unknown to every trunk, at an address of its own on loopback. */
export interface Stranger {
  readonly host: string
  /** Sends all of them at this rate. */
  send(messages: Iterable<string>, perSecond: number): Promise<number>
  /** How often each status came back. */
  readonly answers: ReadonlyMap<number, number>
  close(): void
}

const tickMs = 20

export async function openStranger(host: string, target: { SIP_HOST: string; SIP_PORT: number }): Promise<Stranger> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  const answers = new Map<number, number>()
  socket.on('message', (data) => {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(data.toString('latin1'))?.[1] ?? 0)
    if (status > 0) answers.set(status, (answers.get(status) ?? 0) + 1)
  })
  return {
    host,
    answers,
    async send(messages, perSecond) {
      const begunAt = performance.now()
      let sent = 0
      for (const text of messages) {
        while (sent >= ((performance.now() - begunAt) * perSecond) / 1_000) await sleep(tickMs)
        socket.send(Buffer.from(text, 'latin1'), target.SIP_PORT, target.SIP_HOST)
        sent += 1
      }
      return sent
    },
    close: () => socket.close(),
  }
}

/** An INVITE that is valid in everything but its sender. */
export function inviteFrom(host: string, target: { SIP_HOST: string; SIP_PORT: number }, to: string): string {
  const id = randomBytes(8).toString('hex')
  const body = [
    'v=0',
    `o=x 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 8',
    '',
  ].join('\r\n')
  return [
    `INVITE sip:${to}@${target.SIP_HOST}:${target.SIP_PORT} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:5060;branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: "100" <sip:100@${host}>;tag=${id}`,
    `To: <sip:${to}@${target.SIP_HOST}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:100@${host}:5060>`,
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** A REGISTER with a guessed password, without waiting for a challenge. */
export function registerFrom(host: string, target: { SIP_HOST: string; SIP_PORT: number }, name: string): string {
  const id = randomBytes(8).toString('hex')
  const uri = `sip:${target.SIP_HOST}:${target.SIP_PORT}`
  return [
    `REGISTER ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:5060;branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: <sip:${name}@${target.SIP_HOST}>;tag=${id}`,
    `To: <sip:${name}@${target.SIP_HOST}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 REGISTER',
    `Contact: <sip:${name}@${host}:5060>`,
    'Expires: 60',
    `Authorization: Digest username="${name}", realm="asterisk", nonce="${id}", uri="${uri}", response="${id}${id}", algorithm=MD5`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
