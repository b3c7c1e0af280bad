import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { Instant } from '../../platform/types.ts'
import { clientOf } from '../../platform/web/origin.ts'

/**
 * Addresses whose SIP requests are refused repeatedly are answered 403 for a while, whatever their requests contain:
 * this bounds the number of guesses, whether the other side heeds the 403 or not. Pure except for its memory.
 */

/** Within a minute; a phone with a wrong password tries every 30 s or so. */
export const refusalsAllowed = 20
const windowMs = 60_000
/** The first block; each further one within a day doubles it. */
export const firstBlockMs = 60_000
const longestBlockMs = 3_600_000
const forgottenAfterMs = 86_400_000
/** More than an honest network has; a flood with forged senders must not fill the memory. */
const mostAddresses = 10_000

interface Conduct {
  refusedAt: Instant[]
  blocks: number
  blockedUntil: Instant
}

/** The sender of an address: an IPv6 sender has a network of 64 bits, represented by its first address. */
export const senderOf = (address: string): string => clientOf(address).replace(/\/64$/, '')

export interface SipBlocks {
  /** @param address from `senderOf`. @returns the end of a block that begins now; null when none begins */
  refused(address: string, now: Instant): Instant | null
}

/** @param networks CIDR, whose senders are never blocked: a forged source address must not silence them */
export function openSipBlocks(networks: readonly string[]): SipBlocks {
  const spared = new BlockList()
  for (const network of ['127.0.0.1/32', ...networks]) {
    const [address = '', length = '32'] = network.split('/')
    spared.addSubnet(address, Number(length), 'ipv4')
  }
  spared.addAddress('::1', 'ipv6')
  const conducts = new Map<string, Conduct>()

  function conductOf(address: string, now: Instant): Conduct {
    const known = conducts.get(address) ?? { refusedAt: [], blocks: 0, blockedUntil: 0 }
    // The latest is last.
    conducts.delete(address)
    if ((known.refusedAt.at(-1) ?? now) < now - forgottenAfterMs) known.blocks = 0
    conducts.set(address, known)
    const [oldest] = conducts.keys()
    if (conducts.size > mostAddresses && oldest !== undefined) conducts.delete(oldest)
    return known
  }

  return {
    refused(address, now) {
      const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null
      if (family === null || spared.check(address, family)) return null
      const conduct = conductOf(address, now)
      conduct.refusedAt = [...conduct.refusedAt.filter((at) => at > now - windowMs && at <= now), now]
      if (conduct.refusedAt.length < refusalsAllowed || now < conduct.blockedUntil) return null
      const blockMs = Math.min(longestBlockMs, firstBlockMs * 2 ** conduct.blocks)
      conduct.blocks += 1
      conduct.refusedAt = [now]
      conduct.blockedUntil = now + blockMs
      return conduct.blockedUntil
    },
  }
}
