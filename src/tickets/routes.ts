import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireNumber } from '../lines/required.ts'
import { openLineIds } from '../lines/store.ts'
import { addressOf } from '../lines/written.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { CountyCode, Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { locate, type Township } from '../units/places.ts'
import { readCounties } from '../units/store.ts'
import { openTicketAccess } from './access.ts'
import { acted, created, idempotencyHeaders, type NewTicketInput, newTicket, ticketNumber } from './api.ts'
import { releaseClaim } from './claims/store.ts'
import { eventOf, type FirstEvent, mayDo, plainTerms, type TicketAction, ticketAction } from './life/ticket.ts'
import { type FoundTicket, findTicket, machineIn } from './lists/reads.ts'
import { type OwnCalls, ownCallRefusals } from './own-calls.ts'
import type { Outcome } from './records/refusal.ts'
import { storeRefusals } from './records/refusal.ts'
import type { By, NewTicket } from './records/rows.ts'
import type { TicketWriter } from './records/writer.ts'
import type { ReplyWords } from './reply/check.ts'
import { requireChecked } from './reply/stop.ts'

export interface TicketRouteParts {
  db: Db
  guard: Guard
  ownCalls: OwnCalls
  writer: TicketWriter
  areaCode: string
  replyWords: ReplyWords
  places: readonly Township[]
  /** The site wants a second look at a ticket before its dispatch (预审). */
  isReviewed: boolean
  now(): Instant
}

const byNumber = z.object({ number: ticketNumber })
/** 5,000 characters of four bytes and the escapes of JSON: more than the 64 kB that other requests may have. */
const bodyLimit = 128 * 1024

/** What makes a ticket, and what takes it on. */
export function routeTickets(web: Web, parts: TicketRouteParts): void {
  const { db, guard, ownCalls, writer, areaCode, now } = parts
  const access = openTicketAccess(parts)
  const { personOf } = access
  const lineIdOf = openLineIds(db)
  const tags = ['tickets']

  web.post(
    '/api/tickets',
    {
      onRequest: guard.needs('tickets.write'),
      bodyLimit,
      schema: {
        operationId: 'createTicket',
        tags,
        summary: 'hand a ticket in: for dispatch, or answered on the spot',
        refusals: [...storeRefusals, 'ticket.not-yours', ...ownCallRefusals],
        headers: idempotencyHeaders,
        body: newTicket,
        response: { 200: created, 201: created },
      },
    },
    async (request, reply) => {
      const input = await inputOf(request)
      const { joins } = request.body
      const lead = joins === null ? null : await access.require(request, await findTicket(db, joins))
      const event: FirstEvent = lead
        ? { kind: 'join', into: lead.ticket.id, lead: lead.ticket.number }
        : firstEventOf(request.body, parts.isReviewed)
      const outcome = await writer.create(input, event, {
        by: personOf(request),
        now: now(),
        key: request.headers['idempotency-key'],
      })
      const { number, queryCode, state, version, isRepeat } = orRefuse(outcome)
      return reply.code(isRepeat ? 200 : 201).send({ number, queryCode, state, version })
    },
  )

  web.post(
    '/api/tickets/:number/actions',
    {
      onRequest: guard.needs('tickets.act'),
      bodyLimit,
      schema: {
        operationId: 'actOnTicket',
        tags,
        summary: 'the next step of a ticket',
        refusals: [...storeRefusals, 'ticket.not-yours', 'ticket.reply-stopped', ...ownCallRefusals],
        params: byNumber,
        headers: idempotencyHeaders,
        body: ticketAction,
        response: { 200: acted },
      },
    },
    async (request) => {
      const { number } = request.params
      // Before anything is said of its state.
      const found = await access.require(request, await findTicket(db, number))
      const { body } = request
      requireCheckedWords(body, found, personOf(request), parts)
      const seen = 'version' in body ? body.version : null
      const { callId, draftId } = 'version' in body ? {} : body
      if (callId !== undefined) await ownCalls(request, [callId])
      const key = request.headers['idempotency-key']
      const asked = { by: personOf(request), now: now(), key, callId, draftId }
      const outcome = await writer.act(number, eventOf(body), seen, asked)
      const { state, version } = orRefuse(outcome)
      // What it was taken for is done.
      if (state !== found.ticket.state) await releaseClaim(db, found.ticket.id, null)
      return { number, state, version }
    },
  )

  /** A place that names a township or a village says which county it is in: routing goes by it. */
  async function placed(place: string, county: CountyCode | null) {
    return locate(place, county, { townships: parts.places, counties: await readCounties(db) })
  }

  async function inputOf(request: FastifyRequest & { body: NewTicketInput }): Promise<NewTicket> {
    const { body } = request
    const {
      answer: _answer,
      joins: _joins,
      classified: _classified,
      handedOver: _handedOver,
      caller,
      callIds,
      ...rest
    } = body
    // The desk shows a masked number: who does not type another one means the number of the call.
    const arrivals = await ownCalls(request, callIds)
    const [arrival = null] = arrivals
    const typed = caller.phone === null ? null : requireNumber(caller.phone, areaCode, 'body.caller.phone')
    const phone = typed?.e164 ?? arrival?.callerNumber ?? null
    const { place, countyCode, township } = rest
    const located = township === null && place !== '' ? await placed(place, countyCode) : null
    return {
      ...rest,
      ...(located && { countyCode: located.county as CountyCode, township: located.township.name }),
      lineId: arrival?.lineNumber == null ? null : await lineIdOf(arrival.lineNumber),
      caller: {
        ...caller,
        phone,
        extension: typed?.extension ?? null,
        otherPhone: typed?.other ? addressOf(typed.other) : null,
      },
      callIds,
      callNumbers: arrivals.flatMap((one) => one?.callerNumber ?? []),
    }
  }
}

/**
 * The check of answers: as a unit hands one in, as its second person signs it, and as the dispatcher accepts it. Who may not
 * take the step at all is refused for that.
 * @throws Refusal `ticket.reply-stopped`
 */
function requireCheckedWords(
  body: TicketAction,
  found: FoundTicket,
  person: NonNullable<By>,
  { replyWords, now }: Pick<TicketRouteParts, 'replyWords' | 'now'>,
): void {
  const words = wordsToCheck(body, found.ticket)
  if (words === null) return
  const terms = { ...plainTerms, isReplySigned: found.isReplySigned === true }
  if (mayDo(person, machineIn(found), body.action, now(), terms)) requireChecked(words, found, replyWords)
}

function wordsToCheck(body: TicketAction, ticket: FoundTicket['ticket']) {
  switch (body.action) {
    case 'reply':
    case 'propose-reply':
      return body
    case 'countersign':
      return ticket.proposed && { ...ticket.proposed, overrideReason: body.overrideReason }
    case 'close': {
      const { publicReply, internalReply } = ticket
      return { publicReply: publicReply ?? '', internalReply: internalReply ?? '', overrideReason: body.overrideReason }
    }
    default:
      return null
  }
}

function firstEventOf({ answer, classified, handedOver }: NewTicketInput, isReviewed: boolean): FirstEvent {
  if (answer) return { kind: 'answer', ...answer }
  if (classified) return { kind: 'classify', ...classified }
  if (handedOver) return { kind: 'hand-over', ...handedOver }
  return { kind: isReviewed ? 'submit' : 'register' }
}

function orRefuse<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome
  const { code, detail } = outcome.refusal
  throw new Refusal(code, { detail })
}
