import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

const longestPauseMs = 5_000

/**
 * Retries until it succeeds: for writes that must not be lost while a server is unreachable.
 * @param what named in the log, once at the first failure and once at the final success
 * @returns whether it was done; false when `signal` ended the waiting
 */
export async function patiently(
  what: string,
  attempt: () => Promise<unknown>,
  options: { log: Logger; signal: AbortSignal },
): Promise<boolean> {
  for (let tries = 1; !options.signal.aborted; tries += 1) {
    try {
      await attempt()
      if (tries > 1) options.log.info({ tries }, `${what}: done after retries`)
      return true
    } catch (error) {
      if (tries === 1) options.log.warn({ err: error }, `${what}: failed, retrying with back-off`)
      const pause = Math.min(longestPauseMs, 100 * 2 ** Math.min(tries, 10))
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: options.signal }).catch(() => undefined)
    }
  }
  return false
}
