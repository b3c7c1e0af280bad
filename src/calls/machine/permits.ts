import { type Call, type CallAction, type CallEvent, callActions } from './call.ts'
import { companyOf } from './mix.ts'
import {
  answerableOf,
  consultedOf,
  hasCaller,
  inTheWayOf,
  isEmergency,
  mostParties,
  mostWithEmergencies,
  type Party,
  partyOfAgent,
  pendingOf,
  ringingEmergencyOf,
} from './party.ts'

/** Who may do what with a call now. One rule for the machine, for what a request is answered, and for the desk's keys. Pure. */

/** Why an agent's request is refused: stable codes of the API, whose texts are in `problems`. */
export const callRefusals = [
  'call.not-talking',
  'call.not-yours',
  'call.not-answerable',
  'call.no-consult',
  'call.consult-open',
  'call.party-not-found',
  'call.party-not-up',
  'call.party-pending',
  'call.too-many-parties',
  'call.nobody-stays',
  'call.others-in-call',
  'call.blind-only',
  'call.already-in-call',
  'call.not-changeable',
  'call.caller-left',
  'call.emergency-rings',
] as const
export type CallRefusal = (typeof callRefusals)[number]

/** What an agent wants of a call. */
export type CallWish = Extract<
  CallEvent,
  { type: 'command' | 'add-party' | 'change-party' | 'drop-party' | 'send-digits' }
>

/** @returns why it is not done; null when it may be */
export function refusalFor(call: Call, wish: CallWish): CallRefusal | null {
  if (call.stage.phase === 'dialling' && isStop(call, wish)) return null
  if (call.stage.phase !== 'talking') return 'call.not-talking'
  const who = partyOfAgent(call, wish.agentId)
  if (!who) return 'call.not-yours'
  if (who.role !== 'AGENT') return mayPartner(who, wish) ? null : 'call.not-answerable'
  if (wish.type === 'add-party' && !hasCaller(call)) return 'call.caller-left'
  switch (wish.type) {
    case 'command':
      return refusalOfAction(call, who, wish.command)
    case 'add-party':
      return refusalOfParty(call, wish)
    case 'change-party':
      return refusalOfChange(call, wish)
    case 'drop-party':
      return refusalOfDrop(call, wish.party)
    case 'send-digits':
      return partyOf(call, wish.party)?.step === 'UP' ? null : 'call.party-not-up'
  }
}

/** @returns what the agent who is answerable may do now with the call as a whole; nothing in any other phase */
export function actionsOf(call: Call): CallAction[] {
  const agent = answerableOf(call)
  if (call.stage.phase === 'dialling') return ['hangup']
  if (call.stage.phase !== 'talking' || !agent) return []
  return callActions.filter((action) => refusalOfAction(call, agent, action) === null)
}

/** The agent who calls a citizen gives up before they answer. */
function isStop(call: Call, wish: CallWish): boolean {
  return wish.type === 'command' && wish.command === 'hangup' && partyOfAgent(call, wish.agentId)?.role === 'AGENT'
}

/** Agents who were asked in may go, and mute themselves: the rest is for the one who is answerable. */
function mayPartner({ id }: Party, wish: CallWish): boolean {
  if (wish.type === 'command') return wish.command === 'leave' || wish.command === 'hangup'
  return wish.type === 'change-party' && wish.party === id && wish.isOnHold === undefined
}

function partyOf(call: Call, id: string): Party | undefined {
  return call.parties.find((party) => party.id === id)
}

function refusalOfAction(call: Call, agent: Party, action: CallAction): CallRefusal | null {
  const consulted = consultedOf(call)
  if (!hasCaller(call)) return refusalWithoutCaller(consulted, action)
  switch (action) {
    case 'hangup':
      return null
    case 'hold':
    case 'resume':
      return consulted ? 'call.consult-open' : null
    case 'cancel':
      return consulted || pendingOf(call) ? null : 'call.no-consult'
    case 'swap':
    case 'join':
    case 'complete':
      if (!consulted) return 'call.no-consult'
      return consulted.step === 'UP' ? null : 'call.party-not-up'
    case 'leave':
      if (consulted) return 'call.consult-open'
      // The caller in danger is not left before the emergency has answered.
      if (ringingEmergencyOf(call)) return 'call.emergency-rings'
      return staysWithCaller(call, agent) ? null : 'call.nobody-stays'
  }
}

/** The caller has hung up: who is left talks until one of them goes. */
function refusalWithoutCaller(consulted: Party | null, action: CallAction): CallRefusal | null {
  if (action === 'hangup' || action === 'leave') return null
  if (action === 'cancel') return consulted ? null : 'call.no-consult'
  return 'call.caller-left'
}

/** A party who talks with the caller once the agent has left. */
function staysWithCaller(call: Call, agent: Party): boolean {
  return companyOf(call, agent).some(({ role }) => role !== 'CALLER')
}

function refusalOfParty(call: Call, wish: Extract<CallWish, { type: 'add-party' }>): CallRefusal | null {
  const { to, mode } = wish
  if (isEmergency(wish)) return refusalOfEmergency(call)
  if (to.kind === 'skill' && mode !== 'blind') return 'call.blind-only'
  if (consultedOf(call)) return 'call.consult-open'
  if (pendingOf(call)) return 'call.party-pending'
  if (call.parties.length >= mostParties) return 'call.too-many-parties'
  if (mode === 'blind' && call.parties.length > 2) return 'call.others-in-call'
  if (to.kind === 'agent' && isIn(call, to.number)) return 'call.already-in-call'
  return null
}

/** Who is asked or rung makes room: only another emergency that rings is not dropped for it. */
function refusalOfEmergency(call: Call): CallRefusal | null {
  if (pendingOf(call) && !inTheWayOf(call)) return 'call.party-pending'
  return call.parties.length >= mostWithEmergencies ? 'call.too-many-parties' : null
}

function isIn(call: Call, agentNumber: string): boolean {
  return call.parties.some(({ agent }) => agent?.agentNumber === agentNumber)
}

function refusalOfChange(call: Call, wish: Extract<CallWish, { type: 'change-party' }>): CallRefusal | null {
  const party = partyOf(call, wish.party)
  if (!party) return 'call.party-not-found'
  if (party.step !== 'UP') return 'call.party-not-up'
  if (wish.isOnHold === undefined) return null
  if (!hasCaller(call)) return 'call.caller-left'
  // The agent would be alone, and who is consulted waits by a swap.
  if (party.role === 'AGENT') return 'call.not-changeable'
  return consultedOf(call) ? 'call.consult-open' : null
}

function refusalOfDrop(call: Call, id: string): CallRefusal | null {
  const party = partyOf(call, id)
  if (!party) return 'call.party-not-found'
  return party.asked && party.role !== 'AGENT' ? null : 'call.not-changeable'
}
