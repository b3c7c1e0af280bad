import { ref, shallowRef } from 'vue'
import type { DeadLetter, DeadLetterList } from '../../admin/api.ts'
import { request, wordsOf } from '../api.ts'

/** Dead letters, and how full the queues are. */
export function useDeadLetters() {
  const list = shallowRef<DeadLetterList | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const failure = ref('')
  /** The one that is being submitted. */
  const replaying = ref<string | null>(null)

  async function load(): Promise<void> {
    try {
      list.value = await request<DeadLetterList>('GET', '/api/admin/dead-letters')
      state.value = 'ready'
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
      if (list.value === null) state.value = 'failed'
    }
  }

  /** @returns whether it runs again */
  async function replay({ id }: DeadLetter, reason: string): Promise<boolean> {
    replaying.value = id
    try {
      await request('POST', `/api/admin/dead-letters/${encodeURIComponent(id)}/replay`, { reason })
      await load()
      return true
    } catch (error) {
      failure.value = wordsOf(error)
      return false
    } finally {
      replaying.value = null
    }
  }

  return { list, state, failure, replaying, load, replay }
}
