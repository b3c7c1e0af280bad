import type { Call } from './call.ts'

/** What the night engineer wants to know of a call in one line. */
export function storyOf(call: Call): Record<string, unknown> {
  const seconds = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.round((to - from) / 100) / 10
  return {
    ...(call.stage.phase === 'ended' ? { outcome: call.stage.outcome, endedBy: call.stage.endedBy } : {}),
    line: call.line.number,
    keys: call.keys || undefined,
    agent: call.agent?.number,
    offers: call.segments.filter((segment) => segment.kind === 'OFFER').length,
    waitedSeconds: seconds(call.queuedAt, call.answeredAt ?? call.endedAt),
    talkedSeconds: seconds(call.answeredAt, call.endedAt),
    cause: call.hangupCause,
  }
}
