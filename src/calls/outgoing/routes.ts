import type { FastifyRequest } from 'fastify'
import { problems, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { newOutgoing, outgoingCheck, outgoingPlaced, outgoingQuestion } from './api.ts'
import { checkCall, type PlaceParts, placeCall } from './place.ts'
import { ruleRefusals } from './rules.ts'
import { targetRefusals } from './targets.ts'

/** An agent calls a citizen or a body of the directory. Audited, refused ones as well, without the number. */
export function routeOutgoing(web: Web, parts: PlaceParts): void {
  const { db, guard, log } = parts

  web.post(
    '/api/calls',
    {
      onRequest: guard.needs('desk'),
      schema: {
        operationId: 'placeCall',
        tags: ['calls'],
        summary: 'call the people of a ticket, of a callback or of a call, or a body of the directory; audited',
        refusals: [
          ...targetRefusals,
          ...ruleRefusals,
          'callback.being-called',
          'call.number-not-allowed',
          'call.no-trunk',
          'outgoing.no-phone',
          'outgoing.busy',
          'agent.not-an-agent',
          'controller.away',
        ],
        body: newOutgoing,
        response: { 202: outgoingPlaced },
      },
    },
    async (request, reply) => {
      const { to, reason } = request.body
      const details = { to, ...(reason !== undefined && { reason }) }
      try {
        const call = await placeCall(parts, request, { to, reason })
        await noted(request, { subject: call, details, isAllowed: true })
        return await reply.code(202).send({ call })
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        await noted(request, { details: { ...details, refused: error.code }, isAllowed: false })
        throw error
      }
    },
  )

  web.post(
    '/api/calls/check',
    {
      onRequest: guard.needs('desk'),
      schema: {
        operationId: 'checkOutgoingCall',
        tags: ['calls'],
        summary: 'whether these people may be called now, and why not; nothing is placed',
        refusals: [...targetRefusals],
        body: outgoingQuestion,
        response: { 200: outgoingCheck },
      },
    },
    async (request) => {
      const refused = await checkCall(parts, request, request.body.to)
      if (refused === null) return { mayCall: true, code: null, words: null }
      const { code, extras } = refused
      // Outside the hours an agent may still call, for a reason that they give.
      return { mayCall: code === 'outgoing.reason-missing', code, words: extras.detail ?? problems[code].title }
    },
  )

  /** Placed already, it is no error for the agent that it could not be noted. */
  async function noted(
    request: FastifyRequest,
    act: { subject?: string; details: Record<string, unknown>; isAllowed: boolean },
  ): Promise<void> {
    try {
      await guard.audit(db, request, { action: 'call.placed', ...act })
    } catch (error) {
      if (!act.isAllowed) throw error
      log.error(
        { err: error, action: 'call.placed', ...act, address: request.ip },
        'outgoing call not audited: this line is the record',
      )
    }
  }
}
