import type { Instant } from '../../platform/types.ts'
import type { Ari, EndpointList } from '../../telephony/ari/ari.ts'
import { isTrunk } from '../../telephony/ari/endpoint.ts'
import type { Queue } from '../queue/store.ts'

/**
 * Updates the floor with the reachable phones at our Asterisk: at once on an event, and by comparison for missed
 * events.
 */
export interface Reach {
  /** Reported by Asterisk, again with each channel of the phone. @throws when the floor did not accept it */
  told(endpoint: string, isReachable: boolean): Promise<void>
  /** Asks Asterisk for all phones and corrects the floor. */
  compare(): Promise<void>
  /** The same with a list that was just read. */
  follow(listed: EndpointList): Promise<void>
}

export function openReach(parts: {
  ari: Pick<Ari, 'endpoints'>
  queue: Pick<Queue, 'phones' | 'setReachable'>
  node: string
  now(): Instant
}): Reach {
  const { ari, queue, node, now } = parts
  /** Endpoints last reported to the floor as reachable. */
  const there = new Set<string>()
  /** Endpoints with an event since each comparison began: newer than its list. */
  const newer = new Set<Set<string>>()

  async function say(endpoint: string, isReachable: boolean): Promise<void> {
    if (isReachable) there.add(endpoint)
    else there.delete(endpoint)
    try {
      await queue.setReachable(endpoint, isReachable, now())
    } catch (error) {
      // It is unknown whether the floor accepted it: reported again the next time.
      there.delete(endpoint)
      throw error
    }
  }

  async function setRight(listed: EndpointList, toldSince: ReadonlySet<string>): Promise<void> {
    const reachable = new Set(listed.reachable.filter((endpoint) => !isTrunk(endpoint)))
    const known = await queue.phones()
    for (const endpoint of reachable) {
      if (!known.has(endpoint) && !toldSince.has(endpoint)) await say(endpoint, true)
    }
    // Phones at another node are not missing here.
    for (const [endpoint, at] of known) {
      if (at === node && !reachable.has(endpoint) && !toldSince.has(endpoint)) await say(endpoint, false)
    }
  }

  async function whileToldSince(work: (toldSince: ReadonlySet<string>) => Promise<void>): Promise<void> {
    const toldSince = new Set<string>()
    newer.add(toldSince)
    try {
      await work(toldSince)
    } finally {
      newer.delete(toldSince)
    }
  }

  return {
    async told(endpoint, isReachable) {
      for (const toldSince of newer) toldSince.add(endpoint)
      if (!isReachable || !there.has(endpoint)) await say(endpoint, isReachable)
    },
    compare: () =>
      whileToldSince(async (toldSince) => {
        const listed = await ari.endpoints()
        if (listed.ok) await setRight(listed.value, toldSince)
      }),
    follow: (listed) => whileToldSince((toldSince) => setRight(listed, toldSince)),
  }
}
