import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { maskNumber } from '../../lines/mask.ts'
import { requireNumber } from '../../lines/required.ts'
import { may } from '../../people/person.ts'
import { ulid } from '../../platform/text/codes.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { liftedNeverCall, neverCallList, neverCallQuery, newNeverCall } from './api.ts'
import { addNeverCall, liftNeverCall, listNeverCalls } from './store.ts'
import { personOf, type TargetParts, targetRefusals } from './targets.ts'

/** 勿扰名单: agents add a citizen's wish from the call or ticket before them, supervisors keep the list. Each change is audited. */
export function routeNeverCalls(web: Web, parts: TargetParts): void {
  const { db, guard, site, now } = parts
  const tags = ['calls']
  const keeper = { onRequest: guard.needs('floor') }

  web.get(
    '/api/never-calls',
    {
      ...keeper,
      schema: {
        operationId: 'listNeverCalls',
        tags,
        summary: 'citizens who want no calls from the hotline, newest first; audited',
        refusals: ['list.bad-cursor'],
        querystring: neverCallQuery,
        response: { 200: neverCallList },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query
      const list = await listNeverCalls(db, { after: readUlidCursor(cursor), limit }, site.areaCode)
      await guard.audit(db, request, { action: 'never-calls.listed', details: { shown: list.numbers.length } })
      return list
    },
  )

  web.post(
    '/api/never-calls',
    {
      onRequest: guard.needs('calls.reveal'),
      schema: {
        operationId: 'addNeverCall',
        tags,
        summary: 'a citizen wants no calls from the hotline; audited',
        refusals: [...targetRefusals, 'never-call.listed', 'access.denied'],
        body: newNeverCall,
        response: { 201: z.object({ id: z.string() }).meta({ id: 'NeverCallAdded' }) },
      },
    },
    async (request, reply) => {
      const { of, reason } = request.body
      const number = 'number' in of ? typedNumber(request, of.number) : (await personOf(parts, request, of)).number
      const by = guard.sessionOf(request).person.id
      const id = await db.transaction(async (tx) => {
        const added = await addNeverCall(tx, { number, reason, by }, now())
        const details = { of: 'number' in of ? { number: maskNumber(number) } : of, reason }
        await guard.audit(tx, request, { action: 'never-call.added', subject: added, details })
        return added
      })
      return reply.code(201).send({ id })
    },
  )

  web.post(
    '/api/never-calls/:id/lift',
    {
      onRequest: guard.needs('floor.set'),
      schema: {
        operationId: 'liftNeverCall',
        tags,
        summary: 'the citizen may be called again; audited',
        refusals: ['never-call.not-found'],
        params: z.object({ id: ulid }),
        body: liftedNeverCall,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { reason } = request.body
      const by = guard.sessionOf(request).person.id
      await db.transaction(async (tx) => {
        await liftNeverCall(tx, id, { reason, by }, now())
        await guard.audit(tx, request, { action: 'never-call.lifted', subject: id, details: { reason } })
      })
      return reply.code(204).send(null)
    },
  )

  /** Agents name a citizen by what is before them: a typed number could be anybody's. */
  function typedNumber(request: FastifyRequest, text: string): string {
    if (!may(guard.sessionOf(request).person, 'floor')) throw new Refusal('access.denied')
    return requireNumber(text, site.areaCode, 'body.of.number').e164
  }
}
