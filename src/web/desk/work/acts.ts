import { ref } from 'vue'
import type { ChosenState } from '../../../floor/agents/agent.ts'
import type { CommandAnswer } from '../../../topics.ts'
import { useTicketForm } from '../../tickets/form/useTicketForm.ts'
import type { WayOut } from '../bar/banners.ts'
import type { Control } from '../bar/controls.ts'
import { useCallNote } from '../caller/useCallNote.ts'
import { useParties } from '../parties/useParties.ts'
import { usePicker } from '../parties/usePicker.ts'
import { isAskedByPage, isToldByRecord } from '../result/results.ts'
import { useDeskSocket } from '../useDeskSocket.ts'
import { useSoftphone } from '../useSoftphone.ts'
import type { Signs } from './following.ts'
import type { Standing } from './standing.ts'

const armedMs = 2000

/** What the agent does with the controls of the desk. */
export function makeActs({ call, can, isLive }: Standing, signs: Signs) {
  const socket = useDeskSocket()
  const phone = useSoftphone()
  const parties = useParties()
  const picker = usePicker()
  const { isKeypadOpen, digits, told } = signs
  /** What is being asked of the server just now; its button shows that it runs. */
  const running = ref<Control | 'state' | null>(null)
  const { finish, giveResult } = makeFinish({ call }, signs, asking)
  const { hangUp, isHangUpArmed, hangUpAtSecondStroke } = makeHangUp({ call, isLive }, signs, asking)

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

  return { running, isHangUpArmed, choose, run, click, closePad, press, giveResult }
}

type Asking = (what: Control | 'state', ask: () => Promise<CommandAnswer>) => Promise<boolean>

function makeHangUp({ call, isLive }: Pick<Standing, 'call' | 'isLive'>, signs: Signs, asking: Asking) {
  const socket = useDeskSocket()
  const phone = useSoftphone()
  /** Backspace hangs up at the second stroke only: it is struck by mistake when a text field has lost the focus. */
  const isHangUpArmed = ref(false)
  let disarm: number | undefined

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
    if (id !== undefined) signs.leave(id)
    phone.hangUp()
  }

  return { hangUp, isHangUpArmed, hangUpAtSecondStroke }
}

function makeFinish({ call }: Pick<Standing, 'call'>, { asksResult }: Signs, asking: Asking) {
  const socket = useDeskSocket()
  const note = useCallNote()
  const ticket = useTicketForm()

  /** Text that was not submitted waits in the box; a call without any result is asked about once. */
  function finish(): void {
    const isWritten = !ticket.isEmpty || ticket.made !== null || note.text.trim() !== ''
    const isAskedThere = isAskedByPage(window.location.pathname)
    const isKnown = isWritten || isAskedThere || (call.value !== null && isToldByRecord(call.value))
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

  return { finish, giveResult }
}

/** What a banner offers. */
export function takeWayOut(does: WayOut, { run }: { run(control: Control): void }, signs: Signs): void {
  const socket = useDeskSocket()
  const phone = useSoftphone()
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
      signs.askRejoin()
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
      signs.told.value = null
  }
}
