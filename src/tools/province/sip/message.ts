/** SIP messages over UDP, as far as a telephone needs them (RFC 3261). Pure. */

export interface SipMessage {
  /** Null in a response. */
  method: string | null
  /** Request-URI of a request. */
  uri: string
  /** Null in a request. */
  status: number | null
  /** By lower-case name, in their order. */
  headers: ReadonlyMap<string, readonly string[]>
  body: string
}

/** @returns null for what is no SIP */
export function readMessage(text: string): SipMessage | null {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end < 0 ? text.length : end).split('\r\n')
  const response = /^SIP\/2\.0 (\d{3})/.exec(first)
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first)
  if (!response && !request) return null
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return {
    method: request?.[1] ?? null,
    uri: request?.[2] ?? '',
    status: response ? Number(response[1]) : null,
    headers,
    body: end < 0 ? '' : text.slice(end + 4),
  }
}

export const headerOf = (message: SipMessage, name: string): string => message.headers.get(name)?.[0] ?? ''

/** User part of `"…" <sip:12345@host;…>` or of a Request-URI. */
export const userOf = (address: string): string => /sips?:([^@;>]+)@/.exec(address)?.[1] ?? ''

export const tagOf = (address: string): string | null => /;\s*tag=([^;\s]+)/.exec(address)?.[1] ?? null

/** Address within `<…>`. */
export const uriIn = (address: string): string => /<([^>]+)>/.exec(address)?.[1] ?? address.split(';')[0]?.trim() ?? ''

/** By which a request and its answers are known to belong together. */
export const branchOf = (message: SipMessage): string => /branch=([^;,\s]+)/.exec(headerOf(message, 'via'))?.[1] ?? ''

export type Header = readonly [name: string, value: string]

export function writeMessage(first: string, headers: readonly Header[], body = ''): string {
  const type: Header[] = body === '' ? [] : [['Content-Type', 'application/sdp']]
  const all: Header[] = [...headers, ...type, ['Content-Length', String(Buffer.byteLength(body))]]
  return [first, ...all.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n')
}

/** A response repeats what its request is known by. */
export function writeResponse(
  request: SipMessage,
  status: string,
  tag: string,
  more: readonly Header[] = [],
  body = '',
): string {
  const to = headerOf(request, 'to')
  return writeMessage(
    `SIP/2.0 ${status}`,
    [
      ...(request.headers.get('via') ?? []).map((value): Header => ['Via', value]),
      ...(request.headers.get('record-route') ?? []).map((value): Header => ['Record-Route', value]),
      ['From', headerOf(request, 'from')],
      ['To', tagOf(to) === null ? `${to};tag=${tag}` : to],
      ['Call-ID', headerOf(request, 'call-id')],
      ['CSeq', headerOf(request, 'cseq')],
      ...more,
    ],
    body,
  )
}

export function sdpOf(host: string, port: number): string {
  return [
    ...['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'],
    ...[`m=audio ${port} RTP/AVP 8 101`, 'a=rtpmap:8 PCMA/8000', 'a=rtpmap:101 telephone-event/8000', 'a=sendrecv', ''],
  ].join('\r\n')
}

/** Where to send sound; null without one. */
export function soundTarget(sdp: string): { host: string; port: number } | null {
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1])
  const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1]
  return host && port > 0 ? { host, port } : null
}
