import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalOf } from './packet.ts'

/** HMAC-SHA256 of a message or an answer without its `sign`, hex. */

function signatureOf(secret: string, value: object): string {
  const { sign: _, ...rest } = value as Record<string, unknown>
  return createHmac('sha256', secret).update(canonicalOf(rest)).digest('hex')
}

export function signed<T extends object>(secret: string, value: T): T & { sign: string } {
  return { ...value, sign: signatureOf(secret, value) }
}

export function isSigned(secret: string, value: unknown): boolean {
  if (value === null || typeof value !== 'object' || !('sign' in value) || typeof value.sign !== 'string') return false
  const [given, right] = [Buffer.from(value.sign), Buffer.from(signatureOf(secret, value))]
  return given.length === right.length && timingSafeEqual(given, right)
}
