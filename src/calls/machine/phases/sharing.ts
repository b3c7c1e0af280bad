import type { ChannelId, Instant } from '../../../platform/types.ts'
import type { Timings } from '../../../site/site.ts'
import type { Call, CallAction, CallEvent, Step } from '../call.ts'
import {
  type AgentParty,
  anAsked,
  answerableOf,
  consultedOf,
  hasCaller,
  inTheWayOf,
  isEmergency,
  type Party,
  partyOfAgent,
  pendingOf,
  ringingEmergencyOf,
  withParty,
} from '../party.ts'
import { type CallWish, refusalFor } from '../permits.ts'
import { survey } from '../survey/surveying.ts'
import { end } from './ending.ts'
import { queueAnew } from './line.ts'
import { ignore, prepend, withoutTimer, withTimer } from './parts.ts'
import { ring } from './reaching.ts'
import { regroup, silenced, withoutParty } from './regroup.ts'

/** Agents' operations on a talk: hold, bring in a party, swap, join, hand over, leave. */
export function wished(call: Call, wish: CallWish, now: Instant, timings: Timings): Step {
  const who = partyOfAgent(call, wish.agentId)
  if (!who || refusalFor(call, wish) !== null) return ignore(call, wish)
  const agent = answerableOf(call)
  switch (wish.type) {
    case 'command':
      return agent && who.id === agent.id ? act(call, agent, wish.command, now) : dropped(call, who, now)
    case 'add-party':
      return agent ? add(call, agent, wish, now, timings) : ignore(call, wish)
    case 'change-party':
      return changed(call, wish, now)
    case 'drop-party': {
      const party = call.parties.find(({ id }) => id === wish.party)
      return party ? dropped(call, party, now) : ignore(call, wish)
    }
    case 'send-digits': {
      const party = call.parties.find(({ id }) => id === wish.party)
      if (!party) return ignore(call, wish)
      return { call, effects: [{ do: 'send-digits', channel: party.channel, digits: wish.digits }] }
    }
  }
}

function act(call: Call, agent: AgentParty, action: CallAction, now: Instant): Step {
  const consulted = consultedOf(call)
  switch (action) {
    case 'hangup':
      return survey(call, now) ?? end(call, now, 'AGENT')
    case 'hold':
    case 'resume':
      return changed(call, { party: 'caller', isOnHold: action === 'hold' }, now)
    case 'swap': {
      const room = agent.room === 'TALK' ? 'CONSULT' : 'TALK'
      return regroup(call, withParty(withCallerBack(call), agent.id, { room }), now)
    }
    case 'cancel': {
      const asked = consulted ?? pendingOf(call)
      return asked ? dropped(call, asked, now) : { call, effects: [] }
    }
    case 'join':
      return regroup(call, withParty(withTalker(call, consulted), agent.id, { room: 'TALK' }), now)
    case 'complete':
      return left(call, withTalker(call, consulted), agent, now)
    case 'leave':
      return left(call, withCallerBack(call), agent, now)
  }
}

/** The others continue: an agent of ours among them is answerable for the call from now on. */
function left(call: Call, given: Call, agent: AgentParty, now: Instant): Step {
  const parties = given.parties.filter(({ id }) => id !== agent.id)
  return regroup(call, withoutTimer({ ...given, parties }, 'rejoin'), now)
}

/** Talks with the caller from now on. */
function withTalker(call: Call, consulted: Party | null): Call {
  const back = withCallerBack(call)
  return consulted ? withParty(back, consulted.id, { role: 'PARTNER', room: 'TALK' }) : back
}

function withCallerBack(call: Call): Call {
  return withParty(call, 'CALLER', { isOnHold: false })
}

type Change = Pick<Extract<CallWish, { type: 'change-party' }>, 'party' | 'isOnHold' | 'isMuted'>

function changed(call: Call, { party, isOnHold, isMuted }: Change, now: Instant): Step {
  const was = call.parties.find(({ id }) => id === party)
  if (!was) return { call, effects: [] }
  const is: Partial<Party> = {
    ...(isOnHold === undefined || isOnHold === was.isOnHold ? {} : { isOnHold }),
    ...(isMuted === undefined || isMuted === (was.isMuted ?? false) ? {} : { isMuted }),
  }
  return Object.keys(is).length === 0 ? { call, effects: [] } : regroup(call, withParty(call, party, is), now)
}

