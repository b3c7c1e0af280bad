import type { FastifyRequest } from 'fastify'
import type { Bus } from '../../bus.ts'
import type { Queue } from '../../floor/queue/store.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Log } from '../../platform/process/log.ts'
import { BusTimeout } from '../../platform/redis/bus.ts'
import { ulidTime } from '../../platform/text/ulid-time.ts'
import type { AgentId, CallId, Instant } from '../../platform/types.ts'
import { type ProblemCode, problems, Refusal } from '../../platform/web/problem.ts'
import type { Site } from '../../site/site.ts'
import type { PlaceAsk } from '../machine/outgoing/outgoing.ts'
import { findCallback } from '../records/callbacks.ts'
import type { NewOutgoing, OutgoingTarget } from './api.ts'
import { hoursInWords, mayNotCall, ruleRefusals } from './rules.ts'
import { callsToday, isNeverCalled } from './store.ts'
import { endpointOf, type Person, personOf, type TargetParts } from './targets.ts'
import { type Begun, beginTry, undoTry } from './tries.ts'

/** Placing an outgoing call: who is meant, whether they may be called now, and the agent's own phone. */

export interface PlaceParts extends TargetParts {
  bus: Pick<Bus, 'request'>
  queue: Pick<Queue, 'agent' | 'phones'>
  site: TargetParts['site'] & Pick<Site, 'outgoing'>
  log: Log
}

const placeMs = 3_000

/**
 * @param ask `callId`: for who has to know it before the phones ring; left out, it is made here
 * @returns id of the call
 * @throws Refusal
 */
export async function placeCall(
  parts: PlaceParts,
  request: FastifyRequest,
  ask: { to: OutgoingTarget; callId?: CallId } & Pick<NewOutgoing, 'reason'>,
): Promise<CallId> {
  const phone = await phoneOf(parts, request)
  const person = await personOf(parts, request, ask.to)
  const endpoint = await endpointOf(parts, person)
  const { by, number, name } = { by: phone.agentId, ...person }
  const callId = ask.callId ?? (newId(parts.now()) as CallId)
  const { isHidden, about, ties } = person
  const { ringMs } = parts.site.outgoing
  const command: PlaceAsk = {
    ...phone,
    ...{ callId, number, name },
    outgoing: { by, endpoint, ringMs, isHidden, about, ties },
  }
  const begun = await allow(parts, request, person, ask.reason !== undefined, ulidTime(callId))
  const refused = await refusalOf(parts, command)
  if (refused === null) return callId
  // A controller that did not answer in time may still place it: the try stands, else the citizen is called twice.
  if (begun && !refused.mayBePlaced) await undoTry(parts.db, begun)
  throw new Refusal(refused.code)
}

/**
 * Whether a call could be placed, apart from the agent's own phone: nothing is placed, and nothing counted.
 * @returns null when it may
 * @throws Refusal when the agent may not read whom they ask about
 */
export async function checkCall(
  parts: PlaceParts,
  request: FastifyRequest,
  to: OutgoingTarget,
): Promise<Refusal | null> {
  try {
    const person = await personOf(parts, request, to)
    await endpointOf(parts, person)
    const { kind, id } = person.about
    if (kind === 'directory') return null
    const callback = kind === 'callback' ? await findCallback(parts.db, id) : null
    const check = await ruled(parts, person, false, parts.now())
    check(callback?.tries ?? 0, callback?.nextAt ?? null)
    return null
  } catch (error) {
    if (error instanceof Refusal && isAnswer(error.code)) return error
    throw error
  }
}

/** About a person whom the agent may read: they may not be called, or not now. */
function isAnswer(code: ProblemCode): boolean {
  const answers: readonly ProblemCode[] = ['outgoing.no-number', 'call.number-not-allowed', 'call.no-trunk']
  return answers.includes(code) || (ruleRefusals as readonly ProblemCode[]).includes(code)
}

