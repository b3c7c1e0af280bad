import { and, asc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { AuditAction } from '../../audit/action.ts'
import type { Readings } from '../../audit/readings.ts'
import { audit } from '../../audit/store.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import { agents } from '../../floor/agents/schema.ts'
import { requireNumber } from '../../lines/required.ts'
import { lines } from '../../lines/schema.ts'
import { fromOf, type Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { callAccess, requireCall } from './access.ts'
import {
  agentList,
  callbackList,
  callbackQuery,
  callDetail,
  callList,
  lineList,
  listQuery,
  noteAdded,
  type RevealInput,
  reveal,
  revealed,
} from './api.ts'
import { afterOf } from './asked.ts'
import { findCallback, listCallbacks, markCalledBack } from './callbacks.ts'
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

const revealRefusals = ['call.caller-hidden', 'call.reason-missing', 'citizen.too-many-numbers'] as const
const byId = z.object({ id: z.string().max(64) })

export function routeCalls(web: Web, parts: CallRouteParts): void {
  const { db, guard, numbersAsked, readings, areaCode, now } = parts
  const tags = ['calls']
  const reader = { onRequest: guard.needs('calls.read') }
  const revealer = { onRequest: guard.needs('calls.reveal') }

  type Request = Parameters<Guard['sessionOf']>[0]

  const readerOf = (request: Request): CallReader => ({ person: guard.sessionOf(request).person, now: now() })

  async function write(request: Request, action: AuditAction, subject: string, more: AuditExtras = {}) {
    const { person } = guard.sessionOf(request)
    const { address } = fromOf(request)
    await audit(db, { at: now(), actorId: person.id, actor: person.username, action, subject, address, ...more })
  }

  /**
   * Before a whole number is shown: audited, with the reason, which only an agent in a call of their own need not give.
   * @param callId null for a callback without a call
   * @throws Refusal
   */
  async function allowReveal(
    request: Request,
    { reason }: RevealInput,
    { action, subject, callId }: { action: AuditAction; subject: string; callId: CallId | null },
  ): Promise<void> {
    const { isHidden, isOwnOfTheHour } = await callAccess(parts, guard.sessionOf(request), callId)
    const details = reason === undefined ? undefined : { reason }
    if (isHidden) {
      await write(request, action, subject, { isAllowed: false, ...(details && { details }) })
      throw new Refusal('call.caller-hidden')
    }
    if (!isOwnOfTheHour && reason === undefined) throw new Refusal('call.reason-missing')
    await numbersAsked.countShown(request)
    await write(request, action, subject, details && { details })
  }

  web.get(
    '/api/calls',
    {
      ...reader,
      schema: {
        operationId: 'listCalls',
        tags,
        summary: 'calls, newest first',
        refusals: ['call.bad-cursor', 'citizen.too-many-numbers', 'reading.too-many'],
        querystring: listQuery,
        response: { 200: callList },
      },
    },
    async (request) => {
      const { cursor, limit, caller, ...filter } = request.query
      const number = caller === undefined ? undefined : requireNumber(caller, areaCode, 'querystring.caller').e164
      if (number !== undefined) await numbersAsked.countSearched(request, number)
      const page = { after: afterOf(cursor), limit }
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
      const { isHidden, mayPlay, mayNote } = await callAccess(parts, session, row.call.id)
      const mayReveal = may(session.person, 'calls.reveal')
      const [detail] = await Promise.all([
        readDetail(db, row, { isHidden, mayPlay, mayNote, mayReveal }, areaCode),
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
      ...revealer,
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
      await allowReveal(request, request.body, what)
      return { number }
    },
  )

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
        summary: 'who has to be called back, newest first; audited',
        refusals: ['call.bad-cursor', 'reading.too-many'],
        querystring: callbackQuery,
        response: { 200: callbackList },
      },
    },
    async (request) => {
      const { cursor, limit, status } = request.query
      const list = await listCallbacks(db, readerOf(request), { status }, { after: afterOf(cursor), limit }, areaCode)
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
      await allowReveal(request, request.body, what)
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
        await write(request, 'access.denied', id, { isAllowed: false })
        throw new Refusal('call.caller-hidden')
      }
      const isMarked = await db.transaction(async (tx) => {
        if (!(await markCalledBack(tx, id, agentNumber === null ? null : person.id, readerOf(request)))) return false
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
}

interface AuditExtras {
  isAllowed?: boolean
  details?: Record<string, unknown>
}
