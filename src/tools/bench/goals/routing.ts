import { setImmediate as breathe } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { WaitingCall } from '../../../floor/queue/queue.ts'
import { type KeptAgent, openQueue, type Queue } from '../../../floor/queue/store.ts'
import { newId } from '../../../platform/database/ids.ts'
import type { AgentId, CallId, OfferId, SessionId, SkillId } from '../../../platform/types.ts'
import type { Measurement } from '../measurement.ts'
import { percentile } from '../statistics.ts'

const size = { agents: 1_000, skills: 50, skillsOfAgent: 5, waiting: 1_000 }
const prefix = '{bench}:floor:'
const node = 'bench'

export const routing: Measurement = {
  name: 'routing',
  goals: ['P5'],
  title: 'who gets whom is decided at once, however many wait',
  how: '1,000 agents of 5 among 50 skills, 1,000 to 2,000 waiting: each match of the floor in Redis timed; against a scan of both lists in memory',
  async run(bench) {
    const { settings } = await bench.hotline()
    const redis = new Redis(settings.redisUrl)
    try {
      const queue = openQueue(redis, { prefix })
      const waiting = callers()
      await fill(queue, waiting)
      await redis.config('RESETSTAT')
      const times = await decideAll(queue)
      const insideMs = await scriptMs(redis)
      const scanned = scanAll(waiting)
      const perSecond = (times.length * 1_000) / times.reduce((sum, ms) => sum + ms, 0)
      const samples = times.length
      return [
        {
          goal: 'P5',
          what: 'decisions of the floor, one after the other',
          value: perSecond,
          unit: '/s',
          target: { atLeast: 20_000 },
          against: { arm: 'scan', value: scanned },
          samples,
          voids: [],
          note: `${insideMs.toFixed(3)} ms of each are spent inside Redis, the rest on the way there and back`,
        },
        {
          goal: 'P5',
          what: 'one decision of the floor, p99',
          value: percentile(times, 0.99),
          unit: 'ms',
          target: { atMost: 1 },
          samples,
          voids: [],
        },
      ]
    } finally {
      await forget(redis)
      redis.disconnect()
    }
  },
}

const skill = (index: number): SkillId => `skill-${index % size.skills}` as SkillId

function callers(): WaitingCall[] {
  const now = Date.now()
  return Array.from({ length: size.waiting + size.agents }, (_, index) => ({
    callId: newId() as CallId,
    node,
    skill: skill(index),
    priority: index % 7 === 0 ? 1 : 5,
    queuedAt: now - 60_000 + index,
    lastAgent: null,
  }))
}

function staff(): KeptAgent[] {
  return Array.from({ length: size.agents }, (_, index) => ({
    id: String(index + 1) as AgentId,
    number: String(1_000 + index),
    name: `座席${index}`,
    skills: Array.from({ length: size.skillsOfAgent }, (_, nth) => skill(index + nth * 11)),
    version: 0,
    state: 'READY',
    reason: null,
    sessionId: `session-${index}` as SessionId,
    endpoint: `d-${index}`,
    wrapUpUntil: null,
    idleSince: index,
  }))
}

async function fill(queue: Queue, waiting: WaitingCall[]): Promise<void> {
  const agents = staff()
  const now = Date.now()
  if (!(await queue.rebuild({ agents, talks: [], waiting }, now)))
    throw new Error('the floor of the bench was not empty')
  for (const { endpoint } of agents) if (endpoint) await queue.setReachable(endpoint, true, now)
}

/** Like the controller: the next one when the last one is answered. */
async function decideAll(queue: Queue): Promise<number[]> {
  const times: number[] = []
  for (;;) {
    const beganAt = performance.now()
    const reserved = await queue.match(Date.now(), { node, offerMs: 60_000, newOfferId: newId() as OfferId })
    if (!reserved) break
    times.push(performance.now() - beganAt)
    if (times.length % 100 === 0) await breathe()
  }
  if (times.length !== size.agents) throw new Error(`${times.length} of ${size.agents} agents got a caller`)
  return times
}

async function scriptMs(redis: Redis): Promise<number> {
  const text = await redis.info('commandstats')
  return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(text)?.[1] ?? Number.NaN) / 1_000
}

/** The naive engine: the best caller of all, then the best agent of all for that caller. @returns decisions/s */
function scanAll(callersWaiting: readonly WaitingCall[]): number {
  const line = [...callersWaiting]
  const agents = staff().map((agent) => ({ ...agent, isFree: true }))
  const beganAt = performance.now()
  for (let made = 0; made < size.agents; made += 1) {
    const ranked = line
      .filter((call) => agents.some((agent) => agent.isFree && agent.skills.includes(call.skill)))
      .sort((a, b) => a.priority - b.priority || a.queuedAt - b.queuedAt)
    const call = ranked[0]
    if (!call) break
    const best = agents
      .filter((agent) => agent.isFree && agent.skills.includes(call.skill))
      .sort((a, b) => a.idleSince - b.idleSince)[0]
    if (best) best.isFree = false
    line.splice(line.indexOf(call), 1)
  }
  return (size.agents * 1_000) / (performance.now() - beganAt)
}

async function forget(redis: Redis): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(...keys)
  }
}
