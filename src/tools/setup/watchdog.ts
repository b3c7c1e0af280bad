import { setTimeout as sleep } from 'node:timers/promises'
import type { Kept } from './keeper.ts'

/** How often a program is asked, and how many times in a row it may say nothing: at most 65 s until it is found. */
export interface Patience {
  everyMs: number
  limitMs: number
  misses: number
}

const usualPatience: Patience = { everyMs: 10_000, limitMs: 5_000, misses: 5 }

/**
 * Finds a program that lives and does nothing: deadlocked, or stopped by somebody. Nothing ends it but us; its keeper
 * then starts it anew. Until it has answered once it is left to whoever started it.
 * @param isWell whether it does its work; whatever hangs or fails counts as no
 * @param onStuck told once it has been ended
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
      // One that was started anew begins anew.
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
