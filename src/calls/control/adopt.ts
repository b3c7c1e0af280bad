import type { Logger } from 'pino'
import type { Written } from '../../platform/redis/bus.ts'
import type { ChannelId } from '../../platform/types.ts'
import type { AriInventory, LiveChannel } from '../../telephony/ari/ari.ts'
import { bridgeOf, type Call, type CallEvent, type Found } from '../machine/call.ts'
import { legsOf } from '../machine/mix.ts'
import type { Room } from '../machine/party.ts'
import type { Aside } from './aside.ts'
import type { Boxes } from './boxes.ts'
import type { Ledger } from './ledger.ts'

/** Takes on the calls that an earlier controller left, or this one before it lost its connection. */
export interface Adoption {
  /** A connection has opened: what the stores remember, and what was led here, is compared with Asterisk. */
  takeOverAll(inventory: AriInventory): Promise<void>
  /** One of the stores was unreachable when they were read: adopts the rest once both have been read. */
  takeOverRest(inventory: AriInventory): Promise<void>
  /** Tells one call what there is of it at Asterisk. */
  takeOver(call: Call, inventory: AriInventory): void
}

export interface AdoptionParts {
  ledger: Pick<Ledger, 'load' | 'aside' | 'endAside' | 'keep'>
  node: string
  /** The announcement to desks and floors. */
  news(call: Call): Written
  log: Logger
}

export function openAdoption(parts: AdoptionParts & { boxes: Boxes; aside: Aside }): Adoption {
  const { ledger, boxes, aside, log } = parts
  /** Both stores were read: no call is left that only the unreachable one has. */
  let isWhole = false

  /** Takes on what the stores remember; those taken on are returned. */
  async function remember(inventory: AriInventory): Promise<Call[]> {
    const channels = new Map(inventory.channels.map((channel) => [channel.id, channel]))
    const { calls, isWhole: isAll } = await ledger.load()
    isWhole = isAll
    const newest = new Map(calls.map((call) => [call.id, call]))
    for (const call of (await ledger.aside()).values()) {
      if (call.node !== parts.node || boxes.has(call.id)) continue
      const living = newest.get(call.id)
      // Back in the application, or known to a leader after it had been set aside: the newer word counts.
      if (channels.get(call.channel)?.isInApp || (living && living.version > call.version)) {
        if (!living || living.version < call.version) newest.set(call.id, call)
        ledger.endAside(call.id)
      } else {
        newest.delete(call.id)
        aside.recall(call)
      }
    }
    const unknown = [...newest.values()].filter((call) => !boxes.has(call.id))
    for (const call of unknown) {
      // Ended, but its controller died before the row was closed.
      if (call.stage.phase === 'ended') await ledger.keep(call, parts.news(call))
      // The jobs role hands orphaned callers to the dialplan. See `rescue.ts`.
      else if (channels.get(call.channel)?.isInApp === false) aside.add(call)
      else boxes.adopt(call)
    }
    return unknown.filter((call) => boxes.has(call.id))
  }

  function takeOver(call: Call, inventory: AriInventory): void {
    const channels = new Map(inventory.channels.map((channel) => [channel.id, channel]))
    // Clocks are stepped; a channel that is there was not lost with an earlier Asterisk, whatever they say.
    const isFromBefore = !channels.has(call.channel) && call.arrivedAt < inventory.asteriskStartedAt
    const event: CallEvent = isFromBefore
      ? { type: 'platform-lost' }
      : { type: 'adopted', found: foundOf(call, inventory, channels) }
    log.info({ callId: call.id, phase: call.stage.phase, isFromBefore }, 'call adopted')
    boxes.post(call.id, event)
  }

  return {
    async takeOverAll(inventory) {
      await remember(inventory)
      for (const call of boxes.calls()) takeOver(call, inventory)
    },
    async takeOverRest(inventory) {
      if (isWhole) return
      for (const call of await remember(inventory)) takeOver(call, inventory)
    },
    takeOver,
  }
}

/** What there is of a call at Asterisk. */
function foundOf(call: Call, inventory: AriInventory, channels: ReadonlyMap<ChannelId, LiveChannel>): Found {
  const { recording, consultRecording } = call.owned
  const membersOf = (room: Room) =>
    inventory.bridges.find((bridge) => bridge.id === bridgeOf(call.id, room))?.channels ?? null
  return {
    isCallerAlive: channels.has(call.channel),
    isCallerUp: channels.get(call.channel)?.state === 'Up',
    isCallerDown: channels.get(call.channel)?.state === 'Down',
    legs: legsOf(call).flatMap((id) => {
      const channel = channels.get(id)
      return channel ? [{ id, isUp: channel.state === 'Up', isDown: channel.state === 'Down' }] : []
    }),
    bridged: membersOf('TALK'),
    consulting: membersOf('CONSULT'),
    isRecording: recording !== null && inventory.recordings.includes(recording),
    isConsultRecorded: !!consultRecording && inventory.recordings.includes(consultRecording),
  }
}
