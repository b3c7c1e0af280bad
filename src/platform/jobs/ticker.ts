import type { Logger } from 'pino'

export interface Ticker {
  /** Runs `work` every so often, never twice at once; a failure is logged once until it works again. */
  every(ms: number, name: string, work: () => Promise<unknown>): void
  stop(): void
}

/** @param mayRun asked before each round */
export function openTicker(log: Logger, mayRun: () => boolean = () => true): Ticker {
  const handles: NodeJS.Timeout[] = []
  return {
    every(ms, name, work) {
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
    },
    stop() {
      for (const handle of handles) clearInterval(handle)
    },
  }
}
