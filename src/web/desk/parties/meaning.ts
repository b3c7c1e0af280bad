import type { CallActionName } from '../../../calls/acting/api.ts'
import { mostParties, type PartyMode } from '../../../calls/machine/party.ts'
import type { CallView, PartyView } from '../../../calls/machine/view.ts'
import type { AgentId } from '../../../platform/types.ts'
import { emergencyServices } from '../../../tickets/life/emergency.ts'

/** What the keys of a call with further parties do at this moment. Pure: buttons, keys and their words ask the same function. */

export const partyControls = ['transfer', 'consult', 'join', 'swap', 'emergency'] as const
export type PartyControl = (typeof partyControls)[number]

export type Meaning =
  /** Opens the list of targets. */
  { does: 'pick'; mode: PartyMode; isEmergency: boolean } | { does: 'act'; action: CallActionName }

/** @returns this agent's own part in the call; null when they are not, or no longer, in it */
export function ownPart(call: CallView | null, me: AgentId | null): PartyView | null {
  if (call?.phase !== 'talking' || me === null) return null
  return call.parties.find(({ agentId }) => agentId === me) ?? null
}

/** Whether the call is over, or continues without this agent: a leg at their phone is then a left-over. */
export function isOverFor(call: CallView | null, me: AgentId | null): boolean {
  if (call === null || call.phase === 'surveying' || call.phase === 'ending' || call.phase === 'ended') return true
  const isShared = call.phase === 'talking' || call.phase === 'transferring'
  return isShared && call.parties.every(({ agentId }) => agentId !== me)
}

/** Which emergency services are in the call, and how far each has come; changes whenever that does. */
export function emergenciesOf(call: CallView | null): string {
  const services = call?.parties.filter(({ number }) => number !== null && number in emergencyServices) ?? []
  return services.map(({ id, step }) => `${id} ${step}`).join()
}

/** Whether this agent is answerable for the call. */
export function isAnswerable(call: CallView | null, me: AgentId | null): boolean {
  return ownPart(call, me)?.role === 'AGENT'
}

/** @returns null when the key does nothing now */
export function meaningOf(control: PartyControl, call: CallView | null, me: AgentId | null): Meaning | null {
  const part = ownPart(call, me)
  if (!call || !part) return null
  // An agent who was brought in may leave, and nothing else.
  if (part.role !== 'AGENT') return control === 'transfer' ? { does: 'act', action: 'leave' } : null
  const firstOf = (...actions: CallView['actions']): Meaning | null => {
    const action = actions.find((one) => one !== 'hangup' && call.actions.includes(one))
    return action === undefined || action === 'hangup' ? null : { does: 'act', action }
  }
  const pick = (mode: PartyMode): Meaning | null => (mayAsk(call) ? { does: 'pick', mode, isEmergency: false } : null)
  switch (control) {
    case 'transfer':
      return firstOf('complete', 'leave') ?? (call.parties.length <= 2 ? pick('blind') : null)
    case 'consult':
      return firstOf('cancel') ?? pick('consult')
    case 'join':
      return firstOf('join') ?? pick('three-way')
    case 'swap':
      return firstOf('swap')
    case 'emergency':
      // From any state of the talk: who is asked or rung makes room.
      return hasCaller(call) ? { does: 'pick', mode: 'three-way', isEmergency: true } : null
  }
}

const hasCaller = ({ parties }: CallView): boolean => parties.some(({ role }) => role === 'CALLER')

/** One at a time, and not during a consultation. */
function mayAsk(call: CallView): boolean {
  const { parties } = call
  return (
    hasCaller(call) && parties.length < mostParties && parties.every(({ role, isUp }) => isUp && role !== 'CONSULTED')
  )
}

/** What stands on the button. */
export function wordOf(control: PartyControl, meaning: Meaning | null): string {
  if (meaning?.does === 'act') {
    if (meaning.action === 'complete') return '转出'
    if (meaning.action === 'leave') return '退出'
    if (meaning.action === 'cancel') return '收回'
  }
  return usualWords[control]
}

const usualWords: Record<PartyControl, string> = {
  transfer: '转接',
  consult: '咨询',
  join: '三方',
  swap: '切换',
  emergency: '紧急',
}

/** What the button does, in a sentence. */
export function explain(control: PartyControl, meaning: Meaning | null): string {
  if (meaning?.does === 'pick') {
    if (meaning.isEmergency) return '接通 110、119、120、122，三方通话'
    return {
      blind: '转给话务员、技能组或目录中的号码',
      consult: '市民听音乐，先问对方',
      'three-way': '邀请对方加入通话',
    }[meaning.mode]
  }
  if (meaning?.does === 'act') return actionWords[meaning.action] ?? usualWords[control]
  return usualWords[control]
}

const actionWords: Partial<Record<CallActionName, string>> = {
  complete: '市民与对方通话，您退出',
  leave: '您退出，其余各方继续通话',
  cancel: '不再咨询，回到市民',
  join: '市民、对方和您三方通话',
  swap: '在市民和对方之间切换',
}
