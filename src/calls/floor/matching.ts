import type { Logger } from 'pino'
import type { Offer } from '../../floor/queue/queue.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, OfferId } from '../../platform/types.ts'

export interface Matching {
  /** A caller waits or an agent is free again. Has no effect until `begin`. */
  run(): void
  /**
   * A caller came back from the fallback, and others may follow within milliseconds: nobody is offered a call until they are
   * all there, else who has waited longest would come second.
   */
  waitForOthers(): void
  begin(taker: OfferTaker): void
}

interface OfferTaker {
  /** Without Asterisk's events it is unknown which agents are free, and no phone can be rung. */
  mayOffer(): boolean
  /** @returns false when there is no such call: its agent must not wait for it */
  onOffer(offer: Offer): boolean
}

/** After the last who came back, and after the first: a hundred callers must not keep an agent idle. */
const lullMs = 300
const mostLullMs = 2_000

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

  /** By a clock that no step changes. */
  let lull: { until: number; since: number } | null = null

  function isLull(): boolean {
    if (lull !== null && performance.now() >= lull.until) lull = null
    return lull !== null
  }

  async function exhaust(): Promise<void> {
    while (taker?.mayOffer() && !isLull()) {
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

  function run(): void {
    isWanted = true
    if (!isRunning) void loop()
  }

  return {
    run,
    waitForOthers() {
      const at = performance.now()
      const since = isLull() && lull ? lull.since : at
      const until = Math.min(at + lullMs, since + mostLullMs)
      lull = { since, until }
      setTimeout(run, until - at + 1).unref()
    },
    begin(who) {
      taker = who
    },
  }
}
