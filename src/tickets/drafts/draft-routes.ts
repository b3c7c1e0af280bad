import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { LiveCalls } from '../../calls/records/living.ts'
import { isHiddenFrom, isOwnCall } from '../../calls/records/secrecy.ts'
import { tiedAmong } from '../../calls/records/ties.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { draft, draftId, draftInput, draftList, draftQuery, keptDraft } from '../api.ts'
import { ownCallRefusals } from '../own-calls.ts'
import { discardDraft, findDraft, listDrafts, saveDraft } from './drafts.ts'

/** Drafts of the person who is logged in; others cannot see them. */
export function routeDrafts(
  web: Web,
  parts: { db: Db; guard: Guard; liveCalls: Pick<LiveCalls, 'arrival'>; now(): Instant },
): void {
  const { db, guard, liveCalls, now } = parts
  const tags = ['tickets']
  const writer = { onRequest: guard.needs('tickets.write') }

  web.get(
    '/api/ticket-drafts',
    {
      ...writer,
      schema: {
        operationId: 'listDrafts',
        tags,
        summary: 'your drafts',
        querystring: draftQuery,
        response: { 200: draftList },
      },
    },
    async (request) => {
      const { person } = guard.sessionOf(request)
      return { drafts: await listDrafts(db, person.id, request.query.call, now()) }
    },
  )

  web.get(
    '/api/ticket-drafts/:id',
    {
      ...writer,
      schema: {
        operationId: 'readDraft',
        tags,
        summary: 'one draft',
        refusals: ['draft.not-found'],
        params: draftId,
        response: { 200: draft },
      },
    },
    async (request) => {
      const found = await findDraft(db, guard.sessionOf(request).person.id, request.params.id, now())
      if (!found) throw new Refusal('draft.not-found')
      return found
    },
  )

  web.put(
    '/api/ticket-drafts/:id',
    {
      ...writer,
      schema: {
        operationId: 'saveDraft',
        tags,
        summary: 'keep what was typed; the id is yours to make (ULID)',
        refusals: ['draft.not-found', 'draft.stale', 'draft.too-many', ...ownCallRefusals],
        params: draftId,
        body: draftInput,
        response: { 200: keptDraft },
      },
    },
    async (request) => {
      const { callId, ...body } = request.body
      const given = { ...body, id: request.params.id, callId }
      if (given.callId !== null) await requireOwn(request, given.id, given.callId)
      const saved = await saveDraft(db, guard.sessionOf(request).person.id, given, now())
      if (typeof saved === 'string') throw new Refusal(saved)
      return saved
    },
  )

  web.delete(
    '/api/ticket-drafts/:id',
    {
      ...writer,
      schema: {
        operationId: 'deleteDraft',
        tags,
        summary: 'throw a draft away',
        refusals: ['draft.not-found'],
        params: draftId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const isGone = await discardDraft(db, guard.sessionOf(request).person.id, request.params.id, now())
      if (!isGone) throw new Refusal('draft.not-found')
      return reply.code(204).send(null)
    },
  )

  /**
   * A draft belongs to an own call whose caller the agent may know. An existing draft stays: the call may have gone to
   * another agent while the phone rang, and nothing typed is lost because the caller is hidden by now.
   * @throws Refusal
   */
  async function requireOwn(request: FastifyRequest, id: string, callId: CallId): Promise<void> {
    const { person } = guard.sessionOf(request)
    const arrival = await liveCalls.arrival(callId)
    if (arrival === null) return
    const isOwn = isOwnCall(person, arrival)
    const tied = await tiedAmong(db, [callId])
    if (isOwn && !isHiddenFrom(person, arrival, tied.has(callId), now())) return
    const kept = await findDraft(db, person.id, id, now())
    if (kept?.callId !== callId) throw new Refusal(isOwn ? 'call.caller-hidden' : 'call.not-yours')
  }
}
