import { onScopeDispose, type Ref, ref, watch } from 'vue'
import type { CallId } from '../../../platform/types.ts'
import { useLasting } from '../../live/useLasting.ts'
import { useLive } from '../../live/useLive.ts'
import { useSession } from '../../session/useSession.ts'
import { useEmergencyCall, useEmergencySigns } from '../../shell/useEmergencyCall.ts'
import { useCallForm } from '../caller/useCallForm.ts'
import { isDialling } from '../deskView.ts'
import { emergenciesOf, isOverFor } from '../parties/meaning.ts'
import { useParties } from '../parties/useParties.ts'
import { useAttention } from '../useAttention.ts'
import { useDeskSocket } from '../useDeskSocket.ts'
import { useRejoin } from '../useRejoin.ts'
import { useRingTone } from '../useRingTone.ts'
import { useSoftphone } from '../useSoftphone.ts'
import { useTelephones } from '../useTelephones.ts'
import { useTypingTime } from '../useTypingTime.ts'
import type { Standing } from './standing.ts'

/** What the desk tells its agent of connections and panels. */
export interface Signs {
  isServerAway: Ref<boolean>
  isLineLost: Ref<boolean>
  isRingSilenced: Ref<boolean>
  rejoin: Ref<'none' | 'asking' | 'failed'>
  askRejoin(): void
  leave(id: CallId): void
  isKeypadOpen: Ref<boolean>
  digits: Ref<string>
  told: Ref<string | null>
  asksResult: Ref<boolean>
  autoAnswers: Ref<boolean>
}

/** Follows server, telephone and log-in for as long as the desk is open. Run in its effect scope. */
export function followDesk(standing: Standing, signs: Signs): void {
  const live = useLive()
  const socket = useDeskSocket()
  const phone = useSoftphone()
  const parties = useParties()
  const { me, call, can } = standing
  const { isKeypadOpen, digits, told, asksResult } = signs

  useCallForm()
  const bell = useRingTone(() => phone.call === 'incoming')
  watch(bell.isSilenced, (is) => (signs.isRingSilenced.value = is), { immediate: true })
  const away = useLasting(() => live.state === 'lost', 1000)
  const lost = useLasting(() => socket.state === 'open' && phone.line === 'lost', 1500)
  watch(away, (is) => (signs.isServerAway.value = is), { immediate: true })
  watch(lost, (is) => (signs.isLineLost.value = is), { immediate: true })
  const back = useRejoin()
  watch(back.state, (is) => (signs.rejoin.value = is), { immediate: true })
  signs.askRejoin = back.ask
  signs.leave = back.leave

  followPhone(signs.autoAnswers, { bell, back })
  endLeftOver(standing)

  useAttention(() =>
    phone.call === 'incoming'
      ? {
          title: `来电 ${call.value?.caller.number ?? ''}`,
          body: call.value ? `${call.value.line.number} ${call.value.line.name}` : '',
        }
      : null,
  )

  watch(
    () => phone.call,
    (now) => {
      if (now !== 'talking') isKeypadOpen.value = false
      if (now === 'incoming') digits.value = ''
    },
  )
  const ringEmergency = useEmergencyCall()
  watch(
    () => can.value.emergency,
    (may) => (ringEmergency.value = may ? (number) => void parties.invite(number) : null),
    { immediate: true },
  )
  onScopeDispose(() => (ringEmergency.value = null))
  const emergencySigns = useEmergencySigns()
  watch(
    () => emergenciesOf(call.value),
    () => (emergencySigns.value += 1),
  )
  useTypingTime(() => me.value?.state === 'WRAP_UP' && void socket.wrapUp({ do: 'typing' }))
  watch(
    () => me.value?.state,
    () => {
      asksResult.value = false
      told.value = null
    },
  )
}

function followPhone(
  autoAnswers: Ref<boolean>,
  { bell, back }: { bell: ReturnType<typeof useRingTone>; back: ReturnType<typeof useRejoin> },
): void {
  const session = useSession()
  const socket = useDeskSocket()
  const phone = useSoftphone()
  const phones = useTelephones()

  /** The browser's phone is started, unless calls ring at a desk phone. */
  const useOwnPhone = (): void => {
    const access = session.view?.sip
    if (socket.state !== 'open' || !access) return
    if (phones.deskPhone) {
      phone.stop({ quietly: true })
      return
    }
    void phone.start(access, () => {
      // Back in the call after a reload, or for a call that the agent places: nothing to ask.
      const isExpected = back.isOut() || isDialling(socket.view)
      if (autoAnswers.value && !isExpected) bell.beep()
      return autoAnswers.value || isExpected
    })
  }
  watch(() => phones.deskPhone?.id, useOwnPhone)

  watch(
    () => socket.state,
    (state) => {
      if (state === 'open') void phones.load().then(useOwnPhone)
      if (state === 'occupied' || state === 'taken-over' || state === 'refused' || state === 'signed-out')
        phone.stop({ quietly: true })
    },
    { immediate: true },
  )

  // The log-in has ended: a call is talked to its end, unless another page has taken it over.
  watch([() => session.state, () => phone.call], ([state, now]) => {
    if (state !== 'ended') return
    socket.pause()
    if (now === 'none' || session.ended?.reason === 'replaced') phone.stop({ quietly: true })
  })
}

function endLeftOver({ isTalking, isLive, call, me }: Standing): void {
  const phone = useSoftphone()

  // The server's word that the call is over may come first, or the BYE may have been lost with the line. A call of
  // which the server never spoke came from Asterisk's own queue, while no controller was there: it is left alone.
  const isKnownCall = ref(false)
  watch([() => phone.call, isTalking], ([now, talks]) => {
    if (now === 'talking' && talks) isKnownCall.value = true
    if (now === 'none') isKnownCall.value = false
  })
  watch(
    () => phone.call === 'talking' && isKnownCall.value && isOverFor(call.value, me.value?.id ?? null),
    (isLeftOver, _, onCleanup) => {
      if (!isLeftOver || !isLive.value) return
      const timer = window.setTimeout(() => phone.hangUp(), 1500)
      onCleanup(() => window.clearTimeout(timer))
    },
  )
}
