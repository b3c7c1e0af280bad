import type { ChannelId } from '../../platform/types.ts'
import type { Call, Stage } from './call.ts'
import { type AgentOffer, aCaller, anAgent, type Party } from './party.ts'

/** Calls as the stores keep them: what an earlier version wrote is read as well, so that an upgrade loses no call. Pure. */

/** Before calls had parties: one agent with one leg, in the stage. */
type OldStage =
  | Exclude<Stage, { phase: 'offering' | 'talking' }>
  | { phase: 'offering'; step: 'popping' | 'ringing' | 'joining'; offer: AgentOffer; leg: ChannelId | null }
  | {
      phase: 'talking'
      agent: AgentOffer
      leg: ChannelId
      isOnHold: boolean
      joinTries: number
      recordTries?: number
      rejoin: Party['next']
    }

export type OldCall = Omit<Call, 'parties' | 'stage'> & { stage: OldStage }

/** @param stored as it was kept by this version or by an earlier one */
export function storedCall(stored: Call | OldCall): Call {
  if ('parties' in stored) return stored
  const { stage } = stored
  const caller = aCaller(stored.channel, stored.caller.number)
  switch (stage.phase) {
    case 'offering':
      return offered(stored, stage, caller)
    case 'talking': {
      const { phase, agent, leg, isOnHold, joinTries, recordTries, rejoin } = stage
      const talker: Party = { ...anAgent(agent, leg), step: 'UP', room: 'TALK', next: rejoin }
      const parties: Party[] = [{ ...caller, room: 'TALK', isOnHold }, talker]
      return { ...stored, stage: { phase, joinTries, ...(recordTries === undefined ? {} : { recordTries }) }, parties }
    }
    case 'ending':
    case 'ended':
      return { ...stored, stage, parties: [] }
    default:
      return { ...stored, stage, parties: [caller] }
  }
}

const steps = { popping: 'RESERVED', ringing: 'RINGING', joining: 'ANSWERED' } as const

function offered(stored: OldCall, stage: Extract<OldStage, { phase: 'offering' }>, caller: Party): Call {
  // A leg had no name before it rang.
  const serial = stage.leg === null ? stored.serial + 1 : stored.serial
  const leg = stage.leg ?? (`${stored.id}.leg${serial}` as ChannelId)
  const agent: Party = { ...anAgent(stage.offer, leg), step: steps[stage.step] }
  return { ...stored, serial, stage: { phase: 'offering' }, parties: [caller, agent] }
}

/** @throws when it is no JSON */
export function readStoredCall(text: string): Call {
  return storedCall(JSON.parse(text) as Call | OldCall)
}
