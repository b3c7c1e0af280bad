import type { Logger } from 'pino'
import type { CallId, Instant } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import { inSeconds } from '../machine/story.ts'
import { waitedMs } from '../machine/waited.ts'

/** Longer in the line is worth a line of the log. */
const longWaitMs = 60_000
/** An answer that is older was told by the controller before this one. */
const justNowMs = 10_000

/**
 * Between "call entered" and "call ended" the log says at most two things of a call: that it waits longer than a
 * minute, and that it was answered. Who looks for a call at night finds there where it is.
 */
export interface NightLog {
  kept(call: Call): void
  /** Run every few seconds. */
  look(calls: readonly Call[]): void
}

export function openNightLog({ now, log }: { now(): Instant; log: Logger }): NightLog {
  const waiting = new Set<CallId>()
  const answered = new Set<CallId>()

  return {
    kept(call) {
      const { id, answeredAt, agent } = call
      if (call.stage.phase === 'ended') {
        waiting.delete(id)
        answered.delete(id)
        return
      }
      if (answeredAt === null || answered.has(id)) return
      answered.add(id)
      if (now() - answeredAt > justNowMs) return
      const waitedSeconds = inSeconds(waitedMs(call, call.segments))
      log.info({ callId: id, agent: agent?.number, waitedSeconds }, 'call answered')
    },

    look(calls) {
      for (const { id, stage, queuedAt, line, skill } of calls) {
        if (stage.phase !== 'waiting' || queuedAt === null || waiting.has(id)) continue
        if (now() - queuedAt <= longWaitMs) continue
        waiting.add(id)
        log.info({ callId: id, line: line.number, skill }, 'call waits longer than a minute')
      }
    },
  }
}
