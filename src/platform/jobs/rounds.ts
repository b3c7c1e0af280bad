import type { Log } from '../process/log.ts'

/** Repeated work: at once on request, else at an interval, never twice at once. */
export interface Rounds {
  /** Resolves after the first round, whether or not it worked. */
  begun: Promise<void>
  /** There is work: do not wait for the next round. */
  ask(): void
  /** Resolves when the running round is over. */
  stop(): Promise<void>
}

export interface RoundOptions {
  /** Named in the log, once at the first failure and once when it works again. */
  name: string
  everyMs: number
  /** While a store is unreachable, frequent retries are useless. */
  afterFailureMs: number
  log: Log
}

/** @param round returns whether there is more to do at once */
export function openRounds(round: () => Promise<boolean>, options: RoundOptions): Rounds {
  const { name, everyMs, afterFailureMs, log } = options
  let isStopping = false
  let isWell = true
  let isAskedAgain = false
  let timer: NodeJS.Timeout | undefined
  let current: Promise<void> | null = null

  async function once(): Promise<void> {
    isAskedAgain = false
    let delay = everyMs
    try {
      if (await round()) delay = 0
      if (!isWell) log.info(`${name}: recovered`)
      isWell = true
    } catch (error) {
      if (isWell) log.warn({ err: error }, `${name}: a store is unreachable, retrying`)
      isWell = false
      delay = afterFailureMs
    }
    if (isStopping) return
    // Work that arrived during this round may not have been seen by it.
    timer = setTimeout(() => void next(), isAskedAgain && isWell ? 0 : delay)
  }

  function next(): Promise<void> {
    current = once().finally(() => {
      current = null
    })
    return current
  }

  return {
    begun: next(),
    ask() {
      isAskedAgain = true
      // After a failure the back-off is not cut short.
      if (isStopping || current !== null || !isWell) return
      clearTimeout(timer)
      void next()
    },
    async stop() {
      isStopping = true
      clearTimeout(timer)
      await current
    },
  }
}
