import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { openBudget, spendOrRefuse } from '../platform/web/budget.ts'
import { clientOf } from '../platform/web/origin.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { messageReceipt } from './api.ts'
import { isSignOf } from './gateway.ts'
import { keepReceipt, type MessageRow } from './store.ts'

/** Receipts of ten thousand messages come within minutes. */
const perMinute = 3_000

/** What became of messages, as the operator's gateway says. Known by its signature; the same one twice changes nothing. */
export function routeReceipts(
  web: Web,
  parts: {
    db: Db
    secret: string
    /** What hangs on a message learns that it did not arrive. */
    undelivered(tx: Tx, message: Pick<MessageRow, 'dedupeKey'>): Promise<void>
    now(): Instant
  },
): void {
  const { db, secret, undelivered, now } = parts
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
      await db.transaction(async (tx) => {
        const message = await keepReceipt(tx, Number(id), state, Math.min(Date.parse(at), now()))
        if (message !== null && state === 'FAILED') await undelivered(tx, message)
      })
      return reply.code(204).send(null)
    },
  )
}
