import { z } from 'zod'
import type { LiveCalls } from '../calls/records/living.ts'
import { isBusy } from '../floor/agents/agent.ts'
import { browserDevice } from '../floor/agents/credentials.ts'
import { chosenEndpoint } from '../floor/agents/devices.ts'
import type { Agents } from '../floor/agents/store.ts'
import { may } from '../people/person.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { type Bus, BusTimeout } from '../platform/redis/bus.ts'
import { cleanText, lengthOf, noteLimit } from '../platform/text/text.ts'
import type { CallCommand, CommandAnswer } from '../platform/topics.ts'
import type { AgentId, CallId, Instant } from '../platform/types.ts'
import { problems } from '../platform/web/problem.ts'
import type { Site } from '../site/site.ts'
import { commandAsk, noteAsk, openAsk, setAsk, wrapUpAsk } from './asks.ts'
import type { Desks } from './desks.ts'
import type { Forced } from './forced.ts'
import type { Notes } from './notes/notes.ts'
import type { Ack, ClientToServer, ForcedNotice } from './protocol.ts'
import { refusal, refusalOf } from './refusals.ts'
import { agentView, type Snapshots } from './snapshot.ts'
import type { LiveSocket } from './sockets.ts'
import type { Tabs } from './tabs/tabs.ts'

export interface DeskParts {
  agents: Agents
  bus: Bus
  db: Db
  desks: Desks
  forced: Forced
  liveCalls: LiveCalls
  notes: Notes
  site: Pick<Site, 'timings' | 'breakReasons'>
  snapshots: Snapshots
  tabs: Tabs
  now(): Instant
  log: Log
}

type Opened = Parameters<Parameters<ClientToServer['desk:open']>[1]>[0]

const commandMs = 3_000
const extendMs = 30_000

