import { type Call, type PartyResult, partyResultTitles, type Segment } from '../calls/machine/call.ts'
import type { AgentId, Instant } from '../platform/types.ts'

/**
 * 紧急移交: 110, 119, 120 or 122 that an agent has called into a talk, and the proof of it: when the key was pressed, when
 * the phone was dialled, when it was picked up, when the agent left. Pure. Source: 国办发〔2022〕12号 (12345 and 110).
 */
export interface Handover {
  /** The party's id in the call; the packet that goes to the service has the same. */
  id: string
  /** e.g. `119`. */
  service: string
  name: string
  /** Who pressed the key. */
  agentId: AgentId
  askedAt: Instant
  dialledAt: Instant | null
  pickedUpAt: Instant | null
  /** When that agent left the call. */
  agentLeftAt: Instant | null
  /** When the service was out of the call. */
  endedAt: Instant | null
  /** Why it ended, as segments have it; null while it lasts. */
  result: string | null
}

/** `WAITING`: to be sent, or sent again. `GIVEN_UP`: the service did not take it in a quarter of an hour. */
export const packetStates = ['WAITING', 'ACKED', 'NACKED', 'GIVEN_UP'] as const
export type PacketState = (typeof packetStates)[number]

type Told = Pick<Call, 'segments' | 'parties' | 'endedAt' | 'callerLeftAt'>

/** @returns those of a call, in the order in which they were asked for; as far as it has come */
export function handoversOf(call: Told): Handover[] {
  const emergencies = call.segments.filter(({ party }) => party?.emergencyBy !== undefined)
  return [...Map.groupBy(emergencies, ({ party }) => party?.id ?? '').values()].flatMap((own) => handoverOf(call, own))
}

/** @param own segments of one service */
function handoverOf(call: Told, own: readonly Segment[]): Handover[] {
  const [first, last] = [own[0], own.at(-1)]
  const agentId = first?.party?.emergencyBy
  if (!first?.party || !last || agentId === undefined) return []
  const { id, number, name } = first.party
  const isThere = call.parties.some((party) => party.id === id)
  return [
    {
      ...{ id, service: number ?? '', name: name ?? '', agentId, askedAt: first.startedAt },
      dialledAt: own.find(({ party }) => party?.dialledAt !== undefined)?.party?.dialledAt ?? null,
      pickedUpAt: own.find(({ kind }) => kind !== 'DIAL')?.startedAt ?? null,
      agentLeftAt: agentLeftAt(call, agentId, last),
      endedAt: isThere ? null : last.endedAt,
      result: isThere ? null : last.result,
    },
  ]
}

/** @param last segment of the service */
function agentLeftAt(call: Told, agentId: AgentId, last: Segment): Instant | null {
  if (call.parties.some(({ agent }) => agent?.agentId === agentId)) return null
  // Without the caller agent and service leave together.
  if (call.callerLeftAt !== undefined && (last.endedAt ?? 0) > call.callerLeftAt) return last.endedAt
  const theirs = call.segments.filter((one) => one.party === undefined && one.agentId === agentId)
  return Math.max(...theirs.map((one) => one.endedAt ?? call.endedAt ?? 0))
}

/** Whether anything of it was an emergency: asked of every state that is written. */
export function hasEmergency({ segments }: Pick<Call, 'segments'>): boolean {
  return segments.some(({ party }) => party?.emergencyBy !== undefined)
}

const clock = (at: Instant): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 19)

type InWords = Pick<Handover, 'service' | 'name' | 'askedAt' | 'pickedUpAt' | 'agentLeftAt' | 'result'>

/** `14:05:01 接通119消防救援，14:05:09 对方接听，14:06:30 话务员退出`, for the ticket and the record. */
export function handoverWords({ service, name, askedAt, pickedUpAt, agentLeftAt, result }: InWords): string {
  const said = [`${clock(askedAt)} 呼叫${service}${name}`]
  if (pickedUpAt !== null) said.push(`${clock(pickedUpAt)} 对方接听`)
  else if (result !== null) said.push(resultWords(result))
  if (pickedUpAt !== null && agentLeftAt !== null) said.push(`${clock(agentLeftAt)} 话务员退出`)
  return said.join('，')
}

const otherResults: Record<string, string> = {
  ...{ LEFT: '话务员取消', CALLER_LEFT: '市民挂机', AGENT_ENDED: '话务员挂机', SYSTEM_ENDED: '系统结束' },
}

function resultWords(result: string): string {
  return partyResultTitles[result as PartyResult] ?? otherResults[result] ?? '没有接通'
}
