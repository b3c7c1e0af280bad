import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { eventually } from '../../../src/tools/setup/files.ts'
import { patienceMs } from './patience.ts'

/** SIP byte by byte, from any address of loopback: what neither SIPp nor a soft phone would send. */
export interface RawAsk {
  /** Address that it is sent from. */
  host: string
  target: { SIP_HOST: string; SIP_PORT: number }
  method?: string
  /** Request-URI, e.g. `sip:12345;phone-context=+86355@127.0.0.1`. */
  uri?: string
  /** Whole headers without their tag. Each character is a byte: `latin1`. */
  from?: string
  to?: string
  /** Transport as Via says it. */
  via?: string
  headers?: string[]
}

export const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1')

/** @returns the final response, as it came */
export async function askRaw(ask: RawAsk): Promise<string> {
  const { host, target, method = 'INVITE' } = ask
  const socket = createSocket('udp4')
  try {
    socket.bind(0, host)
    await once(socket, 'listening')
    const came: string[] = []
    socket.on('message', (data) => came.push(data.toString('latin1')))
    socket.send(Buffer.from(textOf(ask, method, socket.address().port), 'latin1'), target.SIP_PORT, target.SIP_HOST)
    const final = () => came.find((message) => /^SIP\/2\.0 [2-6]\d\d/.test(message))
    if (!(await eventually(async () => final() !== undefined, patienceMs, 5))) throw new Error(`no answer to ${method}`)
    return final() ?? ''
  } finally {
    socket.close()
  }
}

export function codeOf(response: string): number {
  return Number(/^SIP\/2\.0 (\d{3})/.exec(response)?.[1])
}

function textOf(ask: RawAsk, method: string, port: number): string {
  const { host, target } = ask
  const id = randomBytes(8).toString('hex')
  const sdp = ['v=0', `o=x 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', 'm=audio 40000 RTP/AVP 8', '']
  const body = method === 'INVITE' ? sdp.join('\r\n') : ''
  return [
    `${method} ${ask.uri ?? `sip:12345@${target.SIP_HOST}:${target.SIP_PORT}`} SIP/2.0`,
    `Via: SIP/2.0/${ask.via ?? 'UDP'} ${host}:${port};branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    `From: ${ask.from ?? '<sip:13912345678@127.0.0.1>'};tag=${id}`,
    `To: ${ask.to ?? '<sip:12345@127.0.0.1>'}`,
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:x@${host}:${port}>`,
    ...(ask.headers ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}
