import { createHash, createHmac } from 'node:crypto'
import type { SessionId } from '../../platform/types.ts'
import { sipRealm } from '../../telephony/ari/endpoint.ts'

/** What a telephone registers with. */

/** Name of the SIP endpoint of a log-in's browser. */
export const browserDevice = (id: SessionId): string => `b-${id}`

/** Given again after a reload, never stored: it follows from the log-in's cookie. */
export function sipPassword(token: string): string {
  return createHmac('sha256', token).update('sip').digest('base64url')
}

/** What Asterisk and the database keep instead of a password. */
export function sipDigest(username: string, password: string): string {
  return createHash('md5').update(`${username}:${sipRealm}:${password}`).digest('hex')
}
