import { ref, watch } from 'vue'
import type { Revealed } from '../../calls/records/api.ts'
import { ApiError, request, wordsOf } from '../api.ts'
import { formatNumber } from '../ui/format.ts'

/**
 * A whole number behind its button. Tried without a reason first: an agent in a call of their own needs none; for
 * anything else the server says so, and then the page asks for the reason.
 * @param path of what is shown, e.g. `/api/calls/01J…`; the number is hidden again when it changes
 * @param usual reason that is filled in
 */
export function useReveal(path: () => string | null, usual = '') {
  const number = ref<string | null>(null)
  const failure = ref('')
  const isBusy = ref(false)
  const isAsking = ref(false)
  const reason = ref(usual)

  watch(path, () => {
    number.value = null
    failure.value = ''
    isAsking.value = false
    reason.value = usual
  })

  /** @param given none: triggered by the button */
  async function reveal(given?: string): Promise<void> {
    const asked = path()
    if (asked === null || isBusy.value) return
    isBusy.value = true
    failure.value = ''
    try {
      const answer = await request<Revealed>('POST', `${asked}/reveal`, given === undefined ? {} : { reason: given })
      if (path() !== asked) return
      number.value = formatNumber(answer.number)
      isAsking.value = false
    } catch (error) {
      if (path() !== asked) return
      if (error instanceof ApiError && error.code === 'call.reason-missing' && given === undefined)
        isAsking.value = true
      else failure.value = wordsOf(error)
    } finally {
      isBusy.value = false
    }
  }

  return { number, failure, isBusy, isAsking, reason, reveal }
}
