import { ref, watch } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import type { UnitPreview } from '../../../tickets/api.ts'
import { request, wordsOf } from '../../api.ts'
import { readAhead, type TicketForm } from './form.ts'

/** The server is asked when typing pauses. */
const pauseMs = 500

/** The part of a form that the unit would see, from the server: only it knows the whole number. */
export function useUnitPreview(form: () => TicketForm, callId: () => CallId | null) {
  const preview = ref<UnitPreview | null>(null)
  const failure = ref('')
  let asked = 0

  watch(
    () => JSON.stringify(bodyOf(form(), callId())),
    (body, _before, onCleanup) => {
      asked += 1
      const mine = asked
      const timer = window.setTimeout(async () => {
        try {
          const found = await request<UnitPreview>('POST', '/api/tickets/unit-preview', JSON.parse(body))
          if (mine !== asked) return
          preview.value = found
          failure.value = ''
        } catch (error) {
          // The previous preview may no longer be what the unit sees.
          if (mine === asked) [preview.value, failure.value] = [null, wordsOf(error)]
        }
      }, pauseMs)
      onCleanup(() => window.clearTimeout(timer))
    },
    { immediate: true },
  )
  return { preview, failure }
}

function bodyOf(form: TicketForm, callId: CallId | null): object {
  const { type, isConfidential, isAnonymous, home, content, wish, place, accused, callerName, callerPhone } = form
  return {
    ...{ type: type || null, isConfidential, isAnonymous, isAtHome: home === 'yes', wish, place, accused },
    content: content.slice(0, readAhead),
    caller: { name: callerName, phone: callerPhone },
    callIds: callId === null ? [] : [callId],
  }
}
