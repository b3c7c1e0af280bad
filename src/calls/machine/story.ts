import type { Call } from './call.ts'
import { waitedMs } from './waited.ts'

/** What the night engineer wants to know of a call in one line. */
export function storyOf(call: Call): Record<string, unknown> {
  return {
    ...(call.stage.phase === 'ended' ? { outcome: call.stage.outcome, endedBy: call.stage.endedBy } : {}),
    line: call.line.number,
    keys: call.keys || undefined,
    agent: call.agent?.number,
    offers: call.segments.filter((segment) => segment.kind === 'OFFER').length,
    waitedSeconds: inSeconds(waitedMs(call, call.segments)),
    talkedSeconds: inSeconds(call.answeredAt === null || call.endedAt === null ? null : call.endedAt - call.answeredAt),
    cause: call.hangupCause,
  }
}

/** To a tenth. */
export function inSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 100) / 10
}
