import type { Logger } from 'pino'
import type { ChannelId } from '../../platform/types.ts'
import type { Ari } from '../../telephony/ari/ari.ts'
import type { Call, CallEvent, Effect } from '../machine/call.ts'
import type { Boxes } from './boxes.ts'
import type { Ledger } from './ledger.ts'

/** Callers of ours whom the dialplan's fallback has: no controller steers their calls, and they may come back from it. */
export interface Aside {
  /** What was known of a caller when the fallback took them in. */
  of(caller: ChannelId): Call | undefined
  /** The stores say that the fallback has this call. */
  recall(call: Call): void
  /** The fallback has this call, and the stores do not know it yet. */
  add(call: Call): void
  /** A channel entered that may be of such a caller: their call continues where it was. @returns whether it was one */
  comeBack(caller: ChannelId): boolean
  /**
   * Callers who hung up before the fallback's first step left no trace for its import: their records are closed here.
   * Of others it is only forgotten that they were set aside. Run less often than the import, whose turn comes first.
   */
  close(): Promise<void>
}

export interface AsideParts {
  ari: Pick<Ari, 'channels'>
  ledger: Pick<Ledger, 'setAside' | 'endAside' | 'aside'>
  node: string
  perform(effect: Effect, call: Call, present: () => Call): Promise<CallEvent | null>
  /** Whether this caller's record is closed already; null when that cannot be known now. */
  wasClosed(channel: ChannelId): Promise<boolean | null>
  /** One has come back, and others may follow in the next moments. */
  onCameBack(): void
  /** To desks and floors: no controller drives this call for now. */
  tellAside(call: Call): void
  log: Logger
}

/** Of a caller who has no agent, bridge or recording at Asterisk. */
const nothingFound = { legs: [], bridged: null, consulting: null, isRecording: false, isConsultRecorded: false }

export function openAside(parts: AsideParts & { boxes: Boxes }): Aside {
  const { ari, ledger, boxes, log } = parts
  const calls = new Map<ChannelId, Call>()
  /** Who had hung up when they were looked at last. */
  let leftFallback = new Set<ChannelId>()

  function goOn(call: Call, isCallerAlive: boolean): void {
    boxes.adopt(call)
    boxes.post(call.id, { type: 'adopted', found: { ...nothingFound, isCallerAlive } })
  }

  return {
    of: (caller) => calls.get(caller),

    recall: (call) => void calls.set(call.channel, call),

    add(call) {
      ledger.setAside(call.id)
      if (calls.has(call.channel)) return
      log.info({ callId: call.id, phase: call.stage.phase }, 'call set aside: the fallback has it')
      calls.set(call.channel, call)
      parts.tellAside(call)
      void parts.perform({ do: 'leave-queue' }, call, () => call)
    },

    comeBack(caller) {
      const before = calls.get(caller)
      if (!before) return false
      calls.delete(caller)
      ledger.endAside(before.id)
      parts.onCameBack()
      log.info({ callId: before.id, phase: before.stage.phase }, 'call returned from the fallback')
      goOn(before, true)
      return true
    },

    async close() {
      const known = [...calls.values(), ...(await ledger.aside()).values()].filter((call) => call.node === parts.node)
      const answer = known.length > 0 ? await ari.channels() : null
      if (!answer?.ok) return
      const alive = new Set(answer.value.map((channel) => channel.id))
      const before = leftFallback
      leftFallback = new Set()
      for (const call of new Map(known.map((one) => [one.id, one])).values()) {
        if (alive.has(call.channel)) continue
        const wasClosed = before.has(call.channel) ? await parts.wasClosed(call.channel) : null
        if (wasClosed === null) {
          leftFallback.add(call.channel)
          continue
        }
        calls.delete(call.channel)
        ledger.endAside(call.id)
        if (!wasClosed && !boxes.has(call.id)) goOn(call, false)
      }
    },
  }
}
