import { onScopeDispose } from 'vue'
import type { CallbackStatus } from '../../calls/machine/call.ts'
import type { Callback, CallbackList } from '../../calls/records/api.ts'
import { request, wordsOf } from '../api.ts'
import { usePages } from '../ui/usePages.ts'

/** Who has to be called back; no event announces a new one, so the page polls. */

const lookMs = 30_000

export function useCallbacks(status: () => CallbackStatus) {
  const pages = usePages<Callback>(async (cursor) => {
    const ask = new URLSearchParams({ status: status(), ...(cursor === null ? {} : { cursor }) })
    const { callbacks, next } = await request<CallbackList>('GET', `/api/callbacks?${ask}`)
    return { rows: callbacks, next }
  })

  /** @returns why not, null when it is marked */
  async function markCalledBack(id: string): Promise<string | null> {
    let words: string | null = null
    try {
      await request('POST', `/api/callbacks/${id}/called-back`)
    } catch (error) {
      words = wordsOf(error)
    }
    await pages.refresh()
    return words
  }

  const look = window.setInterval(() => {
    if (!document.hidden) void pages.refresh()
  }, lookMs)
  onScopeDispose(() => window.clearInterval(look))

  return { ...pages, markCalledBack }
}
