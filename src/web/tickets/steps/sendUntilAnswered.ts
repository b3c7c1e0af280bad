import { ApiError, wordsOf } from '../../api.ts'

/** What became of a request that was not taken. */
export interface NotTaken {
  words: string
  /** Nobody answered: it may be done all the same. */
  isUnsure: boolean
}

/**
 * Sends the same, under one idempotency key, until the server has answered: an answer that is lost on its way says nothing
 * of what was done.
 * @param isStillTheirs whether who decided it is still logged in here: it must not go out under somebody else's name
 * @param pausesMs before each further try
 * @returns null when it is done
 */
export async function sendUntilAnswered(
  send: () => Promise<unknown>,
  isStillTheirs: () => boolean,
  pausesMs: readonly number[],
): Promise<NotTaken | null> {
  if (!isStillTheirs()) return { words: '登录已失效，没有发出。', isUnsure: false }
  let words = ''
  for (const pauseMs of [...pausesMs, null]) {
    try {
      await send()
      return null
    } catch (error) {
      words = wordsOf(error)
      const isUnheard = error instanceof ApiError && (error.status === 0 || error.status >= 500)
      if (!isUnheard) return { words, isUnsure: false }
    }
    if (pauseMs === null) break
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    if (!isStillTheirs()) break
  }
  return { words, isUnsure: true }
}
