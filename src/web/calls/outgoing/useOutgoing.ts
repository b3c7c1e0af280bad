import { ref } from 'vue'
import type { NewOutgoing, OutgoingPlaced } from '../../../calls/outgoing/api.ts'
import { ApiError, request, wordsOf } from '../../api.ts'

/**
 * A call behind its button. Tried without a reason first: outside the hours in which citizens are called the server asks
 * for one.
 */
export function useOutgoing() {
  const failure = ref('')
  const isBusy = ref(false)
  const isAsking = ref(false)
  const reason = ref('')

  /** @returns whether it was placed; how it goes on is shown by the desk */
  async function call(to: NewOutgoing['to'], given?: string): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    failure.value = ''
    try {
      await request<OutgoingPlaced>('POST', '/api/calls', { to, ...(given !== undefined && { reason: given }) })
      isAsking.value = false
      reason.value = ''
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'outgoing.reason-missing' && given === undefined)
        isAsking.value = true
      else failure.value = wordsOf(error)
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { failure, isBusy, isAsking, reason, call }
}
