import { onScopeDispose } from 'vue'
import type { CallbackStatus } from '../../calls/machine/call.ts'
import type { Callback, CallbackList } from '../../calls/records/api.ts'
import { request } from '../api.ts'
import { usePages } from '../ui/usePages.ts'

/** Who was called back, got through, or was given up; no event announces a new one, so the page polls. */

const lookMs = 30_000

export function useCallbacks(status: () => CallbackStatus) {
  const pages = usePages<Callback>(async (cursor) => {
    const ask = new URLSearchParams({ status: status(), ...(cursor === null ? {} : { cursor }) })
    const { callbacks, next } = await request<CallbackList>('GET', `/api/callbacks?${ask}`)
    return { rows: callbacks, next }
  })

  const look = window.setInterval(() => {
    if (!document.hidden) void pages.refresh()
  }, lookMs)
  onScopeDispose(() => window.clearInterval(look))

  return pages
}
