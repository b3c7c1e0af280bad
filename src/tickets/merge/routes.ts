import { and, asc, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import type { Readings } from '../../audit/readings.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { duplicates, ticketNumber } from '../api.ts'
import { duplicatesOf } from '../lists/duplicates.ts'
import { wordsFor } from '../lists/reader-words.ts'
import { findTicket, readListed, summaryOf } from '../lists/reads.ts'
import { tickets } from '../records/schema.ts'
import type { TicketWriter } from '../records/writer.ts'
import { followerQuery, followers, mergeInput, mergeResults } from './api.ts'

export interface MergeParts {
  db: Db
  guard: Guard
  writer: TicketWriter
  readings: Readings
  now(): Instant
}

const byNumber = z.object({ number: ticketNumber })
const found = ['ticket.not-found', 'ticket.not-yours'] as const

/** Merging: which tickets are the same matter, who follows a lead, and that they do from now on. */
export function routeMerging(web: Web, parts: MergeParts): void {
  const { db, guard, writer, readings, now } = parts
  const access = openTicketAccess(parts)
  const tags = ['tickets']

  web.post(
    '/api/tickets/:number/merged',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'mergeTickets',
        tags,
        summary: 'let these tickets follow this one; a result for each',
        refusals: found,
        params: byNumber,
        body: mergeInput,
        response: { 200: mergeResults },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      const event = { kind: 'merge' as const, into: ticket.id, lead: ticket.number }
      const by = access.personOf(request)
      const results = []
      for (const number of new Set(request.body.numbers)) {
        const outcome = await writer.act(number, event, null, { by, now: now() })
        const { code = null, detail = null } = outcome.ok ? {} : outcome.refusal
        results.push({ number, isMerged: outcome.ok, code, detail })
      }
      return { results }
    },
  )

  web.get(
    '/api/tickets/:number/merged',
    {
      onRequest: guard.needs('tickets.read'),
      schema: {
        operationId: 'listMergedTickets',
        tags,
        summary: 'the callers who are answered with this ticket; hidden ones stay hidden',
        refusals: [...found, 'list.bad-cursor', 'reading.too-many'],
        params: byNumber,
        querystring: followerQuery,
        response: { 200: followers },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      const { cursor, limit } = request.query
      const person = access.personOf(request)
      const after = cursor ? gt(tickets.id, readUlidCursor(cursor) as TicketId) : undefined
      const ids = await db
        .select({ id: tickets.id })
        .from(tickets)
        .where(and(eq(tickets.mergedInto, ticket.id), after))
        .orderBy(asc(tickets.id))
        .limit(limit + 1)
      const shown = ids.slice(0, limit).map(({ id }) => id)
      const rows = await readListed(db, shown)
      const words = await wordsFor(
        db,
        person,
        rows.map((row) => row.ticket),
      )
      const rowOf = new Map(rows.map((row) => [row.ticket.id, row]))
      await readings.noteList(request, 'tickets.listed', shown.length)
      return {
        tickets: shown
          .flatMap((id) => rowOf.get(id) ?? [])
          .map((row) => summaryOf(row, words(row.ticket), now(), person)),
        next: ids.length > limit ? (shown.at(-1) ?? null) : null,
      }
    },
  )

  web.get(
    '/api/tickets/:number/candidates',
    {
      onRequest: guard.needs('dispatch'),
      schema: {
        operationId: 'listMergeCandidates',
        tags,
        summary: 'open tickets of the last 30 days that may be the same matter, with a score and why',
        refusals: found,
        params: byNumber,
        response: { 200: duplicates },
      },
    },
    async (request) => {
      const { ticket } = await access.require(request, await findTicket(db, request.params.number))
      return duplicatesOf(db, ticket, access.personOf(request), now())
    },
  )
}
