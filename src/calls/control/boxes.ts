import type { Logger } from 'pino'
import type { CallId, ChannelId } from '../../platform/types.ts'
import { type Call, type CallEvent, callOf, inherited, type Step } from '../machine/call.ts'
import { Mailbox, type Surroundings } from './mailbox.ts'

/** The calls of one controller: a mailbox each, found by the call's id or by its caller's channel. */
export interface Boxes {
  open(step: Step): void
  /**
   * Adopts a call of an earlier controller. Opening the mailbox stores the call, so that the stores have its new
   * version at once.
   */
  adopt(call: Call): void
  has(callId: CallId): boolean
  call(callId: CallId): Call | undefined
  calls(): Call[]
  /** Null when this channel is no caller's, or belongs to no call of this controller. */
  ofCaller(channel: ChannelId): CallId | null
  /** The call that a channel belongs to: the caller's by its id, a leg's by its name. */
  ownerOf(channel: ChannelId): CallId | null
  /** @returns false when there is no such call */
  post(callId: CallId | null, event: CallEvent): boolean
  stop(): void
}

export type BoxesParts = Omit<Surroundings, 'onEnded' | 'onFault'> & { log: Logger }

export function openBoxes(parts: BoxesParts): Boxes {
  const boxes = new Map<CallId, Mailbox>()
  const byCaller = new Map<ChannelId, CallId>()

  const world: Surroundings = {
    ...parts,
    onEnded(callId) {
      const box = boxes.get(callId)
      if (box) byCaller.delete(box.call.channel)
      boxes.delete(callId)
      box?.stop()
    },
    onFault(callId, event, error) {
      parts.log.error({ callId, event, err: error }, 'handling of a call event failed: call state unchanged')
    },
  }

  function open(step: Step): void {
    byCaller.set(step.call.channel, step.call.id)
    boxes.set(step.call.id, Mailbox.open(step, world))
  }

  return {
    open,
    adopt: (call) => open({ call: inherited(call), effects: [] }),
    has: (callId) => boxes.has(callId),
    call: (callId) => boxes.get(callId)?.call,
    calls: () => [...boxes.values()].map((box) => box.call),
    ofCaller: (channel) => byCaller.get(channel) ?? null,
    ownerOf: (channel) => byCaller.get(channel) ?? callOf(channel),
    post(callId, event) {
      const box = callId && boxes.get(callId)
      if (!box) return false
      box.post(event)
      return true
    },
    stop() {
      for (const box of boxes.values()) box.stop()
    },
  }
}
