import type { CallView } from '../../../calls/machine/view.ts'
import type { AgentView } from '../../../desk/protocol.ts'
import { type AgentState, forcedReasonTitles, isForcedReason } from '../../../floor/agents/agent.ts'
import type { PhoneCall } from '../../sip/phoneState.ts'
import { isDialling } from '../deskView.ts'
import { isAnswerable, meaningOf, ownPart, type PartyControl, partyControls } from '../parties/meaning.ts'

/** Which of the desk's controls do something now. Pure: buttons and shortcuts ask the same function. */

export const controls = [
  ...(['answer', 'mute', 'hold', 'keypad', 'hangup', 'ready', 'finish', 'extend'] as const),
  ...partyControls,
] as const
export type Control = (typeof controls)[number]

export interface Situation {
  me: AgentView | null
  call: CallView | null
  phone: PhoneCall
  /** The server can be reached; the call itself continues without it. */
  isLive: boolean
  /** Of this browser, unless a desk phone rings in its place: without one the agent cannot answer. */
  hasMicrophone: boolean
}

export function allowed({ me, call, phone, isLive, hasMicrophone }: Situation): Record<Control, boolean> {
  const agent = me?.id ?? null
  const isTalking = phone === 'talking' || ownPart(call, agent) !== null || isDialling({ me, call })
  const mayHold = call?.actions.includes(call.isOnHold ? 'resume' : 'hold') ?? false
  const may = (control: PartyControl) => isLive && meaningOf(control, call, agent) !== null
  return {
    answer: phone === 'incoming',
    mute: phone === 'talking',
    hold: isLive && isAnswerable(call, agent) && mayHold,
    keypad: phone === 'talking',
    hangup: isTalking && (isLive || phone === 'talking'),
    ready: isLive && hasMicrophone && me?.isReachable === true && (me.state === 'NOT_READY' || me.state === 'BREAK'),
    finish: isLive && me?.state === 'WRAP_UP',
    extend: isLive && me?.state === 'WRAP_UP',
    transfer: may('transfer'),
    consult: may('consult'),
    join: may('join'),
    swap: may('swap'),
    emergency: may('emergency'),
  }
}

/** Colour and word of the agent's state; both, since nothing is conveyed by colour alone. */
export type Tone = 'ready' | 'ringing' | 'talking' | 'hold' | 'wrap-up' | 'idle' | 'trouble'

export const stateTones: Record<AgentState, Tone> = {
  OFFLINE: 'idle',
  NOT_READY: 'idle',
  BREAK: 'idle',
  READY: 'ready',
  RESERVED: 'ringing',
  RINGING: 'ringing',
  TALKING: 'talking',
  HOLD: 'hold',
  OUTBOUND: 'talking',
  WRAP_UP: 'wrap-up',
}

export function reasonWords(reason: string | null, breaks: { code: string; name: string }[]): string | null {
  if (reason === null) return null
  if (isForcedReason(reason)) return forcedReasonTitles[reason]
  return breaks.find((one) => one.code === reason)?.name ?? reason
}
