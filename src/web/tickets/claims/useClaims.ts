import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Claim, ClaimList } from '../../../tickets/claims/api.ts'
import { request, wordsOf } from '../../api.ts'
import { serverNow } from '../../live/clock.ts'

/** Who works on which ticket, for dispatchers. */
export const useClaims = defineStore('claims', () => {
  const claims = shallowRef<Claim[]>([])
  const failure = shallowRef('')

  async function take(ask: () => Promise<ClaimList>): Promise<void> {
    try {
      claims.value = (await ask()).claims
      failure.value = ''
    } catch (error) {
      failure.value = wordsOf(error)
    }
  }

  /** Null: it is nobody's at the moment. */
  const of = (number: string): Claim | null =>
    claims.value.find((one) => one.number === number && one.until > serverNow()) ?? null

  return {
    failure,
    of,
    load: () => take(() => request<ClaimList>('GET', '/api/claims')),
    claim: (number: string, takeOver = false) =>
      take(() => request<ClaimList>('POST', `/api/tickets/${number}/claim`, { takeOver })),
    release: (number: string) => take(() => request<ClaimList>('DELETE', `/api/tickets/${number}/claim`)),
  }
})
