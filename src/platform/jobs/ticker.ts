import type { Logger } from 'pino'

/** Periodic work, for as long as the role runs. */
export interface Duty {
  everyMs: number
  /** For the log. */
  name: string
  work(): Promise<unknown>
}

export interface Ticker {
  /** Runs `work` at this interval, never twice at once; a failure is logged once until it works again. */
  every(ms: number, name: string, work: () => Promise<unknown>): void
  start(duties: Duty[]): void
  stop(): void
}

/** @param mayRun asked before each round */
export function openTicker(log: Logger, mayRun: () => boolean = () => true): Ticker {
  const handles: NodeJS.Timeout[] = []

  function every(ms: number, name: string, work: () => Promise<unknown>): void {
    let isRunning = false
    let isFailing = false
    const tick = async (): Promise<void> => {
      if (isRunning || !mayRun()) return
      isRunning = true
      try {
        await work()
        if (isFailing) log.info(`${name}: recovered`)
        isFailing = false
      } catch (error) {
        if (!isFailing) log.warn({ err: error }, `${name}: failed, retrying every ${ms} ms`)
        isFailing = true
      } finally {
        isRunning = false
      }
    }
    handles.push(setInterval(() => void tick(), ms))
  }

  return {
    every,
    start(duties) {
      for (const { everyMs, name, work } of duties) every(everyMs, name, work)
    },
    stop() {
      for (const handle of handles) clearInterval(handle)
    },
  }
}
