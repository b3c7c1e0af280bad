import { onScopeDispose, shallowRef, watch } from 'vue'
import { readNumber } from '../../../lines/written.ts'
import type { CallId } from '../../../platform/types.ts'
import type { Duplicate, Duplicates } from '../../../tickets/api.ts'
import { request } from '../../api.ts'
import type { TicketForm } from '../form/form.ts'

/** Until typing pauses: a place is typed letter by letter. */
const quietMs = 400

/**
 * Likely duplicates of the ticket in the form, as soon as its matter is known. Without an answer there is no hint, and
 * the submission does not depend on it.
 */
export function useDuplicates(form: () => TicketForm, callId: () => CallId | null) {
  const found = shallowRef<Duplicate[]>([])
  let timer: number | undefined
  let asked = 0

  async function look(): Promise<void> {
    asked += 1
    const mine = asked
    const body = questionOf(form(), callId())
    if (body === null) {
      found.value = []
      return
    }
    const answer = await request<Duplicates>('POST', '/api/ticket-duplicates', body).catch(() => null)
    if (mine === asked) found.value = answer?.duplicates ?? []
  }

  watch(
    () => JSON.stringify([questionOf(form(), callId())]),
    () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void look(), quietMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    window.clearTimeout(timer)
    asked += 1
  })
  return found
}

/** @returns null as long as there is nothing to search by */
export function questionOf(
  { categoryCode, countyCode, place, callerPhone, isAnonymous }: TicketForm,
  callId: CallId | null,
): Record<string, string> | null {
  // Any area code serves to check whether it is a whole number.
  const hasPhone = callId === null && !isAnonymous && callerPhone !== '' && readNumber(callerPhone, '0').ok
  if (categoryCode === '' || (place.trim() === '' && callId === null && !hasPhone)) return null
  return {
    categoryCode,
    ...(countyCode === '' ? {} : { countyCode }),
    ...(place.trim() === '' ? {} : { place: place.trim() }),
    ...(callId === null ? {} : { callId }),
    ...(hasPhone ? { phone: callerPhone } : {}),
  }
}
