import { eq } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { type PlaceParts, placeCall } from '../calls/outgoing/place.ts'
import { ruleRefusals } from '../calls/outgoing/rules.ts'
import { targetRefusals } from '../calls/outgoing/targets.ts'
import { may } from '../people/person.ts'
import { newId } from '../platform/database/ids.ts'
import type { CallId, UnitCode } from '../platform/types.ts'
import { type ProblemCode, Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { storeRefusals } from '../tickets/records/refusal.ts'
import { tickets } from '../tickets/records/schema.ts'
import { recordAnswers } from './answering.ts'
import {
  attemptMade,
  byFollowUp,
  followUpDetail,
  followUpList,
  followUpQuery,
  followUpState,
  newAnswers,
  newAttempt,
  newVerdict,
} from './api.ts'
import { callInHand, inHandRefusals, requireInHand } from './calls/in-hand.ts'
import { followUpRefusals } from './follow-up.ts'
import { type JudgeParts, judge } from './judging.ts'
import { findFollowUp, type Kept, recordAttempt, recordResult } from './store.ts'
import { isOwnMatter, listFollowUps, readFollowUp } from './work-list.ts'

export type FollowUpRouteParts = JudgeParts & PlaceParts

/** 评价反馈: who is asked next, what they said, what is decided. Audited. */
export function routeFollowUps(web: Web, parts: FollowUpRouteParts): void {
  const { db, guard, liveCalls, rules, now } = parts
  const tags = ['follow-ups']
  const reader = { onRequest: guard.needs('follow-ups.read') }

  web.get(
    '/api/follow-ups',
    {
      ...reader,
      schema: {
        operationId: 'listFollowUps',
        tags,
        summary: 'follow-ups: to call now, to come, to be decided, done; audited',
        refusals: ['list.bad-cursor'],
        querystring: followUpQuery,
        response: { 200: followUpList },
      },
    },
    async (request) => {
      const { person } = guard.sessionOf(request)
      const found = await listFollowUps(db, request.query, { id: person.id, now: now() })
      const details = { list: request.query.list, shown: found.followUps.length }
      await guard.audit(db, request, { action: 'follow-ups.listed', details })
      return found
    },
  )

  web.get(
    '/api/follow-ups/:id',
    {
      ...reader,
      schema: {
        operationId: 'readFollowUp',
        tags,
        summary: 'one follow-up, with its attempts and answers; audited',
        refusals: ['follow-up.not-found'],
        params: byFollowUp,
        response: { 200: followUpDetail },
      },
    },
    async (request) => {
      const { person } = guard.sessionOf(request)
      const asked = {
        ...{ id: person.id, now: now(), mayJudge: may(person, 'follow-ups.judge') },
        inHand: (kept: Kept) => callInHand(liveCalls, kept, person.id),
      }
      const found = await readFollowUp(db, request.params.id, rules, asked)
      if (found === null) throw new Refusal('follow-up.not-found')
      await guard.audit(db, request, { action: 'follow-up.read', subject: found.number })
      return found
    },
  )

  routeAsking(web, parts)

  web.post(
    '/api/follow-ups/:id/verdict',
    {
      onRequest: guard.needs('follow-ups.judge'),
      schema: {
        operationId: 'judgeFollowUp',
        tags,
        summary: 'what follows of an answer: redo, reopening, explanation, letter, new ticket, supervision; audited',
        refusals: ['follow-up.not-found', 'follow-up.not-independent', ...followUpRefusals, ...storeRefusals],
        params: byFollowUp,
        body: newVerdict,
        response: { 200: followUpState },
      },
    },
    async (request) => {
      const { id } = request.params
      const { person } = guard.sessionOf(request)
      if (await isOwnMatter(db, id, person.id)) throw new Refusal('follow-up.not-independent')
      const after = await judge(parts, id, request.body, { ...person, unitCode: person.unitCode ?? null })
      const details = { followUp: id, verdict: request.body.verdict }
      await guard.audit(db, request, { action: 'follow-up.judged', subject: await numberOf(parts, after), details })
      return stateOf(after)
    },
  )
}

const stateOf = ({ row: { state, outcome } }: Kept) => ({ state, outcome })

async function numberOf({ db }: Pick<FollowUpRouteParts, 'db'>, { row }: Kept): Promise<string> {
  const [ticket] = await db.select({ number: tickets.number }).from(tickets).where(eq(tickets.id, row.ticketId))
  return ticket?.number ?? ''
}

/** Why a call can never be placed, as `keypad/calling.ts` ends it. */
const neverPlaced: Partial<Record<ProblemCode, { result: 'REFUSED' | 'UNREACHABLE'; note: string }>> = {
  'outgoing.never-call': { result: 'REFUSED', note: '在勿扰名单中' },
  'outgoing.no-number': { result: 'UNREACHABLE', note: '没有可以拨打的号码' },
  'call.number-not-allowed': { result: 'UNREACHABLE', note: '该号码不能外呼' },
}

/** Attempts and answers: by an agent who did not take the call, and of its own round by the unit. */
function routeAsking(web: Web, parts: FollowUpRouteParts): void {
  const { db, guard, liveCalls, now } = parts
  const tags = ['follow-ups']

  /** @throws Refusal for who took the call, and of a unit for all but its own round */
  async function requireKept(request: FastifyRequest, id: string, unit: UnitCode | null): Promise<Kept> {
    const kept = await findFollowUp(db, id)
    // A unit learns of no other unit's matters.
    if (kept === null || (unit !== null && kept.row.unitCode !== unit)) throw new Refusal('follow-up.not-found')
    const { person } = guard.sessionOf(request)
    if (unit === null && (await isOwnMatter(db, id, person.id))) throw new Refusal('follow-up.not-independent')
    return kept
  }

  web.post(
    '/api/follow-ups/:id/attempts',
    {
      onRequest: guard.needs('follow-ups.ask'),
      schema: {
        operationId: 'attemptFollowUp',
        tags,
        summary: 'call the citizen, or say what came of the call; within hours and limits only; audited',
        refusals: [
          ...(['follow-up.not-found', 'follow-up.not-independent', 'ticket.no-unit', ...followUpRefusals] as const),
          ...inHandRefusals,
          ...targetRefusals,
          ...ruleRefusals,
          ...(['call.number-not-allowed', 'call.no-trunk', 'outgoing.no-phone', 'outgoing.busy'] as const),
          ...(['agent.not-an-agent', 'controller.away', 'callback.being-called'] as const),
        ],
        params: byFollowUp,
        body: newAttempt,
        response: { 200: attemptMade },
      },
    },
    async (request) => {
      const { id } = request.params
      const { body } = request
      const { person } = guard.sessionOf(request)
      const isUnit = may(person, 'unit')
      // Each side says of its own calls what came of them.
      if (isUnit !== (body.act === 'unit')) throw new Refusal('access.denied')
      const unit = isUnit ? (person.unitCode ?? null) : null
      if (isUnit && unit === null) throw new Refusal('ticket.no-unit')
      const kept = await requireKept(request, id, unit)
      const subject = await numberOf(parts, kept)
      const audit = (details: object) =>
        guard.audit(db, request, { action: 'follow-up.attempted', subject, details: { followUp: id, ...details } })
      if (body.act === 'call') {
        const call = await place(request, id, subject)
        await audit({ call })
        return { state: 'CALLING' as const, call }
      }
      if (body.act === 'unit') {
        const attempt = await recordAttempt(parts, id, { means: 'UNIT', by: person.id, callId: null })
        const { row } = await recordResult(parts, id, attempt, body.result)
        await audit({ result: body.result })
        return { state: row.state, call: null }
      }
      const attempt = await requireInHand(liveCalls, kept, person.id, body.result)
      const after = await recordResult(parts, id, attempt.id, body.result, body.note ?? null)
      await audit({ result: body.result })
      return { state: after.row.state, call: null }
    },
  )

  /** Counted first, then the phones ring; a call that was never placed is no try, but who can never be called is done. */
  async function place(request: FastifyRequest, id: string, ticket: string): Promise<CallId> {
    const { person } = guard.sessionOf(request)
    const callId = newId(now()) as CallId
    const attempt = await recordAttempt(parts, id, { means: 'AGENT', by: person.id, callId })
    try {
      return await placeCall(parts, request, { to: { ticket, person: 'caller' }, callId })
    } catch (error) {
      // A controller that did not answer in time may still place it: then the try stands.
      const code = error instanceof Refusal ? error.code : null
      if (code !== 'controller.away') {
        const { result, note } = (code && neverPlaced[code]) ?? { result: 'NOT_PLACED', note: null }
        await recordResult(parts, id, attempt, result, note)
      }
      throw error
    }
  }

  web.post(
    '/api/follow-ups/:id/answers',
    {
      onRequest: guard.needs('follow-ups.work'),
      schema: {
        operationId: 'answerFollowUp',
        tags,
        summary: 'what the citizen said to the agent who called: once; audited',
        refusals: ['follow-up.not-found', 'follow-up.not-independent', ...followUpRefusals, ...inHandRefusals],
        params: byFollowUp,
        body: newAnswers,
        response: { 200: followUpState },
      },
    },
    async (request) => {
      const { id } = request.params
      const kept = await requireKept(request, id, null)
      const { person } = guard.sessionOf(request)
      const attempt = await requireInHand(liveCalls, kept, person.id, 'ANSWERED')
      // Who pressed 0 in a call by machine talks with an agent within that call.
      const means = attempt.means === 'KEYPAD' ? 'KEYPAD' : 'AGENT'
      const after = await recordAnswers(parts, id, { means, attempt: attempt.id, answers: request.body })
      const subject = await numberOf(parts, after)
      await guard.audit(db, request, { action: 'follow-up.answered', subject, details: { followUp: id } })
      return stateOf(after)
    },
  )
}