/** @throws Refusal for an agent who is in a call, signed out, or has no phone */
async function phoneOf({ queue, guard }: PlaceParts, request: FastifyRequest) {
  const { person, agentNumber } = guard.sessionOf(request)
  if (agentNumber === null) throw new Refusal('agent.not-an-agent')
  const agentId = String(person.id) as AgentId
  const agent = await queue.agent(agentId)
  if (!agent?.sessionId || agent.endpoint === null || !agent.isReachable) throw new Refusal('outgoing.no-phone')
  if (agent.callId !== null || agent.offerId !== null) throw new Refusal('outgoing.busy')
  const node = (await queue.phones()).get(agent.endpoint)
  if (node === undefined) throw new Refusal('outgoing.no-phone')
  return { agentId, agentNumber, endpoint: agent.endpoint, node }
}

/**
 * @param at when it is tried: by this instant, that of the call's id, the end of the call finds the try again
 * @returns of a callback the try that has begun; null for any other call
 * @throws Refusal
 */
async function allow(
  parts: PlaceParts,
  request: FastifyRequest,
  person: Person,
  hasReason: boolean,
  at: Instant,
): Promise<Begun | null> {
  const { db, guard, site } = parts
  const { kind, id } = person.about
  if (kind === 'directory') return null
  const check = await ruled(parts, person, hasReason, at)
  if (kind !== 'callback') {
    check(0, null)
    return null
  }
  const reader = { person: guard.sessionOf(request).person, now: at }
  const { isHidden } = person
  return db.transaction((tx) =>
    beginTry(tx, { id, isHidden }, reader, site.outgoing, ({ tries, nextAt }) => check(tries, nextAt)),
  )
}

type Check = (tries: number, nextAt: Instant | null) => void

/** @returns what throws a Refusal for a number that may not be called now, given what is known of its callback */
async function ruled({ db, site }: PlaceParts, person: Person, hasReason: boolean, at: Instant): Promise<Check> {
  const [isListed, today] = await Promise.all([isNeverCalled(db, person.number), callsToday(db, person.number, at)])
  return (tries, nextAt) => {
    const asked = { kind: person.about.kind, hasReason, isNeverCalled: isListed, callsToday: today, tries, nextAt }
    const refused = mayNotCall(asked, site.outgoing, at)
    if (refused !== null) throw new Refusal(refused, { detail: wordsOf(refused, site.outgoing, nextAt) })
  }
}

function wordsOf(code: ProblemCode, rules: Site['outgoing'], nextAt: number | null): string {
  const { title } = problems[code]
  switch (code) {
    case 'outgoing.outside-hours':
    case 'outgoing.reason-missing':
      return `${title.replace(/。$/, '')}（${hoursInWords(rules)}）。`
    case 'outgoing.too-often':
      return `今天拨打这个号码已满 ${rules.perNumberAndDay} 次，请明天再拨。`
    case 'callback.tries-used':
      return `已回拨 ${rules.tries} 次仍未联系上，请由班长了结。`
    case 'callback.too-soon':
      return nextAt === null ? title : `距上次回拨时间太近，请 ${clockOf(nextAt)} 后再拨。`
    default:
      return title
  }
}

/** `14:05`, with the day where it is another one. */
function clockOf(at: number): string {
  return new Intl.DateTimeFormat('zh-CN', {
    ...{ timeZone: 'Asia/Shanghai', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' },
    hour12: false,
  }).format(at)
}

interface Refused {
  code: ProblemCode
  mayBePlaced: boolean
}

async function refusalOf({ bus, log }: PlaceParts, command: PlaceAsk): Promise<Refused | null> {
  try {
    const answer = await bus.request('call.place', command, placeMs)
    if (answer.ok) return null
    const code = answer.code in problems ? (answer.code as ProblemCode) : 'controller.away'
    return { code, mayBePlaced: false }
  } catch (error) {
    if (!(error instanceof BusTimeout)) throw error
    log.warn({ callId: command.callId }, 'outgoing call: no controller answered')
    return { code: 'controller.away', mayBePlaced: true }
  }
}
