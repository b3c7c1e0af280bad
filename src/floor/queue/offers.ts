import type { Instant, OfferId } from '../../platform/types.ts'
import type { Agent, ForcedReason } from '../agents/agent.ts'
import type { Offer } from './queue.ts'
import { offerOf } from './replies.ts'
import type { Steps, Taken } from './steps.ts'

/** Offers of calls to agents. */
export function offerSteps({ step, agentStep, offerStep, hashes }: Steps) {
  return {
    ringing: (offerId: OfferId, now: Instant): Promise<Agent | null> => agentStep('ringing', offerId, now),

    /** Not ok: the offer is stale (rejected, expired, or the caller left); hang the agent's leg up. */
    accept: (offerId: OfferId, now: Instant): Promise<Taken> => offerStep('accept', offerId, now),

    /**
     * Agent to NOT_READY with the reason (or to the state chosen in the meantime), call back to its place in the queue.
     */
    reject: (offerId: OfferId, now: Instant, reason: ForcedReason): Promise<Taken> =>
      offerStep('reject', offerId, now, reason),

    /** The caller of the offer is gone: as `leave`, by the offer's id. */
    withdraw: (offerId: OfferId, now: Instant): Promise<Taken> => offerStep('withdraw', offerId, now),

    /** Ends offers whose controller is gone; their calls wait again. @returns the offers that were ended */
    async expire(now: Instant): Promise<Offer[]> {
      return (await step('expire', now)).offers
    },

    /** Offers that are still open. */
    async offers(): Promise<Offer[]> {
      return (await hashes('offers', 'offer')).map(([, hash]) => offerOf(hash))
    },
  }
}
