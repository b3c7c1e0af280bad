import type { CallView, PartyView } from '../../../calls/machine/view.ts'
import type { AgentId } from '../../../platform/types.ts'
import { isAnswerable, ownPart } from './meaning.ts'

/** Who of a call hears whom, as a small picture. Pure. */

export interface Chip {
  id: string
  title: string
  /** Number or 工号; empty where it says nothing more. */
  sub: string
  who: 'me' | 'citizen' | 'agent' | 'outside'
  isAnswerable: boolean
  isMuted: boolean
  /** What this agent may do to them. */
  may: { hold: boolean; mute: boolean; drop: boolean }
  isOnHold: boolean
  /** Since when their phone rings. */
  ringsSince: number | null
}

export interface Group {
  kind: 'talk' | 'music' | 'ringing'
  chips: Chip[]
}

export const groupTitles: Record<Group['kind'], string> = {
  talk: '互相听得到',
  music: '听等待音乐',
  ringing: '正在呼叫',
}

/** Whether the picture says more than that this agent talks with the citizen. */
export function isWorthShowing(call: CallView | null, me: AgentId | null): boolean {
  return call !== null && ownPart(call, me) !== null && (call.parties.length > 2 || isWithoutCaller(call))
}

/** The citizen has hung up, and those who were with the agent go on. */
export function isWithoutCaller(call: CallView): boolean {
  return call.phase === 'talking' && call.parties.length > 0 && call.parties.every(({ role }) => role !== 'CALLER')
}

/**
 * The agent's own conversation first, then who waits, then whose phone rings.
 * @param names of agents by 工号, where they are known
 */
export function pictureOf(call: CallView, me: AgentId | null, names: ReadonlyMap<string, string> = new Map()): Group[] {
  const chipOf = (party: PartyView) => aChip(call, party, me, names)
  const ringing = call.parties.filter(({ step }) => step !== 'UP')
  const isHeard = ({ step, isOnHold, room }: PartyView) => step === 'UP' && !isOnHold && room !== null
  const rooms = [...new Set(call.parties.filter(isHeard).map(({ room }) => room))]
  const talks = rooms
    .map((room) => call.parties.filter((party) => isHeard(party) && party.room === room))
    // An agent alone hears the other phone ringing, or nothing; every other party alone hears music.
    .filter((group) => group.length > 1 || group[0]?.role === 'AGENT')
    .sort((one, other) => Number(hasMe(other, me)) - Number(hasMe(one, me)))
  const placed = new Set(talks.flat())
  const waiting = call.parties.filter((party) => party.step === 'UP' && !placed.has(party))
  return [
    ...talks.map((group): Group => ({ kind: 'talk', chips: group.map(chipOf) })),
    ...(waiting.length > 0 ? [{ kind: 'music', chips: waiting.map(chipOf) } as const] : []),
    ...(ringing.length > 0 ? [{ kind: 'ringing', chips: ringing.map(chipOf) } as const] : []),
  ]
}

const hasMe = (group: readonly PartyView[], me: AgentId | null) => group.some(({ agentId }) => agentId === me)

function aChip(call: CallView, party: PartyView, me: AgentId | null, names: ReadonlyMap<string, string>): Chip {
  const { id, role, agentId, agentNumber, isMuted, isOnHold, isUp, askedAt } = party
  const isMine = isAnswerable(call, me)
  const isConsulting = call.parties.some((one) => one.role === 'CONSULTED')
  const who =
    agentId !== null && agentId === me ? 'me' : role === 'CALLER' ? 'citizen' : agentNumber ? 'agent' : 'outside'
  return {
    ...{ id, who, isMuted, isOnHold },
    ...namesOf(party, who, names),
    isAnswerable: role === 'AGENT',
    ringsSince: isUp ? null : askedAt,
    may: {
      hold: isMine && isUp && !isConsulting && (role === 'CALLER' || role === 'PARTNER'),
      mute: isMine && isUp && who !== 'me',
      drop: isMine && role !== 'CALLER' && role !== 'AGENT',
    },
  }
}

function namesOf(
  { name, number, agentNumber }: PartyView,
  who: Chip['who'],
  names: ReadonlyMap<string, string>,
): { title: string; sub: string } {
  switch (who) {
    case 'me':
      return { title: '我', sub: '' }
    case 'citizen':
      return { title: '市民', sub: number ?? '' }
    case 'agent':
      return { title: names.get(agentNumber ?? '') ?? '话务员', sub: agentNumber ?? '' }
    case 'outside':
      if (name === null) return { title: number ?? '外线', sub: '' }
      // A masked number says nothing beside a name; a short one, 119, does.
      return { title: name, sub: number?.includes('*') ? '' : (number ?? '') }
  }
}