/** What one desk page asks for. Each ask is answered, whatever happens. */
export function serveDesk(socket: LiveSocket, parts: DeskParts): void {
  const { agents, bus, desks, forced, liveCalls, notes, site, snapshots, tabs, now } = parts
  const { session } = socket.data
  const agentId = String(session.person.id) as AgentId
  const log = parts.log.child({ agentId, sessionId: session.id })

  /** Checks what came and who asks; turns every failure into a refusal that a person can read. */
  async function answer<Ask>(
    schema: z.ZodType<Ask>,
    given: unknown,
    ack: Ack,
    act: (ask: Ask) => Promise<CommandAnswer>,
  ): Promise<void> {
    const said = await decide(schema, given, act)
    if (typeof ack === 'function') ack(said)
  }

  async function decide<Ask>(
    schema: z.ZodType<Ask>,
    given: unknown,
    act: (ask: Ask) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    if (!desks.bySocket(socket.id)) return refusal('desk.not-active')
    const ask = schema.safeParse(given)
    if (!ask.success) return refusal('desk.invalid')
    try {
      return await act(ask.data)
    } catch (error) {
      log.warn({ err: error }, 'desk request failed')
      return refusalOf(error)
    }
  }

  /** Opens the page as the desk of its agent: takes the phone and signs in to the floor. */
  async function open(given: unknown): Promise<Opened> {
    if (!may(session.person, 'desk') || session.agentNumber === null) {
      return { status: 'refused', message: problems['agent.not-an-agent'].title }
    }
    const ask = openAsk.safeParse(given)
    if (!ask.success) return { status: 'refused', message: problems['request.invalid'].title }
    const forcedOut = await keptOut(ask.data.signIn)
    if (forcedOut) return { status: 'signed-out', forced: forcedOut }
    const tab = { tabId: ask.data.tabId, socketId: socket.id }
    if ((await tabs.hold(session.id, tab, ask.data.takeOver)) === 'occupied') return { status: 'occupied' }
    const signed = await agents.signIn(agentId, session.id, await endpoint(), now())
    if (!signed) return { status: 'refused', message: problems['agent.not-an-agent'].title }
    bus.publish('desk.taken-over', { sessionId: session.id, ...tab })
    desks.add({ agentId, sessionId: session.id, socket, tab })
    await socket.join('desks')
    const snapshot = await snapshots.desk(session.person)
    if (!snapshot) throw new Error('agent missing on the floor right after sign-in')
    return { status: 'open', snapshot }
  }

  /** A supervisor signed this log-in out: it comes back when its agent says so, not by a reload of the page. */
  async function keptOut(wantsIn: boolean): Promise<ForcedNotice | null> {
    const notice = await forced.read(agentId)
    if (notice?.state !== 'OFFLINE') return null
    const agent = await agents.queue.agent(agentId)
    // The call that goes on needs its desk.
    if (agent && (isBusy(agent.state) || agent.state === 'WRAP_UP') && agent.sessionId === session.id) return null
    if (wantsIn || notice.sessionId !== session.id) {
      await forced.clear(agentId)
      return null
    }
    await agents.queue.signOut(agentId, session.id, now())
    return notice
  }

  async function endpoint(): Promise<string> {
    try {
      return await chosenEndpoint(parts.db, session.person.id, session.id, now())
    } catch (error) {
      log.warn({ err: error }, 'database unreachable: using the phone known to the floor, or the browser')
      const onFloor = await agents.queue.agent(agentId)
      return onFloor?.endpoint && onFloor.sessionId === session.id ? onFloor.endpoint : browserDevice(session.id)
    }
  }

  /** What changed between the reading of a snapshot and its arrival came too early for the page. */
  async function followUp(snapshot: { me: { version: number }; call: { id: CallId; version: number } | null }) {
    const agent = await agents.queue.agent(agentId)
    if (agent && agent.version > snapshot.me.version) socket.emit('desk:agent', agentView(agent))
    const call = snapshot.call && (await liveCalls.view(snapshot.call.id))
    if (call && call.version > (snapshot.call?.version ?? 0)) socket.emit('desk:call', call)
  }

  async function command(ask: CallCommand): Promise<CommandAnswer> {
    try {
      return await bus.request('call.command', ask, commandMs)
    } catch (error) {
      if (error instanceof BusTimeout) return refusal('controller.away')
      throw error
    }
  }

  /** Leaves at least so much of the wrap-up as the site gives to those who type. */
  async function keepTyping(): Promise<CommandAnswer> {
    const agent = await agents.queue.agent(agentId)
    if (agent?.state !== 'WRAP_UP' || agent.wrapUpUntil === null) return refusal('agent.not-in-wrap-up')
    const missingMs = now() + site.timings.wrapUpTypingMs - agent.wrapUpUntil
    if (missingMs > 0) await agents.queue.extendWrapUp(agentId, missingMs, site.timings.wrapUpCapMs)
    return { ok: true }
  }

  async function isOwn(callId: CallId): Promise<boolean> {
    const agent = await agents.queue.agent(agentId).catch(() => null)
    if (agent?.callId === callId || agent?.lastCallId === callId) return true
    const view = await liveCalls.view(callId)
    return view?.agentId === agentId
  }

  socket.on('desk:open', (ask, reply) => {
    open(ask).then(
      (opened) => {
        if (typeof reply === 'function') reply(opened)
        if (opened.status !== 'open') return
        followUp(opened.snapshot).catch((error: unknown) =>
          log.debug({ err: error }, 'follow-up of the desk snapshot failed'),
        )
      },
      // No answer: the page asks again, as nothing is refused for good.
      (error: unknown) => log.warn({ err: error }, 'desk not opened: the page asks again'),
    )
  })

  socket.on('agent:set', (given, ack) => {
    void answer(setAsk, given, ack, async ({ state, reason }) => {
      const isKnown = site.breakReasons.some((known) => known.code === reason)
      if (state === 'BREAK' && !isKnown) return refusal('agent.no-such-break')
      const notice = await forced.read(agentId)
      if (notice?.state === 'OFFLINE') return refusal('agent.signing-out')
      if (notice) await forced.clear(agentId)
      const chosen = await agents.queue.choose(agentId, state, state === 'BREAK' ? (reason ?? null) : null, now())
      if (chosen.ok) return { ok: true }
      return refusal(chosen.code === 'phone-unreachable' ? 'agent.phone-unreachable' : 'agent.signed-out')
    })
  })

  socket.on('agent:forced-read', (ack) => {
    void answer(z.undefined(), undefined, ack, async () => {
      const notice = await forced.read(agentId)
      if (notice && notice.state !== 'OFFLINE') await forced.clear(agentId)
      return { ok: true }
    })
  })

  socket.on('agent:wrap-up', (given, ack) => {
    void answer(wrapUpAsk, given, ack, async (ask) => {
      const { queue } = agents
      if (ask.do === 'typing') return keepTyping()
      const changed =
        ask.do === 'finish'
          ? await queue.finishWrapUp(agentId, now())
          : await queue.extendWrapUp(agentId, extendMs, site.timings.wrapUpCapMs)
      return changed ? { ok: true } : refusal('agent.not-in-wrap-up')
    })
  })

  socket.on('call:command', (given, ack) => {
    void answer(commandAsk, given, ack, async ({ name, callId }) => {
      if (name !== 'rejoin') return command({ name, callId, agentId })
      const agent = await agents.queue.agent(agentId)
      if (!agent?.endpoint || !agent.isReachable) return refusal('call.no-phone')
      return command({ name, callId, agentId, endpoint: agent.endpoint })
    })
  })

  socket.on('call:note', (given, ack) => {
    void answer(noteAsk, given, ack, async ({ callId, text }) => {
      const kept = cleanText(text)
      if (lengthOf(kept) > noteLimit) return refusal('note.too-long')
      if (!(await isOwn(callId))) return refusal('call.not-yours')
      try {
        await notes.add({ callId, authorId: session.person.id, author: session.person.name, text: kept })
        return { ok: true }
      } catch (error) {
        log.error({ err: error, callId }, 'note not saved')
        return refusal('note.not-saved')
      }
    })
  })

  socket.on('disconnect', () => {
    const desk = desks.bySocket(socket.id)
    if (!desk) return
    desks.remove(socket.id)
    tabs
      .release(session.id, desk.tab)
      .catch((error: unknown) => log.debug({ err: error }, 'tab not released: it expires by itself'))
  })
}
