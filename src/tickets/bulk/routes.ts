import type { FastifyRequest } from 'fastify'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { problemOf, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { idempotencyHeaders } from '../api.ts'
import { releaseClaim } from '../claims/store.ts'
import { choiceFor } from '../clockwork/jobs.ts'
import type { TicketEvent } from '../life/ticket.ts'
import { type FoundTicket, findTicket } from '../lists/reads.ts'
import { storeRefusals } from '../records/refusal.ts'
import type { TicketWriter } from '../records/writer.ts'
import type { ReplyWords } from '../reply/check.ts'
import { requireChecked } from '../reply/stop.ts'
import { type BulkAction, type BulkRow, bulk, bulkDone } from './api.ts'

export interface BulkParts {
  db: Db
  guard: Guard
  writer: TicketWriter
  replyWords: ReplyWords
  now(): Instant
}

/** The same step of several tickets: each is decided for itself, on the version that was seen, and says what became of it. */
export function routeBulk(web: Web, parts: BulkParts): void {
  const { db, guard, writer, now } = parts
  const access = openTicketAccess(parts)

  web.post(
    '/api/tickets/bulk',
    {
      onRequest: guard.needs('tickets.act'),
      schema: {
        operationId: 'actOnTickets',
        tags: ['tickets'],
        summary: 'the same step of several tickets, with a result for each',
        refusals: storeRefusals,
        headers: idempotencyHeaders,
        body: bulk,
        response: { 200: bulkDone },
      },
    },
    async (request) => {
      const { action, tickets } = request.body
      const rows: BulkRow[] = []
      // One after the other: each takes its own lock, and a page of a hundred holds up nobody.
      for (const { number, version } of tickets) rows.push(await actOn(request, action, number, version))
      return { rows }
    },
  )

  async function actOn(request: FastifyRequest, action: BulkAction, number: string, version: number): Promise<BulkRow> {
    const refused = (words: string): BulkRow => ({ number, isDone: false, state: null, words })
    try {
      const found = await access.require(request, await findTicket(db, number))
      const { event, words } = await eventFor(found, action)
      const key = keyFor(request, number)
      const outcome = await writer.act(number, event, version, { by: access.personOf(request), now: now(), key })
      if (!outcome.ok) return refused(outcome.refusal.detail)
      await releaseClaim(db, found.ticket.id, null)
      return { number, isDone: true, state: outcome.state, words }
    } catch (error) {
      // What is wrong with one ticket keeps the others from nothing.
      if (error instanceof Refusal) return refused(problemOf(error.code, '', error.extras).detail)
      throw error
    }
  }

  /** @throws Refusal where this ticket needs more than one key */
  async function eventFor(
    { ticket, requests }: FoundTicket,
    action: BulkAction,
  ): Promise<{ event: TicketEvent; words: string }> {
    switch (action) {
      case 'sign':
        return { event: { kind: 'sign' }, words: '' }
      case 'approve':
        return { event: { kind: 'approve', categoryCode: null }, words: '' }
      case 'close': {
        const { publicReply, internalReply } = ticket
        const answer = { publicReply: publicReply ?? '', internalReply: internalReply ?? '' }
        if (ticket.state === 'REPLIED') requireChecked(answer, { ticket, requests }, parts.replyWords)
        return { event: { kind: 'close' }, words: '' }
      }
      case 'dispatch': {
        if (ticket.inboxMark === 'REPEATED') {
          throw new Refusal('ticket.another-person', { detail: '同一事项再次反映，须安排他人复核，请单独派单。' })
        }
        const { choice, leadName } = await choiceFor(db, ticket, now())
        if (choice.lead === null)
          throw new Refusal('ticket.must-be-dispatched', { detail: `${choice.reason}，请单独派单。` })
        return { event: { kind: 'dispatch', ...choice, returnBy: null }, words: `派${leadName}` }
      }
    }
  }
}

/** Each ticket has a key of its own, so that the same request sent again finishes what it began. */
function keyFor({ headers }: FastifyRequest, number: string): string | undefined {
  const key = headers['idempotency-key']
  return typeof key === 'string' ? `${key.slice(0, 40)}-${number}` : undefined
}
