import type { Logger } from 'pino'
import type { BridgeId, Instant } from '../../platform/types.ts'
import type { Ari, AriInventory, LiveChannel } from '../../telephony/ari/ari.ts'
import { callOf } from '../machine/call.ts'
import { legsOf } from '../machine/mix.ts'
import { hasCaller } from '../machine/party.ts'
import type { Adoption } from './adopt.ts'
import type { Boxes } from './boxes.ts'

/** An orphaned channel or bridge must be this old before it is cleared away: its call may be just entering. */
const strangerAgeMs = 30_000

/** Orphaned channels and bridges in our application: no call has them. */
export function strangersIn(inventory: AriInventory, boxes: Boxes): { channels: LiveChannel[]; bridges: BridgeId[] } {
  return {
    channels: inventory.channels.filter((channel) => {
      const callId = callOf(channel.id)
      if (!channel.isInApp && !callId) return false
      if (boxes.ofCaller(channel.id)) return false
      const call = callId && boxes.call(callId)
      return !(call && legsOf(call).includes(channel.id))
    }),
    bridges: inventory.bridges
      .filter((bridge) => {
        const callId = callOf(bridge.id)
        return callId !== null && !boxes.has(callId)
      })
      .map((bridge) => bridge.id),
  }
}

/** @returns compares with Asterisk and clears away orphans; run once a minute */
export function openSweep(parts: {
  ari: Pick<Ari, 'hangup' | 'destroyBridge' | 'inventory'>
  boxes: Boxes
  adoption: Adoption
  now(): Instant
  log: Logger
}): () => Promise<void> {
  const { ari, boxes, adoption, now, log } = parts
  /** Missing or orphaned at the last look. */
  let suspects = new Set<string>()

  return async () => {
    const answer = await ari.inventory()
    if (!answer.ok) return
    const inventory = answer.value
    await adoption.takeOverRest(inventory)
    const alive = new Set(inventory.channels.map((channel) => channel.id))
    const seen = new Set<string>()
    for (const call of boxes.calls()) {
      const isThere = hasCaller(call) ? alive.has(call.channel) : legsOf(call).some((leg) => alive.has(leg))
      if (isThere || call.stage.phase === 'ended') continue
      // Missing twice in a row: no event reported its end.
      if (suspects.has(call.id)) adoption.takeOver(call, inventory)
      else seen.add(call.id)
    }
    const { channels, bridges } = strangersIn(inventory, boxes)
    for (const channel of channels) {
      if (now() - channel.createdAt < strangerAgeMs) continue
      log.warn({ channel: channel.id }, 'orphaned channel: hung up')
      void ari.hangup(channel.id, 'normal')
    }
    for (const bridge of bridges) {
      if (suspects.has(bridge)) void ari.destroyBridge(bridge)
      else seen.add(bridge)
    }
    suspects = seen
  }
}
