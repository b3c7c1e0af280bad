import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Messages as docs/exchange/13710.md has them: written, signed, read. */

export interface Message {
  msg_id: string
  type: string
  ver: number
  from: string
  to: string
  sent_at: string
  body: Record<string, unknown>
  sign: string
}

export interface Answer {
  msg_id: string
  reply: 'ACK' | 'NACK' | 'DEFER'
  code: number | null
  text: string
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

export const newId = (): string => randomBytes(16).toString('hex')
