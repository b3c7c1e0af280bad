import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AuditAction } from '../../audit/action.ts'
import type { Bus } from '../../bus.ts'
import { maskNumbersIn } from '../../lines/mask.ts'
import type { Guard } from '../../people/guard.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Log } from '../../platform/process/log.ts'
import { BusTimeout } from '../../platform/redis/bus.ts'
import type { AgentId, CallId } from '../../platform/types.ts'
import { type ProblemCode, problems, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import type { CallCommand } from '../../topics.ts'
import type { CallAction } from '../machine/call.ts'
import type { PartyTarget } from '../machine/party.ts'
import { callRefusals } from '../machine/permits.ts'
import { callActionAsk, newParty, type PartyTargetAsk, partyAdded, partyChange, partyDigits } from './api.ts'
import { type TargetParts, targetOf } from './targets.ts'

export interface ActingParts extends TargetParts {
  bus: Pick<Bus, 'request'>
  guard: Guard
  log: Log
}

const ofCall = z.object({ id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, '通话编号有误') })
const ofParty = ofCall.extend({ party: z.string().min(1).max(64) })
const commandMs = 3_000

const refusals = [...callRefusals, 'call.not-found', 'call.in-fallback', 'controller.away'] as const
const dialRefusals = ['call.number-not-allowed', 'call.no-trunk', 'call.skill-unknown'] as const

/**
 * An agent's own call by HTTP, as at the desk: so that another program can do the same with the agent's session. What
 * comes of it is told by the events of the call. Each is audited, refused ones as well.
 */
