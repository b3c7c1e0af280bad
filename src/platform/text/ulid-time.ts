import type { Instant } from '../types.ts'

/** ULIDs sort by time, so an instant bounds them. Pure. */

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The smallest ULID made at this instant or later. */
export function firstUlidAt(at: Instant): string {
  let head = ''
  for (let rest = Math.max(0, Math.floor(at)); head.length < 10; rest = Math.floor(rest / 32)) {
    head = crockford[rest % 32] + head
  }
  return head.padEnd(26, '0')
}

/**
 * A ULID that every process computes alike: made of this instant and of a digest, at least 16 bytes, instead of chance.
 */
export function ulidOf(at: Instant, digest: Uint8Array): string {
  const tail = Array.from(digest.subarray(0, 16), (byte) => crockford[byte % 32])
  return firstUlidAt(at).slice(0, 10) + tail.join('')
}

/** When this ULID was made. */
export function ulidTime(ulid: string): Instant {
  return [...ulid.slice(0, 10)].reduce((at, letter) => at * 32 + crockford.indexOf(letter), 0)
}

export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}
