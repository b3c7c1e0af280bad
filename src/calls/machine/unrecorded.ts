import type { Instant } from '../../platform/types.ts'

/** What a call's recordings leave out of its talk. Pure. */

interface Stretch {
  kind: string
  agent: unknown
  startedAt: Instant
  endedAt: Instant | null
}

interface Sound {
  status: string
  startedAt: Instant
  endedAt: Instant | null
}

/** Between the answer and the first sound of a recording that went well. */
const slackMs = 1_000

const recorded = new Set(['TALKING', 'HOLD', 'FALLBACK'])

/**
 * How much of the talk no recording covers, in ms by the clock: a file leaves out time in which no one sends sound, so
 * its length proves nothing. 0 where only the moment of joining is missing.
 * @param segments of the call, in order; the open one of a live call ends at `now`
 * @param sounds recordings, including those whose file is lost or was deleted later
 */
export function unrecordedMs(segments: readonly Stretch[], sounds: readonly Sound[], now: Instant): number {
  const kept = sounds
    .filter((sound) => sound.status !== 'LOST')
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((sound) => ({ from: sound.startedAt, to: sound.endedAt ?? now }))
  let missing = 0
  for (const { kind, agent, startedAt, endedAt } of segments) {
    if (!recorded.has(kind) || agent === null) continue
    let covered = startedAt
    const end = endedAt ?? now
    for (const { from, to } of kept) {
      if (from - covered > slackMs) missing += Math.min(from, end) - covered
      covered = Math.max(covered, Math.min(to, end))
      if (covered >= end) break
    }
    if (end - covered > slackMs) missing += end - covered
  }
  return missing
}
