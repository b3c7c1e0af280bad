import { and, asc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { agents } from '../agents/schema.ts'
import type { AuditAction } from '../audit/action.ts'
import { audit } from '../audit/store.ts'
import type { NumbersAsked } from '../citizens/numbers-asked.ts'
import { normaliseNumber } from '../lines/number.ts'
import { lines } from '../lines/schema.ts'
import { fromOf, type Guard } from '../people/guard.ts'
import { may } from '../people/person.ts'
import { users } from '../people/schema.ts'
import type { Db } from '../platform/database.ts'
import { Refusal } from '../platform/problem.ts'
import type { Instant } from '../platform/types.ts'
import { isUlid } from '../platform/ulid-time.ts'
import type { Web } from '../platform/web.ts'
import { mayPlay, requireCall } from './access.ts'
import { agentList, callbackList, callbackQuery, callDetail, callList, lineList, listQuery, revealed } from './api.ts'
import { findCallback, listCallbacks, markCalledBack } from './callbacks.ts'
import { listCalls, readDetail } from './reads.ts'

export interface CallRouteParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  areaCode: string
  now(): Instant
}

const byId = z.object({ id: z.string().max(64) })

export function routeCalls(web: Web, parts: CallRouteParts): void {
  const { db, guard, numbersAsked, areaCode, now } = parts
  const tags = ['calls']
  const reader = { onRequest: guard.needs('calls.read') }
  const revealer = { onRequest: guard.needs('calls.reveal') }

  async function write(request: Parameters<Guard['sessionOf']>[0], action: AuditAction, subject: string) {
    const { person } = guard.sessionOf(request)
    const { address } = fromOf(request)
    await audit(db, { at: now(), actorId: person.id, actor: person.username, action, subject, address })
  }

  web.get(
    '/api/calls',
    {
      ...reader,
      schema: {
        operationId: 'listCalls',
        tags,
        summary: 'calls, newest first',
        refusals: ['call.bad-cursor', 'citizen.too-many-numbers'],
        querystring: listQuery,
        response: { 200: callList },
      },
    },
    async (request) => {
      const { cursor, limit, caller, ...filter } = request.query
      const number = caller === undefined ? undefined : callerOf(caller)
      if (number !== undefined) await numbersAsked.countSearched(request, number)
      return listCalls(db, { ...filter, caller: number }, { after: afterOf(cursor), limit }, areaCode)
    },
  )

  web.get(
    '/api/calls/:id',
    {
      ...reader,
      schema: {
        operationId: 'readCall',
        tags,
        summary: 'one call with all that happened',
        refusals: ['call.not-found'],
        params: byId,
        response: { 200: callDetail },
      },
    },
    async (request) => {
      const row = await requireCall(db, request.params.id)
      const session = guard.sessionOf(request)
      const rights = { mayReveal: may(session.person, 'calls.reveal'), mayPlay: mayPlay(session, row) }
      return readDetail(db, row, rights, areaCode)
    },
  )

  web.post(
    '/api/calls/:id/reveal',
    {
      ...revealer,
      schema: {
        operationId: 'revealCallNumber',
        tags,
        summary: 'the whole number; audited',
        refusals: ['call.not-found', 'call.no-number', 'citizen.too-many-numbers'],
        params: byId,
        response: { 200: revealed },
      },
    },
    async (request) => {
      const { call } = await requireCall(db, request.params.id)
      const number = call.callerNumber ?? call.callerRaw
      if (number === null) throw new Refusal('call.no-number')
      await numbersAsked.countShown(request)
      await write(request, 'call.number-revealed', call.id)
      return { number }
    },
  )

  web.get(
    '/api/lines',
    // Everybody may know the numbers of the hotline; lists of tickets are narrowed by them, too.
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
      ...reader,
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

  web.get(
    '/api/callbacks',
    {
      ...reader,
      schema: {
        operationId: 'listCallbacks',
        tags,
        summary: 'who has to be called back, newest first',
        refusals: ['call.bad-cursor'],
        querystring: callbackQuery,
        response: { 200: callbackList },
      },
    },
    async (request) => {
      const { cursor, limit, status } = request.query
      return listCallbacks(db, { status }, { after: afterOf(cursor), limit }, areaCode)
    },
  )

  web.post(
    '/api/callbacks/:id/reveal',
    {
      ...revealer,
      schema: {
        operationId: 'revealCallbackNumber',
        tags,
        summary: 'the whole number; audited',
        refusals: ['callback.not-found', 'call.no-number', 'citizen.too-many-numbers'],
        params: byId,
        response: { 200: revealed },
      },
    },
    async (request) => {
      const callback = await findCallback(db, request.params.id)
      if (!callback) throw new Refusal('callback.not-found')
      if (callback.callerNumber === null) throw new Refusal('call.no-number')
      await numbersAsked.countShown(request)
      await write(request, 'callback.number-revealed', callback.id)
      return { number: callback.callerNumber }
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
        refusals: ['callback.not-found', 'callback.already-handled'],
        params: byId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const { person, agentNumber } = guard.sessionOf(request)
      const isMarked = await db.transaction(async (tx) => {
        if (!(await markCalledBack(tx, id, agentNumber === null ? null : person.id, now()))) return false
        const { address } = fromOf(request)
        const who = { actorId: person.id, actor: person.username, address }
        await audit(tx, { ...who, at: now(), action: 'callback.called-back', subject: id })
        return true
      })
      if (!isMarked) {
        const known = await findCallback(db, id)
        throw new Refusal(known ? 'callback.already-handled' : 'callback.not-found')
      }
      return reply.code(204).send(null)
    },
  )

  function callerOf(text: string): string {
    const { e164 } = normaliseNumber(text, areaCode)
    if (e164 === null) {
      const message = '主叫号码无法识别，请输入完整号码'
      throw new Refusal('request.invalid', { detail: message, faults: [{ path: 'querystring.caller', message }] })
    }
    return e164
  }
}

function afterOf(cursor: string | undefined): string | null {
  if (cursor === undefined || cursor === '') return null
  if (!isUlid(cursor)) throw new Refusal('call.bad-cursor')
  return cursor
}
