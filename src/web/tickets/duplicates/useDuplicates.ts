import { onScopeDispose, shallowRef, watch } from 'vue'
import { readNumber } from '../../../lines/written.ts'
import type { CallId } from '../../../platform/types.ts'
import type { Duplicates } from '../../../tickets/api.ts'
import { request } from '../../api.ts'
import type { TicketForm } from '../form/form.ts'

/** Until typing pauses: a place is typed letter by letter. */
const quietMs = 400

const none: Duplicates = { duplicates: [], clusters: [] }

/**
 * Likely duplicates of the ticket in the form, and the events that its caller may mean, as soon as its matter is known. Without an answer there is no hint, and
 * the submission does not depend on it.
 */
export function useDuplicates(form: () => TicketForm, callId: () => CallId | null) {
  const found = shallowRef<Duplicates>(none)
  let timer: number | undefined
  let asked = 0

  async function look(): Promise<void> {
    asked += 1
    const mine = asked
    const body = questionOf(form(), callId())
    if (body === null) {
      found.value = none
      return
    }
    const answer = await request<Duplicates>('POST', '/api/ticket-duplicates', body).catch(() => null)
    if (mine === asked) found.value = answer ?? none
  }

  watch(
    // Not with each letter of the content: what it says only orders what is found.
    () => JSON.stringify([questionOf({ ...form(), content: '' }, callId())]),
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
  { categoryCode, countyCode, place, callerPhone, isAnonymous, content }: TicketForm,
  callId: CallId | null,
): Record<string, string> | null {
  // Any area code serves to check whether it is a whole number.
  const hasPhone = callId === null && !isAnonymous && callerPhone !== '' && readNumber(callerPhone, '0').ok
  if (categoryCode === '' || (place.trim() === '' && countyCode === '' && callId === null && !hasPhone)) return null
  return {
    categoryCode,
    // As much as says what it is about: a longer text is not compared with a title.
    ...(content.trim() === '' ? {} : { text: content.trim().slice(0, 200) }),
    ...(countyCode === '' ? {} : { countyCode }),
    ...(place.trim() === '' ? {} : { place: place.trim() }),
    ...(callId === null ? {} : { callId }),
    ...(hasPhone ? { phone: callerPhone } : {}),
  }
}
