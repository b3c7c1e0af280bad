import type { Logger } from 'pino'
import type { Offer } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, OfferId } from '../../platform/types.ts'

export interface Matching {
  /** A caller waits or an agent is free again. Has no effect until `begin`. */
  run(): void
  begin(taker: OfferTaker): void
}

interface OfferTaker {
  /** Without Asterisk's events it is unknown which agents are free, and no phone can be rung. */
  mayOffer(): boolean
  /** @returns false when there is no such call: its agent must not wait for it */
  onOffer(offer: Offer): boolean
}

/** Matches until no waiting caller can be served, then again if it was asked for during the run; one run at a time. */
export function openMatching(parts: {
  queue: Queue
  node: string
  offerMs: number
  now(): Instant
  log: Logger
}): Matching {
  const { queue, now, log } = parts
  let taker: OfferTaker | null = null
  let isRunning = false
  let isWanted = false
  /**
   * Usually no caller waits: an id is kept until it is used, and after a lost reply it returns the same offer again.
   */
  let newOfferId = newId() as OfferId

  async function exhaust(): Promise<void> {
    while (taker?.mayOffer()) {
      const reserved = await queue.match(now(), { node: parts.node, offerMs: parts.offerMs, newOfferId })
      if (!reserved) return
      newOfferId = newId() as OfferId
      if (!taker.onOffer(reserved.offer)) withdraw(reserved.offer)
    }
  }

  function withdraw(offer: Offer): void {
    log.warn({ callId: offer.callId, offerId: offer.id }, 'offer for an ended call: withdrawn')
    queue
      .withdraw(offer.id, now())
      .catch((error: unknown) =>
        log.warn({ err: error, offerId: offer.id }, 'offer not withdrawn: it expires by itself'),
      )
  }

  async function loop(): Promise<void> {
    isRunning = true
    try {
      while (isWanted) {
        isWanted = false
        await exhaust()
      }
    } catch (error) {
      // Redis is unreachable; the next tick tries again, callers keep their music.
      log.debug({ err: error }, 'matching failed: retried at the next tick')
    } finally {
      isRunning = false
    }
  }

  return {
    run() {
      isWanted = true
      if (!isRunning) void loop()
    },
    begin(who) {
      taker = who
    },
  }
}
