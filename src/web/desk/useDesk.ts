import { defineStore } from 'pinia'
import { computed, type EffectScope, effectScope, onScopeDispose, ref, watch } from 'vue'
import type { ChosenState } from '../../floor/agents/agent.ts'
import type { CallId } from '../../platform/types.ts'
import type { CommandAnswer } from '../../topics.ts'
import { useLasting } from '../live/useLasting.ts'
import { useLive } from '../live/useLive.ts'
import { useSession } from '../session/useSession.ts'
import { useEmergencyCall } from '../shell/useEmergencyCall.ts'
import { useTicketForm } from '../tickets/form/useTicketForm.ts'
import { bannersFor, type WayOut } from './bar/banners.ts'
import { allowed, type Control } from './bar/controls.ts'
import { useCallForm } from './caller/useCallForm.ts'
import { useCallNote } from './caller/useCallNote.ts'
import { isOverFor, ownPart } from './parties/meaning.ts'
import { useParties } from './parties/useParties.ts'
import { usePicker } from './parties/usePicker.ts'
import { useAttention } from './useAttention.ts'
import { useDeskSocket } from './useDeskSocket.ts'
import { useRejoin } from './useRejoin.ts'
import { useRingTone } from './useRingTone.ts'
import { useSoftphone } from './useSoftphone.ts'
import { useTelephones } from './useTelephones.ts'
import { useTypingTime } from './useTypingTime.ts'

const autoAnswerKey = 'hotline.auto-answer'
const armedMs = 2000