export function routeActing(web: Web, parts: ActingParts): void {
  const tags = ['calls']
  const desk = { onRequest: parts.guard.needs('desk') }
  routeParty(web, parts)

  const { agentOf, ask, target } = askingOf(parts)

  web.post(
    '/api/calls/:id/parties',
    {
      ...desk,
      // 110, 119, 120 and 122 are called by it.
      config: { isVital: true },
      schema: {
        operationId: 'addParty',
        tags,
        summary: 'consult a person, transfer the call to them, or add them to the talk; audited',
        refusals: [...refusals, ...dialRefusals, 'agent.not-an-agent'],
        params: ofCall,
        body: newParty,
        response: { 202: partyAdded },
      },
    },
    async (request, reply) => {
      const callId = request.params.id as CallId
      const { to: asked, mode } = request.body
      const agentId = agentOf(request)
      const to = await target(request, { callId, agentId }, asked)
      const party = newId()
      const details = { mode, to: asked.kind === 'skill' ? asked.skill : to.kind === 'skill' ? '' : to.number }
      await ask(request, { name: 'add-party', callId, agentId, party, to, mode }, 'call.party-added', details)
      return reply.code(202).send({ party })
    },
  )

  web.post(
    '/api/calls/:id/actions',
    {
      ...desk,
      schema: {
        operationId: 'actOnCall',
        tags,
        summary: 'hold, resume, swap, join, complete, cancel, leave or hang up; audited',
        refusals: [...refusals, 'agent.not-an-agent'],
        params: ofCall,
        body: callActionAsk,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { action } = request.body
      const name: CallAction = action === 'hang-up' ? 'hangup' : action
      const command = { name, callId: request.params.id as CallId, agentId: agentOf(request) }
      await ask(request, command, 'call.acted', { action })
      return reply.code(204).send(null)
    },
  )
}

/** One party of a call: on hold, muted, dropped, keys for it alone. */
function routeParty(web: Web, parts: ActingParts): void {
  const tags = ['calls']
  const desk = { onRequest: parts.guard.needs('desk') }
  const { agentOf, ask } = askingOf(parts)

  web.patch(
    '/api/calls/:id/parties/:party',
    {
      ...desk,
      schema: {
        operationId: 'changeParty',
        tags,
        summary: 'put one party on hold or take them back, mute or unmute them; audited',
        refusals: [...refusals, 'agent.not-an-agent'],
        params: ofParty,
        body: partyChange,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { party } = request.params
      const { isOnHold, isMuted } = request.body
      const change = { ...(isOnHold !== undefined && { isOnHold }), ...(isMuted !== undefined && { isMuted }) }
      const command = { callId: request.params.id as CallId, agentId: agentOf(request), party, change }
      await ask(request, { name: 'change-party', ...command }, 'call.party-changed', { party, ...change })
      return reply.code(204).send(null)
    },
  )

  web.delete(
    '/api/calls/:id/parties/:party',
    {
      ...desk,
      schema: {
        operationId: 'dropParty',
        tags,
        summary: 'drop one party; audited',
        refusals: [...refusals, 'agent.not-an-agent'],
        params: ofParty,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { party } = request.params
      const command = { callId: request.params.id as CallId, agentId: agentOf(request), party }
      await ask(request, { name: 'drop-party', ...command }, 'call.party-dropped', { party })
      return reply.code(204).send(null)
    },
  )

  web.post(
    '/api/calls/:id/parties/:party/digits',
    {
      ...desk,
      schema: {
        operationId: 'sendDigits',
        tags,
        summary: 'send keys to one party alone; audited without the keys',
        refusals: [...refusals, 'agent.not-an-agent'],
        params: ofParty,
        body: partyDigits,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { party } = request.params
      const { digits } = request.body
      const command = { callId: request.params.id as CallId, agentId: agentOf(request), party, digits }
      await ask(request, { name: 'send-digits', ...command }, 'call.digits-sent', { party, count: digits.length })
      return reply.code(204).send(null)
    },
  )
}

/** How an agent's wish comes to the controller, and what is noted of it. */
function askingOf(parts: ActingParts) {
  const { db, bus, guard, liveCalls, log } = parts

  function agentOf(request: FastifyRequest): AgentId {
    const { person, agentNumber } = guard.sessionOf(request)
    if (agentNumber === null) throw new Refusal('agent.not-an-agent')
    return String(person.id) as AgentId
  }

  /** @throws Refusal */
  async function ask(request: FastifyRequest, command: CallCommand, action: AuditAction, details: object) {
    const refused = await refusalOf(command)
    const said = { ...details, ...(refused && { refused }) }
    const act = { action, subject: command.callId, details: said, isAllowed: refused === null }
    try {
      await guard.audit(db, request, act)
    } catch (error) {
      // It is done: an error would make the agent do it again.
      const by = { agentId: command.agentId, address: request.ip }
      const shown = 'to' in said ? { ...said, to: maskNumbersIn(String(said.to)) } : said
      log.error({ err: error, ...act, ...by, details: shown }, 'act in a call not audited: this line is the record')
    }
    if (refused) throw new Refusal(refused)
  }

  async function refusalOf(command: CallCommand): Promise<ProblemCode | null> {
    try {
      const answer = await bus.request('call.command', command, commandMs)
      if (answer.ok) return null
      return answer.code in problems ? (answer.code as ProblemCode) : 'call.not-talking'
    } catch (error) {
      if (!(error instanceof BusTimeout)) throw error
      // A call that is over has no controller that answers for it.
      const view = await liveCalls.view(command.callId)
      if (view === null) return 'call.not-found'
      return view.phase === 'ended' ? 'call.not-talking' : 'controller.away'
    }
  }

  /** @throws Refusal for a target that may not be called; the attempt is noted */
  async function target(
    request: FastifyRequest,
    asking: { callId: CallId; agentId: AgentId },
    asked: PartyTargetAsk,
  ): Promise<PartyTarget> {
    try {
      return await targetOf(parts, asking, asked)
    } catch (error) {
      if (error instanceof Refusal) {
        const details = { to: asked, refused: error.code }
        await guard.audit(db, request, {
          action: 'call.party-added',
          subject: asking.callId,
          details,
          isAllowed: false,
        })
      }
      throw error
    }
  }

  return { agentOf, ask, target }
}
