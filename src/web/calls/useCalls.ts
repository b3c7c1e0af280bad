import { ref, shallowRef } from 'vue'
import type { CallList, CallSummary } from '../../calls/api.ts'
import { request, wordsOf } from '../api.ts'
import type { CallFilters } from './callsQuery.ts'
import { toRequest } from './callsQuery.ts'

/** Pages of the list, one after the other. An answer to a question that was changed meanwhile is dropped. */
export function useCalls() {
  const rows = shallowRef<CallSummary[]>([])
  const next = ref<string | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const isLoadingMore = ref(false)
  const failure = ref('')
  let asked = 0

  async function load(filters: CallFilters, more: boolean): Promise<void> {
    asked += 1
    const mine = asked
    failure.value = ''
    if (more) isLoadingMore.value = true
    else state.value = 'loading'
    try {
      const page = await request<CallList>('GET', `/api/calls?${toRequest(filters, more ? next.value : null)}`)
      if (mine !== asked) return
      rows.value = more ? [...rows.value, ...page.calls] : page.calls
      next.value = page.next
      state.value = 'ready'
    } catch (error) {
      if (mine !== asked) return
      failure.value = wordsOf(error)
      if (!more) state.value = 'failed'
    } finally {
      if (mine === asked) isLoadingMore.value = false
    }
  }

  return { rows, next, state, isLoadingMore, failure, load }
}
