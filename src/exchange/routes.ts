import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LiveCalls } from '../calls/records/living.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { CallId } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { type OwnCalls, ownCallRefusals } from '../tickets/own-calls.ts'
import { exchangeReply, exchangeView, sentMessage } from './api.ts'
import type { Exchange, HandOver } from './exchange.ts'
import { readExchange } from './store.ts'
import { exchangeViewOf } from './view.ts'

export interface ExchangeRouteParts {
  db: Db
  guard: Guard
  ownCalls: OwnCalls
  liveCalls: Pick<LiveCalls, 'view'>
  /** Null where no platform is named. */
  exchange: Exchange | null
}

const callId = z.object({
  id: z
    .string()
    .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '通话编号无效')
    .transform((text) => text as CallId),
})

const notHeldWords = '这件诉求不归本市，无需退回。'
const refusedWords: Record<Extract<HandOver, { ok: false }>['why'], string> = {
  'not-ours': '这件诉求已经归省平台。',
  'offered-already': '已经移交，正在等省平台确认。',
  'not-connected': '省平台还没有接听，接通后再移交。',
  'context-unknown': '省平台还没有确认收到来电信息，请稍等，或登记工单转办。',
  over: '通话已经结束，请登记工单转办。',
  unknown: '这通电话没有接入省平台。',
}

/** Messages of the province, and what an agent sees and does of a call that is shared with it. */
export function routeExchange(web: Web, { db, guard, ownCalls, liveCalls, exchange }: ExchangeRouteParts): void {
  const tags = ['exchange']
  const agent = { onRequest: guard.needs('desk') }
  const isInTalk = async (id: CallId) => {
    const view = await liveCalls.view(id)
    return view !== null && view.answeredAt !== null && (view.phase === 'talking' || view.phase === 'fallback')
  }

  /** Of a call with several agents: the one who is answerable, after it the last one. */
  async function isAnswerable(request: FastifyRequest, id: CallId): Promise<boolean> {
    const view = await liveCalls.view(id)
    return view !== null && Number(view.agentId) === guard.sessionOf(request).person.id
  }

  web.post(
    '/api/exchange/messages',
    {
      schema: {
        operationId: 'receiveExchangeMessage',
        tags,
        summary: 'a message of the provincial platform; proved by its signature',
        security: [],
        refusals: ['exchange.off'],
        body: sentMessage,
        response: { 200: exchangeReply },
      },
    },
    async (request) => {
      if (!exchange) throw new Refusal('exchange.off')
      return exchange.receive(request.body, isInTalk)
    },
  )

  web.get(
    '/api/calls/:id/exchange',
    {
      ...agent,
      schema: {
        operationId: 'readCallExchange',
        tags,
        summary:
          'who owns the matter of an own call that is shared with the province, and what was told; null when it is not',
        refusals: [...ownCallRefusals],
        params: callId,
        response: { 200: exchangeView.nullable() },
      },
    },
    async (request) => {
      const { id } = request.params
      await ownCalls(request, [id])
      const known = await readExchange(db, id)
      if (!known) return null
      const view = exchangeViewOf(known)
      return (await isAnswerable(request, id)) ? view : { ...view, mayHandOver: false, mayReturn: false }
    },
  )

  for (const [path, operationId, summary] of [
    ['hand-over', 'handMatterOver', 'offers the matter to the province; it moves when they acknowledge'],
    ['return', 'returnMatter', 'gives a matter back that the province handed to us'],
  ] as const) {
    web.post(
      `/api/calls/:id/exchange/${path}`,
      {
        ...agent,
        schema: {
          ...{ operationId, tags, summary },
          refusals: [...ownCallRefusals, 'exchange.off', 'exchange.not-now'],
          params: callId,
          response: { 200: exchangeView.nullable() },
        },
      },
      async (request) => {
        const { id } = request.params
        if (!exchange) throw new Refusal('exchange.off')
        await ownCalls(request, [id])
        if (!(await isAnswerable(request, id))) {
          const details = { route: request.routeOptions.url }
          await guard.audit(db, request, { action: 'access.denied', subject: id, isAllowed: false, details })
          throw new Refusal('call.not-yours')
        }
        const done: HandOver =
          path === 'hand-over'
            ? await exchange.handOver(id)
            : (await exchange.giveBack(id))
              ? { ok: true }
              : { ok: false, why: 'unknown' }
        await guard.audit(db, request, {
          action: path === 'hand-over' ? 'exchange.handed-over' : 'exchange.returned',
          ...{ subject: id, isAllowed: done.ok, details: done.ok ? {} : { why: done.why } },
        })
        if (!done.ok)
          throw new Refusal('exchange.not-now', { detail: path === 'return' ? notHeldWords : refusedWords[done.why] })
        const known = await readExchange(db, id)
        return known && exchangeViewOf(known)
      },
    )
  }
}
