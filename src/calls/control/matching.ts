import type { Logger } from 'pino'
import type { Offer } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, OfferId } from '../../platform/types.ts'

/** Matches until nobody who waits can be served, then again when asked meanwhile; one run at a time. */
export function openMatching(parts: {
  queue: Queue
  node: string
  offerMs: number
  now(): Instant
  /** Without Asterisk's events nobody knows who is free, and no phone can be rung. */
  mayOffer(): boolean
  onOffer(offer: Offer): void
  log: Logger
}): { run(): void } {
  let isRunning = false
  let isWanted = false
  /** Mostly nobody waits: an id is kept until it is used, and after a lost reply it brings the same offer again. */
  let newOfferId = newId() as OfferId

  async function exhaust(): Promise<void> {
    while (parts.mayOffer()) {
      const reserved = await parts.queue.match(parts.now(), { node: parts.node, offerMs: parts.offerMs, newOfferId })
      if (!reserved) return
      newOfferId = newId() as OfferId
      parts.onOffer(reserved.offer)
    }
  }

  async function loop(): Promise<void> {
    isRunning = true
    try {
      while (isWanted) {
        isWanted = false
        await exhaust()
      }
    } catch (error) {
      // Redis is away; the next tick asks again, callers keep their music.
      parts.log.debug({ err: error }, 'matching has to wait')
    } finally {
      isRunning = false
    }
  }

  return {
    run() {
      isWanted = true
      if (!isRunning) void loop()
    },
  }
}
