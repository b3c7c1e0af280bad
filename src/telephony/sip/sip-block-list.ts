import type { Redis } from 'ioredis'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import type { Ari } from '../ari/ari.ts'

/**
 * The addresses that Asterisk currently answers with 403. Asterisk cannot list them, so they are in Redis as well: the
 * next controller lifts the blocks of this one.
 */
export interface SipBlockList {
  block(address: string, until: Instant): Promise<void>
  /** Unblocks those whose time is over. */
  sweep(): Promise<void>
}

export interface SipBlockListParts {
  ari: Pick<Ari, 'blockAddress' | 'unblockAddress'>
  redis: Redis
  node: string
  now(): Instant
  log: Log
}

export function openSipBlockList({ ari, redis, node, now, log }: SipBlockListParts): SipBlockList {
  const key = `{hotline}:sip-blocked:${node}`
  /** Blocks of this controller, in case Redis loses them. */
  const own = new Map<string, Instant>()
  return {
    async block(address, until) {
      // Stored first: a stored block is lifted, a block that is not stored would stay permanently.
      own.set(address, until)
      await redis.hset(key, address, until)
      const answer = await ari.blockAddress(address)
      if (answer.ok) log.warn({ address, until: new Date(until) }, 'SIP address blocked after repeated refusals')
      else log.warn({ address, why: answer.detail }, 'SIP address not blocked')
    },
    async sweep() {
      const noted = Object.entries(await redis.hgetall(key))
      for (const [address, until] of new Map<string, number | string>([...own, ...noted])) {
        if (Number(until) > now()) continue
        const answer = await ari.unblockAddress(address)
        if (!answer.ok && answer.why !== 'gone') continue
        await redis.hdel(key, address)
        own.delete(address)
        log.info({ address }, 'SIP address unblocked')
      }
    },
  }
}