/** Out of the call at an agent's request, so their result need not be reported. */
function dropped(call: Call, party: Party, now: Instant): Step {
  const step = regroup(call, withoutParty(call, party), now, { results: { [party.id]: 'LEFT' } })
  return { call: step.call, effects: [...step.effects, ...silenced(call, party)] }
}

type AddWish = Extract<CallEvent, { type: 'add-party' }>

function add(call: Call, agent: AgentParty, wish: AddWish, now: Instant, timings: Timings): Step {
  const { party: id, to, mode } = wish
  if (call.parties.some((party) => party.id === id)) return { call, effects: [] }
  const inTheWay = isEmergency(wish) ? inTheWayOf(call) : null
  if (inTheWay) {
    const alone = dropped(call, inTheWay, now)
    const back = answerableOf(alone.call)
    return back ? prepend(alone.effects, add(alone.call, back, wish, now, timings)) : alone
  }
  if (to.kind === 'skill') return queueAnew(call, agent, to.skill, now, timings)
  const serial = call.serial + 1
  const channel = `${call.id}.leg${serial}` as ChannelId
  const asked = anAsked(id, channel, { mode, to, by: agent.agent.agentId, at: now })
  const { lastResult: _, ...fresh } = call
  const given = withAsked({ ...fresh, serial }, agent, asked)
  const step = regroup(call, withTimer(given, 'reach', now + timings.reachMs), now)
  const reach: Step =
    to.kind === 'agent'
      ? { call: step.call, effects: [{ do: 'reserve-agent', party: id, number: to.number }] }
      : ring(step.call, asked)
  return { call: reach.call, effects: [...step.effects, ...reach.effects] }
}

/** Who asks goes to where the asked one will be; with a blind transfer their part is over. */
function withAsked(call: Call, agent: AgentParty, asked: Party): Call {
  const parties = [...call.parties, asked]
  switch (asked.asked?.mode) {
    case 'consult':
      return withParty(withCallerBack({ ...call, parties }), agent.id, { room: 'CONSULT' })
    case 'blind': {
      const others = withCallerBack({ ...call, parties: parties.filter(({ id }) => id !== agent.id) })
      return { ...withoutTimer(others, 'rejoin'), stage: { phase: 'transferring' }, lastAgent: agent.agent.agentId }
    }
    default:
      return { ...call, parties }
  }
}

/**
 * The caller has hung up in the middle of a consult or a three-way: the agent and those who talk with them go on until
 * one of two hangs up, as they still have to say what becomes of the matter. An emergency that rings is waited for: a
 * caller in danger may have lost the line.
 */
export function callerLeft(call: Call, now: Instant): Step {
  if (!hasCaller(call)) return { call, effects: [] }
  const left = withoutCaller(call, now)
  // Until now they were heard: who stays behind alone hears music only from here on.
  const before = { ...call, owned: { ...call.owned, caller: true } }
  return left ? regroup(before, left, now) : end(call, now, 'CALLER')
}

/** @returns null: the agent has nobody to talk with, and the call is over */
export function withoutCaller(call: Call, now: Instant): Call | null {
  const agent = answerableOf(call)
  const others = call.parties.filter(({ role }) => role !== 'CALLER')
  if (!agent || !others.some((party) => party.id !== agent.id && isCompany(call, party))) return null
  const room = consultedOf(call) && others.length === 2 ? 'CONSULT' : 'TALK'
  const together = others.map((party): Party => {
    const role = party.role === 'CONSULTED' && room === 'TALK' ? 'PARTNER' : party.role
    return { ...party, role, room, isOnHold: false }
  })
  return { ...call, parties: together, callerLeftAt: now }
}

/** After every step of a talk: with nobody to talk with it ends. */
export function endedIfDeserted(step: Step, now: Instant): Step {
  const { call } = step
  if (call.stage.phase !== 'talking' || hasCaller(call)) return step
  const agent = answerableOf(call)
  const isOver = !agent || !call.parties.some((party) => party.id !== agent.id && isCompany(call, party))
  return isOver ? prepend(step.effects, end(call, now, 'AGENT')) : step
}

function isCompany(call: Call, party: Party): boolean {
  return party.step === 'UP' || party.id === ringingEmergencyOf(call)?.id
}
