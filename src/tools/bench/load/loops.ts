import { setTimeout as sleep } from 'node:timers/promises'

/** How work arrives: at its time regardless of earlier work (open), or the next when one is done (closed). */

export interface Passed {
  /** Duration of each, in ms; in an open loop from the instant at which it was due. */
  times: number[]
  /** Of everything that was begun, by the clock. */
  perSecond: number
  failures: string[]
}

type Work = (index: number) => Promise<unknown>

/** For what users notice: work behind a stall counts with its whole wait. */
export async function openLoop(ask: { perSecond: number; seconds: number; signal: AbortSignal }, work: Work) {
  const passed: Passed = { times: [], perSecond: 0, failures: [] }
  const beganAt = performance.now()
  const going: Promise<void>[] = []
  for (let index = 0; index < ask.perSecond * ask.seconds && !ask.signal.aborted; index += 1) {
    const dueAt = beganAt + (index * 1_000) / ask.perSecond
    // A timer is late by up to a millisecond: work due within it starts now.
    const early = dueAt - performance.now()
    if (early > 0.5) await sleep(early)
    going.push(timed(passed, work, index, dueAt))
  }
  await Promise.all(going)
  return closed(passed, beganAt)
}

/** For the highest rate. */
export async function closedLoop(ask: { atOnce: number; seconds: number; signal: AbortSignal }, work: Work) {
  const passed: Passed = { times: [], perSecond: 0, failures: [] }
  const beganAt = performance.now()
  const until = beganAt + ask.seconds * 1_000
  let index = 0
  await Promise.all(
    Array.from({ length: ask.atOnce }, async () => {
      while (performance.now() < until && !ask.signal.aborted) {
        index += 1
        await timed(passed, work, index - 1, performance.now())
      }
    }),
  )
  return closed(passed, beganAt)
}

async function timed({ times, failures }: Passed, work: Work, index: number, from: number): Promise<void> {
  try {
    await work(index)
    times.push(performance.now() - from)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
  }
}

function closed(passed: Passed, beganAt: number): Passed {
  return { ...passed, perSecond: (passed.times.length * 1_000) / (performance.now() - beganAt) }
}

/** Why it may not be claimed. */
export function failuresOf(what: string, { times, failures }: Passed): string[] {
  if (failures.length === 0) return []
  return [`${what}: ${failures.length} of ${failures.length + times.length} failed (${failures[0]})`]
}
