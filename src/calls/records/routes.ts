import { and, asc, eq, isNull } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Readings } from '../../audit/readings.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import { agents } from '../../floor/agents/schema.ts'
import { lines } from '../../lines/schema.ts'
import type { Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { allowReveal, callAccess, requireCall, revealRefusals } from './access.ts'
import { agentList, callDetail, callList, lineList, listQuery, noteAdded, reveal, revealed } from './api.ts'
import type { LiveCalls } from './living.ts'
import { addNotes } from './notes.ts'
import { type CallReader, listCalls, readDetail } from './reads.ts'

export interface CallRouteParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  liveCalls: Pick<LiveCalls, 'arrival'>
  readings: Readings
  areaCode: string
  now(): Instant
}

const byId = z.object({ id: z.string().max(64) })

/** Calls: the list, one of them, what was noted, who called. */
export function routeCalls(web: Web, parts: CallRouteParts): void {
  const { db, guard, numbersAsked, readings, areaCode, now } = parts
  const tags = ['calls']
  const reader = { onRequest: guard.needs('calls.read') }

  const readerOf = (request: FastifyRequest): CallReader => ({ person: guard.sessionOf(request).person, now: now() })

  web.get(
    '/api/calls',
    {
      ...reader,
      schema: {
        operationId: 'listCalls',
        tags,
        summary: 'calls, newest first',
        refusals: ['list.bad-cursor', 'citizen.too-many-numbers', 'reading.too-many'],
        querystring: listQuery,
        response: { 200: callList },
      },
    },
    async (request) => {
      const { cursor, limit, caller, ...filter } = request.query
      const number = await numbersAsked.searched(request, caller)
      const page = { after: readUlidCursor(cursor), limit }
      const list = await listCalls(db, readerOf(request), { ...filter, caller: number }, page, areaCode)
      await readings.noteList(request, 'calls.listed', list.calls.length)
      return list
    },
  )

  web.get(
    '/api/calls/:id',
    {
      ...reader,
      schema: {
        operationId: 'readCall',
        tags,
        summary: 'one call with all that happened; audited',
        refusals: ['call.not-found', 'reading.too-many'],
        params: byId,
        response: { 200: callDetail },
      },
    },
    async (request) => {
      const row = await requireCall(db, request.params.id)
      const session = guard.sessionOf(request)
      const { isHidden, mayPlay, mayNote, mayRating } = await callAccess(parts, session, row.call.id)
      const mayReveal = may(session.person, 'calls.reveal')
      const [detail] = await Promise.all([
        readDetail(db, row, { isHidden, mayPlay, mayNote, mayRating, mayReveal }, areaCode),
        readings.note(request, { action: 'call.read', subject: row.call.id, records: 1, of: row.call.version }),
      ])
      return detail
    },
  )

  web.post(
    '/api/calls/:id/notes',
    {
      ...reader,
      schema: {
        operationId: 'addCallNote',
        tags,
        summary: 'add a line to what was noted of a call: by its agent, or who watches the floor',
        refusals: ['call.not-found', 'call.not-yours', 'call.caller-hidden'],
        params: byId,
        body: noteAdded,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { call } = await requireCall(db, request.params.id)
      const session = guard.sessionOf(request)
      const { mayNote, isHidden } = await callAccess(parts, session, call.id)
      if (!mayNote) throw new Refusal(isHidden ? 'call.caller-hidden' : 'call.not-yours')
      const { id: authorId, name: author } = session.person
      const at = now()
      await addNotes(db, [{ id: newId(at), callId: call.id, at, authorId, author, text: request.body.text.trim() }])
      return reply.code(204).send(null)
    },
  )

  web.post(
    '/api/calls/:id/reveal',
    {
      onRequest: guard.needs('calls.reveal'),
      schema: {
        operationId: 'revealCallNumber',
        tags,
        summary: 'the whole number, with a reason unless the call is your own of the last hour; audited',
        refusals: ['call.not-found', 'call.no-number', ...revealRefusals],
        params: byId,
        body: reveal,
        response: { 200: revealed },
      },
    },
    async (request) => {
      const { call } = await requireCall(db, request.params.id)
      const number = call.callerNumber ?? call.callerRaw
      if (number === null) throw new Refusal('call.no-number')
      const what = { action: 'call.number-revealed', subject: call.id, callId: call.id } as const
      await allowReveal(parts, request, request.body, what)
      return { number }
    },
  )
}

/** By which lists of calls are narrowed. */
export function routeCallChoices(web: Web, { db, guard }: Pick<CallRouteParts, 'db' | 'guard'>): void {
  const tags = ['calls']

  web.get(
    '/api/lines',
    // The numbers of the hotline are no secret; lists of tickets are narrowed by them, too.
    {
      onRequest: guard.needs(),
      schema: { operationId: 'listLines', tags, summary: '12345 and the old lines', response: { 200: lineList } },
    },
    async () => {
      const { number, name, department, mode, isSample } = lines
      const rows = await db
        .select({ number, name, department, mode, isSample })
        .from(lines)
        .where(isNull(lines.withdrawnAt))
        .orderBy(asc(lines.id))
      return { lines: rows }
    },
  )

  web.get(
    '/api/agents',
    {
      onRequest: guard.needs('calls.read'),
      schema: { operationId: 'listAgents', tags, summary: 'who answers calls', response: { 200: agentList } },
    },
    async () => {
      const rows = await db
        .select({ id: agents.userId, number: agents.number, name: users.name })
        .from(agents)
        .innerJoin(users, eq(users.id, agents.userId))
        .where(and(eq(users.isActive, true)))
        .orderBy(asc(agents.number))
      return { agents: rows.map((row) => ({ ...row, id: String(row.id) })) }
    },
  )
}