/** The agent's desk: socket, telephone, form and bell as one thing, alive on every page that the agent looks at. */
export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const live = useLive()
  const socket = useDeskSocket()
  const phone = useSoftphone()
  const note = useCallNote()
  const ticket = useTicketForm()
  const phones = useTelephones()
  const parties = useParties()
  const picker = usePicker()
  let scope: EffectScope | null = null

  const me = computed(() => socket.view.me)
  const call = computed(() => socket.view.call)
  const history = computed(() => socket.view.history)
  const queue = computed(() => socket.view.queue)
  const isLive = computed(() => live.state === 'on' && socket.state === 'open')
  /** This agent talks, regardless of who is answerable; a call that continues without them is over here. */
  const isTalking = computed(() => ownPart(call.value, me.value?.id ?? null) !== null)
  const isInCall = computed(() => phone.call === 'talking' || isTalking.value)
  const hasMicrophone = computed(() => phone.micTrouble === null)
  const can = computed(() =>
    allowed({
      me: me.value,
      call: call.value,
      phone: phone.call,
      isLive: isLive.value,
      hasMicrophone: hasMicrophone.value,
    }),
  )

  const isKeypadOpen = ref(false)
  const digits = ref('')
  const told = ref<string | null>(null)
  /** What is being asked of the server just now; its button shows that it runs. */
  const running = ref<Control | 'state' | null>(null)
  const autoAnswers = ref(localStorage.getItem(autoAnswerKey) === 'on')
  /** Wrap-up without a word: asked once for the call's result. */
  const asksResult = ref(false)
  /** Backspace hangs up at the second stroke only: it is struck by mistake when a text field has lost the focus. */
  const isHangUpArmed = ref(false)
  let disarm: number | undefined
  const isServerAway = ref(false)
  const isLineLost = ref(false)
  const isRingSilenced = ref(false)
  const rejoin = ref<'none' | 'asking' | 'failed'>('none')
  let askRejoin: () => void = () => {}
  let leave: (id: CallId) => void = () => {}

  const banners = computed(() =>
    bannersFor({
      isServerAway: isServerAway.value,
      serverTries: live.tries,
      desk: socket.state,
      refusal: socket.refusal,
      line: phone.line,
      isLineLost: isLineLost.value,
      lineTries: phone.tries,
      isPhoneMissing: phone.loadFailed,
      mic: phone.micTrouble,
      isSoundBlocked: phone.isSoundBlocked,
      isRingSilenced: isRingSilenced.value,
      rejoin: rejoin.value,
      isInCall: isInCall.value,
      soundArrives: phone.soundArrives,
      isOwnPhone: phone.isOn,
      me: me.value,
      forced: socket.view.forced,
      breaks: session.view?.site.breakReasons ?? [],
      told: told.value,
    }),
  )

  function start(): void {
    if (scope) return
    scope = effectScope(true)
    scope.run(() => {
      socket.start()
      useCallForm()
      const bell = useRingTone(() => phone.call === 'incoming')
      watch(bell.isSilenced, (is) => (isRingSilenced.value = is), { immediate: true })
      const away = useLasting(() => live.state === 'lost', 1000)
      const lost = useLasting(() => socket.state === 'open' && phone.line === 'lost', 1500)
      watch(away, (is) => (isServerAway.value = is), { immediate: true })
      watch(lost, (is) => (isLineLost.value = is), { immediate: true })
      const back = useRejoin()
      watch(back.state, (is) => (rejoin.value = is), { immediate: true })
      askRejoin = back.ask
      leave = back.leave

      /** The browser's phone is started, unless calls ring at a desk phone. */
      const useOwnPhone = (): void => {
        const access = session.view?.sip
        if (socket.state !== 'open' || !access) return
        if (phones.deskPhone) {
          phone.stop({ quietly: true })
          return
        }
        void phone.start(access, () => {
          const isBack = back.isOut()
          if (autoAnswers.value && !isBack) bell.beep()
          return autoAnswers.value || isBack
        })
      }
      watch(() => phones.deskPhone?.id, useOwnPhone)

      useAttention(() =>
        phone.call === 'incoming'
          ? {
              title: `来电 ${call.value?.caller.number ?? ''}`,
              body: call.value ? `${call.value.line.number} ${call.value.line.name}` : '',
            }
          : null,
      )

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
      useTypingTime(() => me.value?.state === 'WRAP_UP' && void socket.wrapUp({ do: 'typing' }))
      watch(
        () => me.value?.state,
        () => {
          asksResult.value = false
          told.value = null
        },
      )
    })
  }

  function stop(): void {
    scope?.stop()
    scope = null
    // The log-in ended elsewhere: the new desk goes on with the call, so nothing is said about it here.
    phone.stop({ quietly: session.ended !== null })
    socket.stop()
  }

  async function asking(what: Control | 'state', ask: () => Promise<CommandAnswer>): Promise<boolean> {
    if (running.value !== null) return false
    running.value = what
    const answer = await ask()
    running.value = null
    told.value = answer.ok ? null : answer.message
    return answer.ok
  }

  function choose(state: Exclude<ChosenState, 'OFFLINE'>, reason?: string): void {
    void asking('state', () => socket.setState(reason === undefined ? { state } : { state, reason }))
  }

  function hangUpAtSecondStroke(): void {
    window.clearTimeout(disarm)
    if (isHangUpArmed.value) {
      isHangUpArmed.value = false
      void hangUp()
      return
    }
    isHangUpArmed.value = true
    disarm = window.setTimeout(() => (isHangUpArmed.value = false), armedMs)
  }

  async function hangUp(): Promise<void> {
    const id = call.value?.id
    const isHeard =
      id !== undefined && isLive.value && (await asking('hangup', () => socket.command({ name: 'hangup', callId: id })))
    // The citizen must not be held because the server cannot be asked.
    if (isHeard || phone.call === 'none') return
    // The server still takes it for a talk; the next phone call is another citizen's.
    if (id !== undefined) leave(id)
    phone.hangUp()
  }

  /** Text that was not submitted waits in the box; a call without any result is asked about once. */
  function finish(): void {
    const isKnown = !ticket.isEmpty || ticket.made !== null || note.text.trim() !== ''
    if (!isKnown && !asksResult.value) {
      asksResult.value = true
      return
    }
    void finishNow()
  }

  async function finishNow(): Promise<void> {
    if (await asking('finish', () => socket.wrapUp({ do: 'finish' }))) ticket.putDown()
  }

  async function giveResult(result: string): Promise<void> {
    const id = call.value?.id
    if (id !== undefined) await note.say(id, `【${result}】`)
    await finishNow()
  }

  function run(control: Control): void {
    if (!can.value[control]) return
    const id = call.value?.id
    switch (control) {
      case 'answer':
        phone.answer()
        return
      case 'mute':
        phone.setMuted(!phone.isMuted)
        return
      case 'hold': {
        if (id === undefined) return
        const name = call.value?.isOnHold ? 'resume' : 'hold'
        void asking('hold', () => socket.command({ name, callId: id }))
        return
      }
      case 'keypad':
        isKeypadOpen.value = !isKeypadOpen.value
        return
      case 'hangup':
        hangUpAtSecondStroke()
        return
      case 'ready':
        choose('READY')
        return
      case 'finish':
        finish()
        return
      case 'extend':
        void asking('extend', () => socket.wrapUp({ do: 'extend' }))
        return
      default:
        isKeypadOpen.value = false
        parties.run(control)
    }
  }

  /** A click of the mouse is meant: it needs no second one. */
  function click(control: Control): void {
    if (control === 'hangup' && can.value.hangup) void hangUp()
    else run(control)
  }

  /** @returns whether one of the panels was open */
  function closePad(): boolean {
    const wasOpen = picker.close() || isKeypadOpen.value
    isKeypadOpen.value = false
    return wasOpen
  }

  function press(key: string): boolean {
    if (!isKeypadOpen.value || !can.value.keypad) return false
    phone.press(key)
    digits.value += key
    return true
  }

  function wayOut(does: WayOut): void {
    switch (does) {
      case 'take-over':
        void socket.open(true)
        return
      case 'open-again':
        void socket.open(false)
        return
      case 'test-microphone':
        void phone.testMicrophone()
        return
      case 'allow-sound':
        phone.allowSound()
        return
      case 'ready':
        run('ready')
        return
      case 'rejoin':
        askRejoin()
        return
      case 'reload':
        location.reload()
        return
      case 'sign-in':
        void socket.open(false, true)
        return
      case 'forced-read':
        socket.dropForced()
        return
      case 'dismiss':
        told.value = null
    }
  }

  function setAutoAnswer(is: boolean): void {
    autoAnswers.value = is
    localStorage.setItem(autoAnswerKey, is ? 'on' : 'off')
  }

  return {
    me,
    call,
    history,
    queue,
    can,
    hasMicrophone,
    isLive,
    isInCall,
    isTalking,
    isKeypadOpen,
    digits,
    running,
    banners,
    autoAnswers,
    asksResult,
    isHangUpArmed,
    start,
    click,
    stop,
    run,
    press,
    closePad,
    choose,
    wayOut,
    giveResult,
    setAutoAnswer,
  }
})
