import { z } from 'zod'
import type { Readings } from '../../audit/readings.ts'
import { may } from '../../people/person.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { callAccess } from '../records/access.ts'
import { findCallback } from '../records/callbacks.ts'
import { callbackResult, callbackWork } from './api.ts'
import type { PlaceParts } from './place.ts'
import { giveResult } from './tries.ts'
import { readWorkList } from './work-list.ts'

/** Calling back: whom next, and what came of it. A hidden caller's may be given as well: their number was never shown. */
export function routeCallbackWork(web: Web, parts: PlaceParts & { readings: Readings }): void {
  const { db, guard, readings, site, now } = parts
  const tags = ['calls']

  web.get(
    '/api/callbacks/work',
    {
      onRequest: guard.needs('calls.read'),
      schema: {
        operationId: 'listCallbackWork',
        tags,
        summary:
          'whom to call back, in order: due, own first, longest waiting first; at most 200, and 200 used up; audited',
        refusals: ['reading.too-many'],
        response: { 200: callbackWork },
      },
    },
    async (request) => {
      const reader = { person: guard.sessionOf(request).person, now: now() }
      const list = await readWorkList(db, reader, site.outgoing, site.areaCode)
      await readings.notePolled(
        request,
        'callbacks.listed',
        list.callbacks.map(({ id }) => id),
      )
      return list
    },
  )

  web.post(
    '/api/callbacks/:id/result',
    {
      onRequest: guard.needs('calls.reveal'),
      schema: {
        operationId: 'giveCallbackResult',
        tags,
        summary: 'what came of calling back: reached, not reached, wrong number, refused; audited',
        refusals: ['callback.not-found', 'callback.already-handled', 'access.denied'],
        params: z.object({ id: z.string().max(64) }),
        body: callbackResult,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { result } = request.body
      const { person, agentNumber } = guard.sessionOf(request)
      if (result === 'GAVE_UP' && !may(person, 'floor')) throw new Refusal('access.denied')
      const known = await findCallback(db, id)
      if (!known) throw new Refusal('callback.not-found')
      const { isHidden } = await callAccess(parts, guard.sessionOf(request), known.callId)
      const handledBy = agentNumber === null ? null : person.id
      await db.transaction(async (tx) => {
        await giveResult(tx, id, result, { handledBy, isHidden }, { person, now: now() })
        await guard.audit(tx, request, { action: 'callback.result-given', subject: id, details: { result } })
      })
      return reply.code(204).send(null)
    },
  )
}
