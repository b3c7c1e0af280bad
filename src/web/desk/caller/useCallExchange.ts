import { ref, watch } from 'vue'
import type { ExchangeView } from '../../../exchange/api.ts'
import type { CallId } from '../../../platform/types.ts'
import { request, wordsOf } from '../../api.ts'
import { useDesk } from '../useDesk.ts'
import { useDeskSocket } from '../useDeskSocket.ts'

/** Who owns the matter of a call that the province shares; null for every other call. */
export function useCallExchange() {
  const desk = useDesk()
  const socket = useDeskSocket()
  const view = ref<ExchangeView | null>(null)
  const failure = ref('')
  const isRunning = ref(false)
  let asked = 0

  async function load(callId: CallId): Promise<void> {
    asked += 1
    const mine = asked
    // A call that is not ours yet has nothing to tell; the next change of it asks again.
    const found = await request<ExchangeView | null>('GET', `/api/calls/${callId}/exchange`).catch(() => undefined)
    if (found !== undefined && mine === asked && desk.call?.id === callId) view.value = found
  }

  async function press(key: 'hand-over' | 'return'): Promise<void> {
    const callId = desk.call?.id
    if (callId === undefined || isRunning.value) return
    isRunning.value = true
    failure.value = ''
    try {
      asked += 1
      const mine = asked
      const found = await request<ExchangeView | null>('POST', `/api/calls/${callId}/exchange/${key}`)
      // What was read since is newer: their acknowledgement may overtake this answer.
      if (mine === asked) view.value = found
    } catch (error) {
      failure.value = wordsOf(error)
    } finally {
      isRunning.value = false
    }
  }

  watch(
    () => desk.call?.id ?? null,
    () => {
      view.value = null
      failure.value = ''
    },
  )
  watch(
    // What the other side acknowledges comes without a sign from our own call.
    () => (desk.call?.phase === 'talking' ? `${desk.call.id} ${desk.call.version} ${socket.exchanges}` : null),
    () => {
      if (desk.call?.phase === 'talking') void load(desk.call.id)
    },
    { immediate: true },
  )
  return { view, failure, isRunning, press }
}
