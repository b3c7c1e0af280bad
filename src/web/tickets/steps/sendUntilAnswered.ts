import { ApiError, wordsOf } from '../../api.ts'

/** The result of a request that was not accepted. */
export interface NotTaken {
  words: string
  /** No answer: it may have been done nevertheless. */
  isUnsure: boolean
}

/**
 * Repeats the request, under one idempotency key, until the server has answered: a lost answer does not tell what was
 * done.
 * @param isStillTheirs whether the person who decided it is still logged in here: it must not be sent under another
 *   person's name
 * @param pausesMs before each further attempt
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
