import { computed, onScopeDispose, ref } from 'vue'
import type { CallbackResult } from '../../calls/machine/call.ts'
import type { CallbackWork } from '../../calls/outgoing/api.ts'
import { request, wordsOf } from '../api.ts'
import { usePages } from '../ui/usePages.ts'

/** Whom to call back next. No event announces a new one, so the page polls. */

export type WorkItem = CallbackWork['callbacks'][number]

const lookMs = 30_000

/** @param isUsedUp only those who were tried as often as the rules want, for a supervisor */
export function useCallbackWork(isUsedUp: () => boolean) {
  const about = ref<Omit<CallbackWork, 'callbacks'> | null>(null)
  const pages = usePages<WorkItem>(async () => {
    const { callbacks, ...rest } = await request<CallbackWork>('GET', '/api/callbacks/work')
    about.value = rest
    return { rows: callbacks.filter((one) => one.isUsedUp === isUsedUp()), next: null }
  })
  const sending = ref<string | null>(null)

  /** @returns why not, null when it is written down */
  async function give(id: string, result: CallbackResult): Promise<string | null> {
    sending.value = id
    try {
      await request('POST', `/api/callbacks/${id}/result`, { result })
      return null
    } catch (error) {
      return wordsOf(error)
    } finally {
      sending.value = null
      await pages.refresh()
    }
  }

  const look = window.setInterval(() => {
    if (!document.hidden) void pages.refresh()
  }, lookMs)
  onScopeDispose(() => window.clearInterval(look))

  return { ...pages, about: computed(() => about.value), sending, give }
}
