import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { openBudget, spendOrRefuse } from '../platform/web/budget.ts'
import { clientOf } from '../platform/web/origin.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { messageReceipt } from './api.ts'
import { isSignOf } from './gateway.ts'
import { keepReceipt } from './store.ts'

/** Receipts of ten thousand messages come within minutes. */
const perMinute = 3_000

/** What became of messages, as the operator's gateway says. Known by its signature; the same one twice changes nothing. */
export function routeReceipts(web: Web, { db, secret, now }: { db: Db; secret: string; now(): Instant }): void {
  const budget = openBudget(60_000, Date.now)
  web.post(
    '/api/public/messages/receipts',
    {
      onRequest: async (request: FastifyRequest) => spendOrRefuse(budget, clientOf(request.ip), perMinute),
      bodyLimit: 8 * 1024,
      schema: {
        operationId: 'receiveMessageReceipt',
        tags: ['messages'],
        security: [],
        summary: 'what became of a message, signed by the gateway',
        refusals: ['message.wrong-signature'],
        body: messageReceipt,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, state, at, sign } = request.body
      // Without a gateway nobody has a secret to sign with.
      if (secret === '' || !isSignOf(sign, secret, id, state, at)) throw new Refusal('message.wrong-signature')
      await keepReceipt(db, Number(id), state, Math.min(Date.parse(at), now()))
      return reply.code(204).send(null)
    },
  )
}
