import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../platform/types.ts'
import type { Agent, AgentChange, AgentState, ChosenState, Stay } from '../agents/agent.ts'
import type { Offer, Pace, QueueFigures, WaitingCall } from './queue.ts'

/** From Redis's flat lists of strings to our types. Every value is a string there; '' stands for null. */

export interface Reply {
  status: string
  changes: AgentChange[]
  offers: Offer[]
  /** The agent that the step is about, changed or not. */
  agent: Agent | null
  extra: string[]
}

type Hash = Record<string, string>

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`queue: unexpected reply ${JSON.stringify(value)}`)
  return value
}

function pairs(flat: unknown): Hash {
  const values = list(flat).map(String)
  const hash: Hash = {}
  for (let i = 0; i + 1 < values.length; i += 2) hash[values[i] ?? ''] = values[i + 1] ?? ''
  return hash
}

function text(hash: Hash, field: string): string {
  const value = hash[field]
  if (value === undefined) throw new Error(`queue: ${field} is missing in ${JSON.stringify(hash)}`)
  return value
}

const orNull = <Value extends string = string>(value: string): Value | null => (value === '' ? null : (value as Value))
const number = (hash: Hash, field: string): number => Number(text(hash, field))

export function agentOf(hash: Hash): Agent {
  const nextState = orNull<Exclude<ChosenState, 'OFFLINE'>>(text(hash, 'nextState'))
  const wrapUpUntil = text(hash, 'wrapUpUntil')
  return {
    id: text(hash, 'id') as AgentId,
    number: text(hash, 'number'),
    name: text(hash, 'name'),
    skills: text(hash, 'skills').split(',').filter(Boolean) as SkillId[],
    state: text(hash, 'state') as AgentState,
    reason: orNull(text(hash, 'reason')),
    since: number(hash, 'since'),
    sessionId: orNull<SessionId>(text(hash, 'sessionId')),
    endpoint: orNull(text(hash, 'endpoint')),
    isReachable: text(hash, 'isReachable') === '1',
    offerId: orNull<OfferId>(text(hash, 'offerId')),
    callId: orNull<CallId>(text(hash, 'callId')),
    lastCallId: orNull<CallId>(text(hash, 'lastCallId')),
    next: nextState && { state: nextState, reason: orNull(text(hash, 'nextReason')) },
    wrapUpUntil: wrapUpUntil === '' ? null : Number(wrapUpUntil),
    idleSince: number(hash, 'idleSince'),
    version: number(hash, 'version'),
  }
}

function stayOf(hash: Hash): Stay {
  return {
    state: text(hash, 'state') as AgentState,
    reason: orNull(text(hash, 'reason')),
    callId: orNull<CallId>(text(hash, 'callId')),
    lastCallId: orNull<CallId>(text(hash, 'lastCallId')),
    since: number(hash, 'since'),
    version: number(hash, 'stay'),
  }
}

export function offerOf(hash: Hash): Offer {
  return {
    id: text(hash, 'id') as OfferId,
    callId: text(hash, 'callId') as CallId,
    node: text(hash, 'node'),
    agentId: text(hash, 'agentId') as AgentId,
    agentNumber: text(hash, 'agentNumber'),
    endpoint: text(hash, 'endpoint'),
    madeAt: number(hash, 'madeAt'),
    expiresAt: number(hash, 'expiresAt'),
  }
}

/** @returns every agent who takes part in the call, with their role */
export function partiesOf(hash: Hash): Map<AgentId, string> {
  const parts = Object.entries(hash).filter(([field]) => field.startsWith(partyPrefix))
  const known = new Map(parts.map(([field, role]) => [field.slice(partyPrefix.length) as AgentId, role]))
  const answerable = answerableOf(hash)
  return answerable === null ? known : known.set(answerable, 'AGENT')
}

const partyPrefix = 'party:'

/** @returns the agent who has the call; null while it waits or is offered */
export function answerableOf(hash: Hash): AgentId | null {
  const party = Object.entries(hash).find(([field, role]) => field.startsWith(partyPrefix) && role === 'AGENT')
  // An earlier version wrote the one agent into a field of its own.
  return party ? (party[0].slice(partyPrefix.length) as AgentId) : orNull<AgentId>(hash.agentId ?? '')
}

export function waitingOf(callId: string, hash: Hash): WaitingCall {
  return {
    callId: callId as CallId,
    node: text(hash, 'node'),
    skill: text(hash, 'skill') as SkillId,
    priority: number(hash, 'priority'),
    queuedAt: number(hash, 'queuedAt'),
    lastAgent: orNull<AgentId>(text(hash, 'lastAgent')),
  }
}

export function replyOf(raw: unknown): Reply {
  const [status, changes, offers, agent, extra] = list(raw)
  const about = pairs(agent)
  return {
    status: String(status),
    changes: list(changes).map((change) => {
      const [after, before] = list(change)
      const hash = pairs(after)
      const was = pairs(before)
      return { agent: agentOf(hash), stay: number(hash, 'stay'), ended: 'state' in was ? stayOf(was) : null }
    }),
    offers: list(offers).map((offer) => offerOf(pairs(offer))),
    agent: 'id' in about ? agentOf(about) : null,
    extra: list(extra).map(String),
  }
}

export function paceOf(raw: unknown): { position: number; pace: Pace } | null {
  const [position, serving, taken, handled] = list(raw)
  if (position === undefined) return null
  const entries = (value: unknown) => list(value).map((entry) => String(entry).split(' '))
  return {
    position: Number(position),
    pace: {
      serving: Number(serving),
      taken: entries(taken).map(([at, ms]) => ({ at: Number(at), intervalMs: ms ? Number(ms) : null })),
      handled: entries(handled).map(([at, ms]) => ({ at: Number(at), ms: Number(ms) })),
    },
  }
}

export function figuresOf(raw: unknown): QueueFigures {
  const [ready, signedIn, talking, rows] = list(raw)
  const figures: QueueFigures = {
    waiting: 0,
    oldestSince: null,
    ready: Number(ready),
    signedIn: Number(signedIn),
    talking: Number(talking),
    bySkill: {},
  }
  for (const row of list(rows)) {
    const [skill, count, since, readyHere] = list(row).map(String)
    const waiting = Number(count)
    const oldestSince = since ? Number(since) : null
    figures.bySkill[skill ?? ''] = { waiting, oldestSince, ready: Number(readyHere) }
    figures.waiting += waiting
    if (oldestSince !== null) figures.oldestSince = Math.min(figures.oldestSince ?? oldestSince, oldestSince)
  }
  return figures
}
