/** Just enough SIP for the bench's own telephones: parses Asterisk's messages, writes theirs. Pure. */

export interface SipMessage {
  /** Of a request. */
  method: string | null
  /** User part of a request's address. */
  user: string
  /** Of a response. */
  status: number | null
  /** By lower-case name; several of one name in their order. */
  headers: ReadonlyMap<string, string[]>
  body: string
}

export function readMessage(text: string): SipMessage | null {
  const end = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, end < 0 ? text.length : end).split('\r\n')
  const status = /^SIP\/2\.0 (\d{3})/.exec(first)?.[1]
  const request = /^([A-Z]+) sip:(?:([^@\s>;]+)@)?\S+ SIP\/2\.0$/.exec(first)
  if (!status && !request) return null
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return {
    method: request?.[1] ?? null,
    user: request?.[2] ?? '',
    status: status ? Number(status) : null,
    headers,
    body: end < 0 ? '' : text.slice(end + 4),
  }
}

export function header(message: SipMessage, name: string): string {
  return message.headers.get(name)?.[0] ?? ''
}

/** Identifies a transaction: the branch of its request. */
export function branchOf(message: SipMessage): string {
  return /branch=([^;,\s]+)/.exec(header(message, 'via'))?.[1] ?? ''
}

/** User part of an address header, e.g. the caller's number in From. */
export function userOf(value: string): string {
  return /sips?:([^@>;]+)@/.exec(value)?.[1] ?? ''
}

export function audioPortOf(message: SipMessage): number | null {
  const port = /^m=audio (\d+)/m.exec(message.body)?.[1]
  return port ? Number(port) : null
}

/** Lines of a message with its body and length. */
export function writeMessage(first: string, headers: readonly (readonly [string, string])[], body = ''): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const type = body === '' ? [] : ['Content-Type: application/sdp']
  return [first, ...lines, ...type, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n')
}

/** A response repeats the headers that identify the transaction. */
export function writeReply(
  request: SipMessage,
  status: string,
  { tag, contact, body }: { tag?: string; contact?: string; body?: string } = {},
): string {
  const to = header(request, 'to')
  return writeMessage(
    `SIP/2.0 ${status}`,
    [
      ...(request.headers.get('via') ?? []).map((value) => ['Via', value] as const),
      ['From', header(request, 'from')],
      ['To', tag === undefined || to.includes('tag=') ? to : `${to};tag=${tag}`],
      ['Call-ID', header(request, 'call-id')],
      ['CSeq', header(request, 'cseq')],
      ...(contact === undefined ? [] : [['Contact', contact] as const]),
    ],
    body,
  )
}

export function sdpOf(host: string, mediaPort: number): string {
  return [
    'v=0',
    `o=bench 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${mediaPort} RTP/AVP 8 101`,
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')
}
