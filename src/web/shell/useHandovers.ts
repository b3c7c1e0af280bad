import { type MaybeRefOrGetter, ref, toValue, watch } from 'vue'
import type { HandoversOfCall, HandoverView } from '../../emergency/api.ts'
import { request } from '../api.ts'
import { useEmergencySigns } from './useEmergencyCall.ts'

/** The row is written a moment after the call has changed. */
const writtenMs = 600

/** Emergency services that have picked up in the call of the form: read with the form, and when one comes or goes. */
export function useHandovers(callId: MaybeRefOrGetter<string | null>) {
  const signs = useEmergencySigns()
  const handovers = ref<HandoverView[]>([])

  async function load(id: string): Promise<void> {
    // Without it the form is as for any other call.
    const found = await request<HandoversOfCall>('GET', `/api/calls/${id}/emergency-handovers`).catch(() => null)
    if (toValue(callId) === id)
      handovers.value = (found?.handovers ?? []).filter(({ pickedUpAt }) => pickedUpAt !== null)
  }

  watch(
    () => toValue(callId),
    (id) => {
      handovers.value = []
      if (id !== null) void load(id)
    },
    { immediate: true },
  )
  watch(signs, (_, __, onCleanup) => {
    const id = toValue(callId)
    const timer = window.setTimeout(() => id !== null && void load(id), writtenMs)
    onCleanup(() => window.clearTimeout(timer))
  })
  return handovers
}
