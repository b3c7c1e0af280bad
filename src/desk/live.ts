import { z } from 'zod'
import { audit } from '../audit/store.ts'
import type { Log } from '../platform/process/log.ts'
import { BusTimeout } from '../platform/redis/bus.ts'
import { cleanText, lengthOf, noteLimit } from '../platform/text/text.ts'
import type { AgentId, CallId } from '../platform/types.ts'
import type { Site } from '../site/site.ts'
import type { CallCommand, CommandAnswer } from '../topics.ts'
import { commandAsk, noteAsk, setAsk, wrapUpAsk } from './asks.ts'
import type { LiveSocket } from './live-server.ts'
import type { Notes } from './notes/notes.ts'
import { type OpeningParts, openingOf } from './opening.ts'
import type { Ack } from './protocol.ts'
import { refusal, refusalOf } from './refusals.ts'

export interface DeskParts extends OpeningParts {
  notes: Notes
  /** Of the page, as the audit tells it. */
  address: string
  site: Pick<Site, 'timings' | 'breakReasons'>
}

const commandMs = 3_000
const extendMs = 30_000

/** Handles the events of one desk page. Each one is answered, whatever happens. */
export function serveDesk(socket: LiveSocket, parts: DeskParts): void {
  const { agents, bus, desks, forced, liveCalls, notes, site, tabs, now } = parts
  const { session } = socket.data
  const agentId = String(session.person.id) as AgentId
  const log = parts.log.child({ agentId, sessionId: session.id })
  const { open, followUp } = openingOf(socket, { ...parts, log })
  const answer = answersOf({ isOpen: () => desks.bySocket(socket.id) !== undefined, log })

  async function command(ask: CallCommand): Promise<CommandAnswer> {
    try {
      return await bus.request('call.command', ask, commandMs)
    } catch (error) {
      if (error instanceof BusTimeout) return refusal('controller.away')
      throw error
    }
  }

  /** Noted like the same act over HTTP. Done already, it is no error for the agent that it could not be noted. */
  async function act(name: 'hold' | 'resume' | 'hangup', callId: CallId): Promise<CommandAnswer> {
    const said = await command({ name, callId, agentId })
    const details = { action: name === 'hangup' ? 'hang-up' : name, ...(!said.ok && { refused: said.code }) }
    const { id: actorId, username: actor } = session.person
    const done = { action: 'call.acted', subject: callId, details, isAllowed: said.ok } as const
    await audit(parts.db, { at: now(), actorId, actor, address: parts.address, ...done }).catch((error: unknown) =>
      log.error({ err: error, ...done, address: parts.address }, 'act in a call not audited: this line is the record'),
    )
    return said
  }

  /** Leaves at least the part of the wrap-up that the site grants while typing. */
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
      // No answer: the page asks again, as nothing is refused permanently.
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
      if (name !== 'rejoin') return act(name, callId)
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

/** Validates the input and the sender; turns every failure into a refusal that a person can read. */
function answersOf({ isOpen, log }: { isOpen(): boolean; log: Log }) {
  async function decide<Ask>(
    schema: z.ZodType<Ask>,
    given: unknown,
    act: (ask: Ask) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    if (!isOpen()) return refusal('desk.not-active')
    const ask = schema.safeParse(given)
    if (!ask.success) return refusal('desk.invalid')
    try {
      return await act(ask.data)
    } catch (error) {
      log.warn({ err: error }, 'desk request failed')
      return refusalOf(error)
    }
  }

  return async <Ask>(
    schema: z.ZodType<Ask>,
    given: unknown,
    ack: Ack,
    act: (ask: Ask) => Promise<CommandAnswer>,
  ): Promise<void> => {
    const said = await decide(schema, given, act)
    if (typeof ack === 'function') ack(said)
  }
}
