import { setTimeout as sleep } from 'node:timers/promises'
import type { Kept } from './keeper.ts'

/** How often a program is asked, and how many missed answers are tolerated: it is detected after at most 65 s. */
export interface Patience {
  everyMs: number
  limitMs: number
  misses: number
}

const usualPatience: Patience = { everyMs: 10_000, limitMs: 5_000, misses: 5 }

/**
 * Detects a program that lives but does no work: deadlocked, or stopped by a signal. Only the watchdog ends it; its
 * keeper then restarts it. Until its first answer it is left to the code that started it.
 * @param isWell whether it does its work; hanging or failing counts as no
 * @param onStuck called once it has been ended
 */
export function watch(
  kept: Pick<Kept, 'pid' | 'kill'>,
  isWell: () => Promise<boolean>,
  onStuck: () => void,
  patience: Patience = usualPatience,
): { stop(): void } {
  const stopping = new AbortController()

  async function look(): Promise<boolean> {
    const late = sleep(patience.limitMs, false, { signal: stopping.signal })
    return Promise.race([isWell(), late]).catch(() => false)
  }

  void (async () => {
    let pid: number | null = null
    let misses = 0
    while (!stopping.signal.aborted) {
      const isNow = await look()
      // A restarted process starts a new count.
      if (isNow) pid = kept.pid()
      misses = isNow || pid !== kept.pid() ? 0 : misses + 1
      if (misses >= patience.misses && pid !== null && !stopping.signal.aborted) {
        kept.kill('SIGKILL')
        onStuck()
        pid = null
        misses = 0
      }
      await sleep(patience.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return { stop: () => stopping.abort() }
}
