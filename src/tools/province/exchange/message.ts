import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Messages of the exchange as docs/exchange/README.md has them: written, signed, read. */

export interface Token {
  /** Region. */
  holder: string
  epoch: number
  offer: number | null
}

export interface Message {
  msg_id: string
  type: 'CALL_CONTEXT' | 'CALL_EVENT'
  ver: number
  from: string
  to: string
  ticket_ref: string | null
  seq: number
  sent_at: string
  body: { call_id: string; owner_token: Token; event?: string } & Record<string, unknown>
  sign: string
}

export interface Reply {
  msg_id: string
  reply: 'ACK' | 'NACK' | 'DEFER'
  code: number | null
  text: string
  until: string | null
  sign: string
}

/** RFC 8785, for the contents of messages: objects with sorted keys, no blanks. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const there = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const entries = there.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}

function signatureOf(secret: string, { sign: _, ...rest }: Record<string, unknown>): string {
  return createHmac('sha256', secret).update(canonical(rest)).digest('hex')
}

export function signed<T extends object>(secret: string, message: T): T & { sign: string } {
  return { ...message, sign: signatureOf(secret, message as Record<string, unknown>) }
}

export function isSigned(secret: string, message: unknown): boolean {
  if (message === null || typeof message !== 'object' || !('sign' in message)) return false
  const [given, right] = [Buffer.from(String(message.sign)), Buffer.from(signatureOf(secret, { ...message }))]
  return given.length === right.length && timingSafeEqual(given, right)
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** ULID: 10 characters of time, 16 of chance. */
export function newId(now: number): string {
  let time = ''
  for (let left = now, at = 0; at < 10; at += 1) {
    time = alphabet.charAt(left % 32) + time
    left = Math.floor(left / 32)
  }
  return time + [...randomBytes(16)].map((byte) => alphabet.charAt(byte % 32)).join('')
}

/** RFC 7433 with text of ISDN (RFC 7434). */
export const userToUser = (id: string): string => `04${Buffer.from(id, 'latin1').toString('hex')};encoding=hex`
