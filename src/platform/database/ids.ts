import { randomFillSync } from 'node:crypto'
import { ulid } from 'ulid'
import type { Instant } from '../types.ts'

/** Random bytes are fetched in bulk: fetched one by one, as `ulid` does, they cost more than the id itself. */
const stock = new Uint8Array(4_096)
let used = stock.length

function random(): number {
  if (used === stock.length) {
    randomFillSync(stock)
    used = 0
  }
  const byte = stock[used] ?? 0
  used += 1
  return byte / 256
}

/** @param at the instant by which the id sorts; by default now */
export function newId(at?: Instant): string {
  return ulid(at, random)
}
