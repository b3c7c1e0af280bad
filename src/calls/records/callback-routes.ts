import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { allowReveal, callAccess, revealRefusals } from './access.ts'
import { callbackList, callbackQuery, reveal, revealed } from './api.ts'
import { findCallback, listCallbacks, markCalledBack } from './callbacks.ts'
import type { CallReader } from './reads.ts'

import type { CallRouteParts } from './routes.ts'

const byId = z.object({ id: z.string().max(64) })

/** Who has to be called back, and that it was done. */
export function routeCallbacks(web: Web, parts: CallRouteParts): void {
  const { db, guard, readings, areaCode, now } = parts
  const tags = ['calls']
  const reader = { onRequest: guard.needs('calls.read') }
  const revealer = { onRequest: guard.needs('calls.reveal') }

  const readerOf = (request: FastifyRequest): CallReader => ({ person: guard.sessionOf(request).person, now: now() })

  web.get(
    '/api/callbacks',
    {
      ...reader,
      schema: {
        operationId: 'listCallbacks',
        tags,
        summary: 'who has to be called back, newest first; audited',
        refusals: ['list.bad-cursor', 'reading.too-many'],
        querystring: callbackQuery,
        response: { 200: callbackList },
      },
    },
    async (request) => {
      const { cursor, limit, status } = request.query
      const list = await listCallbacks(
        db,
        readerOf(request),
        { status },
        { after: readUlidCursor(cursor), limit },
        areaCode,
      )
      await readings.noteList(request, 'callbacks.listed', list.callbacks.length)
      return list
    },
  )

  web.post(
    '/api/callbacks/:id/reveal',
    {
      ...revealer,
      schema: {
        operationId: 'revealCallbackNumber',
        tags,
        summary: 'the whole number, with a reason as of a call; audited',
        refusals: ['callback.not-found', 'call.no-number', ...revealRefusals],
        params: byId,
        body: reveal,
        response: { 200: revealed },
      },
    },
    async (request) => {
      const callback = await findCallback(db, request.params.id)
      if (!callback) throw new Refusal('callback.not-found')
      const { id, callId, callerNumber } = callback
      if (callerNumber === null) throw new Refusal('call.no-number')
      const what = { action: 'callback.number-revealed', subject: id, callId } as const
      await allowReveal(parts, request, request.body, what)
      return { number: callerNumber }
    },
  )

  web.post(
    '/api/callbacks/:id/called-back',
    {
      ...revealer,
      schema: {
        operationId: 'markCalledBack',
        tags,
        summary: 'mark as called back',
        refusals: ['callback.not-found', 'callback.already-handled', 'call.caller-hidden'],
        params: byId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { person, agentNumber } = guard.sessionOf(request)
      const asked = await findCallback(db, id)
      const { isHidden } = await callAccess(parts, guard.sessionOf(request), asked?.callId ?? null)
      if (isHidden) {
        await guard.audit(db, request, { action: 'access.denied', subject: id, isAllowed: false })
        throw new Refusal('call.caller-hidden')
      }
      const isMarked = await db.transaction(async (tx) => {
        if (!(await markCalledBack(tx, id, agentNumber === null ? null : person.id, readerOf(request)))) return false
        await guard.audit(tx, request, { action: 'callback.called-back', subject: id })
        return true
      })
      if (!isMarked) {
        const known = await findCallback(db, id)
        throw new Refusal(known ? 'callback.already-handled' : 'callback.not-found')
      }
      return reply.code(204).send(null)
    },
  )
}
