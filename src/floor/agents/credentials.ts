import { createHash, createHmac } from 'node:crypto'
import type { SessionId } from '../../platform/types.ts'
import { sipRealm } from '../../telephony/ari/endpoint.ts'

/** The credentials with which a telephone registers. */

/** Name of the SIP endpoint of a log-in's browser. */
export const browserDevice = (id: SessionId): string => `b-${id}`

/** Derived from the log-in's cookie and never stored, so it is the same after a reload. */
export function sipPassword(token: string): string {
  return createHmac('sha256', token).update('sip').digest('base64url')
}

/** Stored by Asterisk and the database instead of a password. */
export function sipDigest(username: string, password: string): string {
  return createHash('md5').update(`${username}:${sipRealm}:${password}`).digest('hex')
}
