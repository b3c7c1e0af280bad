import type { ChannelId, Instant } from '../../platform/types.ts'
import type { Timings } from '../../site/site.ts'
import type { Call, CallEvent, Effect, Step } from './call.ts'
import { mend, soundOf } from './mix.ts'
import { type Party, partyOfAgent, withParty } from './party.ts'
import { ignore, withoutTimer, withTimer } from './phases/parts.ts'
import { without } from './phases/regroup.ts'

/** An agent's page was reloaded, and its new phone takes the place of the old one. Pure. */

/** Rings the new phone; the old leg stays until it has answered. */
export function rejoin(
  call: Call,
  event: Extract<CallEvent, { type: 'rejoin' }>,
  now: Instant,
  timings: Timings,
): Step {
  const who = partyOfAgent(call, event.agentId)
  if (who?.step !== 'UP') return ignore(call, event)
  const { endpoint } = event
  const serial = call.serial + 1
  const leg = `${call.id}.leg${serial}` as ChannelId
  const older: Effect[] = who.next ? [{ do: 'hangup', channel: who.next.leg, cause: 'normal' }] : []
  const rung = withParty(call, who.id, { next: { leg, endpoint } })
  const owned = { ...call.owned, legs: [...call.owned.legs, leg] }
  return {
    call: withTimer({ ...rung, serial, owned }, 'rejoin', now + timings.ringMs),
    effects: [...older, { do: 'originate', leg, endpoint }],
  }
}

/** @returns null when it is nobody's new phone */
export function comeBack(call: Call, leg: ChannelId): Step | null {
  const who = call.parties.find(({ next }) => next?.leg === leg)
  const back = who ? withNewPhone(call, who) : null
  if (!who || !back) return null
  // Hung up, the old one leaves by itself.
  const known = without(soundOf(call), [who.channel])
  const old: Effect[] = call.owned.legs.includes(who.channel)
    ? [{ do: 'hangup', channel: who.channel, cause: 'normal' }]
    : []
  return { call: back, effects: [...mend(soundOf(back), known), ...old] }
}

/** @returns null for who is no agent */
export function withNewPhone(call: Call, { id, next, agent: offer }: Party): Call | null {
  if (!next || !offer) return null
  const agent = { ...offer, endpoint: next.endpoint }
  return withParty(withoutTimer(call, 'rejoin'), id, { channel: next.leg, agent, next: null })
}
