import { ref, watch } from 'vue'
import type { CallId } from '../../platform/types.ts'
import { useLasting } from '../live/useLasting.ts'
import { mustRejoin } from './deskView.ts'
import { useDeskSocket } from './useDeskSocket.ts'
import { useSoftphone } from './useSoftphone.ts'

const patienceMs = 10_000
const retryMs = 500

/**
 * Returns to the call after a reload or a take-over: the server still has it, this page's new phone is in none.
 * Requested once the phone is registered; the INVITE that follows is answered automatically. Decided at each snapshot
 * only: between a BYE and its announcement the two sides differ for a moment, too.
 */
export function useRejoin() {
  const socket = useDeskSocket()
  const phone = useSoftphone()
  const state = ref<'none' | 'asking' | 'failed'>('none')
  const left = ref<CallId | null>(null)
  const isOut = (): boolean => mustRejoin(socket.view, left.value)
  let isAsked = false
  let patience: number | undefined
  let retry: number | undefined

  function ask(): void {
    isAsked = false
    state.value = 'asking'
    window.clearTimeout(patience)
    patience = window.setTimeout(() => {
      if (state.value === 'asking') state.value = 'failed'
    }, patienceMs)
    void send()
  }

  async function send(): Promise<void> {
    const call = socket.view.call
    if (isAsked || state.value !== 'asking' || phone.line !== 'registered' || !call) return
    isAsked = true
    const answer = await socket.command({ name: 'rejoin', callId: call.id })
    if (answer.ok || state.value !== 'asking') return
    // The floor learns of the registration a moment after this page.
    isAsked = false
    retry = window.setTimeout(() => void send(), retryMs)
  }

  function end(): void {
    window.clearTimeout(patience)
    window.clearTimeout(retry)
    state.value = 'none'
  }

  watch(
    () => [socket.snapshots, phone.isOn],
    () => {
      if (phone.isOn && phone.call === 'none' && isOut()) ask()
    },
    { immediate: true },
  )
  // Without sound in mid call: shown, and left to the agent, who may be about to hang up.
  const isDeaf = useLasting(() => phone.isOn && phone.call === 'none' && isOut(), 3000)
  watch(isDeaf, (is) => {
    if (is && state.value === 'none') state.value = 'failed'
  })
  watch(
    () => phone.line,
    () => void send(),
  )
  watch(
    () => phone.call === 'talking' || !isOut(),
    (isOver) => {
      if (isOver) end()
    },
  )

  return { state, ask, isOut, leave: (id: CallId) => (left.value = id) }
}
