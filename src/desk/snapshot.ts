import type { Readings } from '../audit/readings.ts'
import { type CallView, withoutCaller } from '../calls/machine/view.ts'
import type { LiveCalls } from '../calls/records/living.ts'
import { tiedAmong } from '../calls/records/ties.ts'
import type { Agent } from '../floor/agents/agent.ts'
import type { Day } from '../floor/day.ts'
import type { Queue } from '../floor/queue/store.ts'
import type { Person } from '../people/person.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { AgentId, CallId, Instant } from '../platform/types.ts'
import type { Forced } from './forced.ts'
import { readHistory } from './history.ts'
import type { Notes } from './notes/notes.ts'
import type { AgentView, CallerHistory, DeskSnapshot, FloorSnapshot } from './protocol.ts'

/** The initial data of a page, read from the stores. */
export interface Snapshots {
  /** null when this person is not an agent on the floor. */
  desk(person: Shown): Promise<DeskSnapshot | null>
  floor(): Promise<FloorSnapshot>
  /** One call as the floor page may show it. */
  floorCall(view: CallView): Promise<CallView>
  /** As this agent may know it; audited. */
  history(callId: CallId, person: Shown): Promise<CallerHistory>
}

/** To whom it is shown. */
type Shown = Pick<Person, 'id' | 'username'>

/** Without session and endpoint: other people have no use for those. */
export function agentView({ sessionId: _session, endpoint: _endpoint, ...view }: Agent): AgentView {
  return view
}

/** A call that has only waited led to no ticket, so nothing needs to be looked up. */
function mayBeTied({ agentId, answeredAt, inquired }: CallView): boolean {
  return agentId !== null || answeredAt !== null || inquired.some(({ result }) => result === 'FOUND')
}

export function openSnapshots(parts: {
  queue: Queue
  liveCalls: LiveCalls
  notes: Notes
  forced: Pick<Forced, 'read'>
  day: Day
  readings: Pick<Readings, 'noteShown'>
  db: Db
  now(): Instant
  log: Log
}): Snapshots {
  const { queue, liveCalls, notes, forced, day, readings, db, now, log } = parts

  /** The database may be unreachable: the desk works with what Redis knows. */
  async function orElse<T, Else>(what: string, work: Promise<T>, otherwise: Else): Promise<T | Else> {
    try {
      return await work
    } catch (error) {
      log.warn({ err: error }, what)
      return otherwise
    }
  }

  async function callIdOf(agent: Agent): Promise<CallId | null> {
    if (agent.callId) return agent.callId
    if (agent.offerId) return (await queue.offers()).find((offer) => offer.id === agent.offerId)?.callId ?? null
    return agent.state === 'WRAP_UP' ? agent.lastCallId : null
  }

  async function history(callId: CallId, person: Shown): Promise<CallerHistory> {
    const arrival = await liveCalls.arrival(callId)
    const agentId = String(person.id) as AgentId
    // Earlier calls would tell the agent whom they call without being shown.
    const number = arrival?.isSecret ? null : (arrival?.callerNumber ?? null)
    const found = await readHistory(db, number, callId, agentId, now())
    const ids = found.calls.map(({ id }) => id)
    const reading = {
      action: 'caller.calls-shown',
      subject: callId,
      details: { calls: ids },
      records: ids.length,
    } as const
    await readings.noteShown(person, { ...reading, of: ids.join() })
    return found
  }

  /** A caller who cannot be checked is hidden until they can. */
  async function hideCallers(views: CallView[]): Promise<CallView[]> {
    const asked = views.filter(mayBeTied).map((view) => view.id)
    const tied = await orElse('hidden callers not read for the floor', tiedAmong(db, asked), new Set(asked))
    return views.map((view) => (tied.has(view.id) ? withoutCaller(view) : view))
  }

  return {
    history,
    async desk(person) {
      const id = String(person.id) as AgentId
      const agent = await queue.agent(id)
      if (!agent) return null
      const [callId, figures] = await Promise.all([callIdOf(agent), queue.figures()])
      const [call, past, note] = callId
        ? await Promise.all([
            orElse('call not read for a desk', liveCalls.view(callId), null),
            orElse('history not read for a desk', history(callId, person), null),
            orElse('note not read for a desk', notes.read(callId), ''),
          ])
        : [null, null, '']
      const set = await orElse('what a supervisor did not read', forced.read(id), null)
      return { now: now(), me: agentView(agent), call, history: past, note, queue: figures, forced: set }
    },
    async floor() {
      const [agents, calls, figures, today] = await Promise.all([
        queue.agents(),
        liveCalls.views(),
        queue.figures(),
        orElse('figures of the day not read', day.read(), null),
      ])
      return { now: now(), agents: agents.map(agentView), calls: await hideCallers(calls), queue: figures, day: today }
    },
    async floorCall(view) {
      const [shown = withoutCaller(view)] = await hideCallers([view])
      return shown
    },
  }
}
