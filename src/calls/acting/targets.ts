import { eq } from 'drizzle-orm'
import { type Diallable, mayDial, trunkFor } from '../../directory/may-dial.ts'
import { readDirectory } from '../../directory/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { AgentId, CallId, SkillId } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Site } from '../../site/site.ts'
import { trunkPrefix } from '../../telephony/ari/endpoint.ts'
import { ticketCalls, tickets } from '../../tickets/records/schema.ts'
import type { PartyTarget } from '../machine/party.ts'
import type { LiveCalls } from '../records/living.ts'
import type { PartyTargetAsk } from './api.ts'

export interface TargetParts {
  db: Db
  site: Pick<Site, 'areaCode' | 'directory' | 'lines' | 'skills' | 'trunks'>
  liveCalls: Pick<LiveCalls, 'view'>
  isSamplePlayed: boolean
}

/** Who asks, in which call. */
interface Asking {
  callId: CallId
  agentId: AgentId
}

/**
 * The agent's target as something that can be rung.
 * @throws Refusal for a number that may not be dialled, an unknown skill, and a number that no trunk reaches
 */
export async function targetOf(
  parts: TargetParts,
  { callId, agentId }: Asking,
  asked: PartyTargetAsk,
): Promise<PartyTarget> {
  switch (asked.kind) {
    case 'agent':
      return asked
    case 'skill':
      if (parts.site.skills.every(({ id }) => id !== asked.skill)) throw new Refusal('call.skill-unknown')
      return { kind: 'skill', skill: asked.skill as SkillId }
    case 'outside':
      return outside(parts, { callId, agentId }, asked.number)
  }
}

/**
 * Numbers of the people of the tickets that this call is about: for the agent who talks in it and is answerable. To
 * everybody else each number is refused alike, or the answer would tell who reported.
 */
async function peopleOf({ db, liveCalls }: TargetParts, { callId, agentId }: Asking): Promise<string[]> {
  const call = await liveCalls.view(callId)
  const isTheirs = call?.parties.some((party) => party.role === 'AGENT' && party.agentId === agentId)
  if (call?.phase !== 'talking' || !isTheirs) return []
  const rows = await db
    .select({ phone: tickets.callerPhone, otherPhone: tickets.callerOtherPhone })
    .from(ticketCalls)
    .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
    .where(eq(ticketCalls.callId, callId))
  return rows.flatMap(({ phone, otherPhone }) => [phone, otherPhone]).filter((number) => number !== null)
}

async function outside(parts: TargetParts, asking: Asking, wanted: string): Promise<PartyTarget> {
  const { site, isSamplePlayed } = parts
  const found = emergency(parts, wanted) ?? (await inDirectory(parts, asking, wanted))
  if (!found) throw new Refusal('call.number-not-allowed')
  const trunk = trunkFor(found, site.trunks, isSamplePlayed)
  if (!trunk) throw new Refusal('call.no-trunk')
  const endpoint = `${found.number}@${trunkPrefix}${trunk.name}`
  const isEmergency = found.kind === 'EMERGENCY'
  return {
    ...{ kind: 'outside', number: found.number, name: found.name ?? '工单相关人', endpoint },
    ...(isEmergency && { isEmergency }),
  }
}

/** Needs no database: nothing may keep an emergency from being called. */
function emergency({ site }: TargetParts, wanted: string): Diallable | null {
  const emergencies = site.directory.filter(({ kind }) => kind === 'EMERGENCY')
  return mayDial(wanted, { emergencies, directory: [], people: [], own: [] }, site.areaCode)
}

async function inDirectory(parts: TargetParts, asking: Asking, wanted: string): Promise<Diallable | null> {
  const { db, site } = parts
  const [directory, people] = await Promise.all([readDirectory(db), peopleOf(parts, asking)])
  const own = site.lines.flatMap(({ number, landingDids }) => [number, ...landingDids])
  return mayDial(wanted, { emergencies: [], directory, people, own }, site.areaCode)
}
