import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { Calendar } from '../calendar/calendar.ts'
import { dayOf } from '../calendar/days.ts'
import { proposeRule, refuseProposalsOf } from '../catalogue/rules/proposals.ts'
import { readKnown } from '../catalogue/rules/store.ts'
import type { Guard } from '../people/guard.ts'
import { may } from '../people/person.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { CategoryCode, Instant, UnitCode } from '../platform/types.ts'
import { readUlidCursor } from '../platform/web/paging.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { barredAsAccused } from '../tickets/life/accused.ts'
import { type FoundTicket, findTicket, machineIn } from '../tickets/lists/reads.ts'
import type { TicketWriter } from '../tickets/records/writer.ts'
import {
  type DisputeAction,
  disputeActed,
  disputeAction,
  disputeDetail,
  disputeId,
  disputeList,
  disputeQuery,
  newDispute,
} from './api.ts'
import { designate } from './designate.ts'
import {
  type Dispute,
  type DisputeActor,
  type DisputeEvent,
  disputeRefusals,
  disputeStates,
  holdWithin,
  monthsAfter,
  nextRung,
  noticeDays,
  openDisputeStates,
  type Rung,
  reviewMonths,
} from './dispute.ts'
import { routeDisputeFiles } from './file-routes.ts'
import { type Author, actOnDispute, findDispute, type KeptDispute, listDisputes, propose } from './store.ts'
import { tellParties } from './telling.ts'
import { detailOf, summariesOf } from './view.ts'

export interface DisputeRouteParts {
  db: Db
  guard: Guard
  writer: TicketWriter
  redis: Redis
  /** Where the bytes of files lie. */
  folder: string
  calendar(): Promise<Calendar>
  /** `长治`: the minutes' numbers begin with its first character. */
  city: string
  now(): Instant
  log: Log
}

const shownStates = {
  OPEN: openDisputeStates,
  IN_FORCE: ['IN_FORCE', 'REVIEW_DUE'],
  ENDED: ['LAPSED'],
  ALL: disputeStates,
} as const

/** Disputes about who is in charge, and the joint meetings that settle them. A unit sees those that it takes part in. */
export function routeDisputes(web: Web, parts: DisputeRouteParts): void {
  const { db, guard, now } = parts
  const tags = ['disputes']
  const reader = { onRequest: guard.needs('disputes.read') }

  web.get(
    '/api/disputes',
    {
      ...reader,
      schema: {
        operationId: 'listDisputes',
        tags,
        summary: 'disputes, newest first; a unit gets its own',
        querystring: disputeQuery,
        response: { 200: disputeList },
      },
    },
    async (request) => {
      const { shown, ticket, cursor, limit } = request.query
      const actor = actorOf(guard, request)
      const unit = actor.by === 'unit' ? actor.unit : null
      const before = readUlidCursor(cursor)
      const rows = await listDisputes(db, { states: shownStates[shown], unit, ticket }, { before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return { disputes: await summariesOf(db, page), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
    },
  )

  web.get(
    '/api/disputes/:id',
    {
      ...reader,
      schema: {
        operationId: 'readDispute',
        tags,
        summary: 'one dispute with views, minutes, ruling and what became of it; audited',
        refusals: ['dispute.not-found'],
        params: disputeId,
        response: { 200: disputeDetail },
      },
    },
    async (request) => {
      const kept = await requireVisible(parts, request)
      await guard.audit(db, request, { action: 'dispute.read', subject: kept.row.id })
      return detailOf(db, kept, actorOf(guard, request), now())
    },
  )
  routeDisputeActs(web, parts)
  routeDisputeFiles(web, { ...parts, actorOf, requireVisible: (request) => requireVisible(parts, request) })
}

function routeDisputeActs(web: Web, parts: DisputeRouteParts): void {
  const { db, guard, now } = parts
  const tags = ['disputes']

  web.post(
    '/api/disputes',
    {
      onRequest: guard.needs('disputes.keep'),
      schema: {
        operationId: 'proposeDispute',
        tags,
        summary: 'propose a dispute: about tickets, about a kind of matters, or both; its parties are told; audited',
        refusals: [
          ...(['dispute.no-subject', 'dispute.unit-unknown'] as const),
          ...(['ticket.not-found', 'ticket.category-unknown', 'ticket.accused-unit'] as const),
        ],
        body: newDispute,
        response: { 201: disputeActed },
      },
    },
    async (request, reply) => {
      const { tickets, ...given } = request.body
      const numbers = [...new Set(tickets)]
      const found = await findTickets(db, numbers)
      if (found.length < numbers.length) throw new Refusal('ticket.not-found')
      const categoryCode = given.categoryCode ?? found[0]?.ticket.categoryCode ?? null
      if (categoryCode === null || (given.isKind && given.categoryCode === null))
        throw new Refusal('dispute.no-subject')
      const countyCode = given.countyCode ?? (given.isKind ? null : (found[0]?.ticket.countyCode ?? null))
      await requireKnown(db, categoryCode, [...given.parties, ...given.invited])
      requireNotAccused(found, [...given.parties, ...given.invited])
      const holdBy = await holdByOf(parts, given.rung)
      const id = await db.transaction(async (tx) => {
        const { draft, parties, invited, isKind, question, rung } = given
        const made = await propose(
          tx,
          { draft, parties, invited, isKind, question, rung, categoryCode, countyCode, holdBy, tickets: numbers },
          authorOf(guard, request),
          now(),
        )
        await tellParties(tx, made, 'dispute.proposed', now())
        await guard.audit(tx, request, { action: 'dispute.proposed', subject: made, details: { question, rung } })
        return made
      })
      return reply.code(201).send({ id, version: 1 })
    },
  )

  web.post(
    '/api/disputes/:id/actions',
    {
      onRequest: guard.needs('disputes.read'),
      schema: {
        operationId: 'actOnDispute',
        tags,
        summary: 'the next step: call a meeting, state a view, rule, sign …; audited',
        refusals: [
          ...(['dispute.not-found', 'dispute.stale', 'dispute.unit-unknown', 'ticket.accused-unit'] as const),
          ...disputeRefusals,
        ],
        params: disputeId,
        body: disputeAction,
        response: { 200: disputeActed },
      },
    },
    async (request) => {
      const { body } = request
      const kept = await requireVisible(parts, request)
      const { id } = kept.row
      const actor = actorOf(guard, request)
      if (body.action === 'call') await requireInvitable(db, kept, body.invited)
      const event = await eventOf(parts, body, kept.row.rung, actor)
      const version = 'version' in body ? body.version : null
      const by = authorOf(guard, request)
      const after = await db.transaction(async (tx) => {
        const done = await actOnDispute(tx, id, event, { by, actor, now: now(), version, city: parts.city })
        if (event.kind === 'sign') await settle(tx, id, done.after, by, now())
        if (event.kind === 'lapse') await refuseProposalsOf(tx, id, `裁定已终止：${event.why}`, by, now())
        if (event.kind === 'call') await tellParties(tx, `${id}:${done.after.version}`, 'dispute.called', now(), id)
        const details = { action: body.action, minutes: done.after.minutesNumber }
        await guard.audit(tx, request, { action: 'dispute.acted', subject: id, details })
        return done.after
      })
      if (event.kind === 'sign') {
        // The ruling stands; what is not designated now is taken up by the jobs role.
        await designate(parts, id).catch((error: unknown) =>
          parts.log.warn({ err: error, dispute: id }, 'designation interrupted: the jobs role goes on with it'),
        )
      }
      return { id, version: after.version }
    },
  )
}

/** A ruling about a kind becomes a proposed rule. */
async function settle(tx: Tx, id: string, dispute: Dispute, by: Author, now: Instant): Promise<void> {
  const { ruling, minutesNumber, isKind, categoryCode, countyCode } = dispute
  await tellParties(tx, `${id}:signed`, 'dispute.ruled', now, id)
  if (!isKind || ruling === null || minutesNumber === null) return
  const { categories } = await readKnown(tx)
  const title = [...(categories.get(categoryCode)?.split(' › ').at(-1) ?? categoryCode)].slice(0, 32).join('')
  const facts = {
    ...{ title, categoryCode, countyCode, target: 'UNIT' as const, unitCode: ruling.lead, coUnitCodes: ruling.coUnits },
    ...{ priority: 0, effectiveFrom: ruling.validFrom, effectiveTo: ruling.validTo },
    basis: [...`${minutesNumber}：${ruling.basis}`].slice(0, 255).join(''),
  }
  await proposeRule(tx, { id, words: minutesNumber }, facts, by, now)
}

function actorOf(guard: Guard, request: FastifyRequest): DisputeActor {
  const { person } = guard.sessionOf(request)
  if (may(person, 'disputes.keep')) return { by: 'keeper' }
  if (may(person, 'unit')) {
    if (!person.unitCode) throw new Refusal('ticket.no-unit')
    return { by: 'unit', unit: person.unitCode }
  }
  // Reads all of them, and does nothing.
  return { by: 'reader' }
}

function authorOf(guard: Guard, request: FastifyRequest): Author {
  const { person } = guard.sessionOf(request)
  return { ...person, unitCode: person.unitCode ?? null }
}

/** To a unit that takes no part, a dispute is not there. @throws Refusal */
async function requireVisible(
  { db, guard }: DisputeRouteParts,
  request: FastifyRequest & { params: { id: string } },
): Promise<KeptDispute> {
  const kept = await findDispute(db, request.params.id)
  const actor = actorOf(guard, request)
  const isTheirs = actor.by !== 'unit' || kept?.parties.some(({ unitCode }) => unitCode === actor.unit)
  if (!kept || !isTheirs) throw new Refusal('dispute.not-found')
  return kept
}

/** @throws Refusal */
async function requireKnown(db: Db, category: CategoryCode, units: readonly string[]): Promise<void> {
  const known = await readKnown(db)
  if (!known.categories.has(category)) throw new Refusal('ticket.category-unknown')
  if (!units.every((unit) => known.units.has(unit))) throw new Refusal('dispute.unit-unknown')
}

async function findTickets(db: Db, numbers: readonly string[]): Promise<FoundTicket[]> {
  const found = await Promise.all(numbers.map((number) => findTicket(db, number)))
  return found.filter((ticket) => ticket !== null)
}

/** Who takes part reads of the report, and is told of it: never the unit that it is about. @throws Refusal */
function requireNotAccused(found: readonly FoundTicket[], units: readonly UnitCode[]): void {
  const barred = found.find((ticket) => barredAsAccused(machineIn(ticket), units) !== null)
  if (!barred) return
  const detail = `举报件 ${barred.ticket.number} 的被举报单位及其下属单位不能参加这件争议，请去掉该单位。`
  throw new Refusal('ticket.accused-unit', { detail })
}

/** @throws Refusal */
async function requireInvitable(db: Db, { row, tickets }: KeptDispute, invited: readonly UnitCode[]): Promise<void> {
  await requireKnown(db, row.categoryCode, invited)
  const numbers = tickets.map(({ ticketNumber }) => ticketNumber)
  requireNotAccused(await findTickets(db, numbers), invited)
}

async function holdByOf({ calendar, now }: DisputeRouteParts, rung: Rung): Promise<Instant | null> {
  const days = holdWithin[rung]
  return days === null ? null : (await calendar()).addWorkingDays(now(), days)
}

/** The event that a request asks for, with what only the server knows. */
async function eventOf(
  parts: DisputeRouteParts,
  body: DisputeAction,
  rung: Rung,
  actor: DisputeActor,
): Promise<DisputeEvent> {
  const at = parts.now()
  switch (body.action) {
    case 'call': {
      const { place, chair, viewsBy, invited } = body
      const calendar = await parts.calendar()
      // The same time of day, a working day later.
      const earliest = calendar.addWorkingMinutes(at, noticeDays * 7 * 60)
      return { kind: 'call', at: body.at, place, chair, viewsBy, invited, earliest }
    }
    case 'view':
      if (actor.by !== 'unit') throw new Refusal('dispute.not-allowed')
      return { kind: 'view', unit: actor.unit, text: body.text }
    case 'evidence':
      return { kind: 'evidence', text: body.text, basis: body.basis }
    case 'hold':
      return { kind: 'hold', heldAt: body.heldAt, attendance: body.attendance, minutes: body.minutes }
    case 'escalate': {
      const next = nextRung(rung)
      return { kind: 'escalate', why: body.why, holdBy: next === null ? null : await holdByOf(parts, next) }
    }
    case 'rule': {
      const { lead, coUnits, basis, text, validFrom, validTo } = body
      return { kind: 'rule', lead, coUnits, basis, text, validFrom, validTo }
    }
    case 'sign': {
      if (body.signedOn > dayOf(at)) throw new Refusal('dispute.not-yet-held', { detail: '签发日期不能晚于今天。' })
      const reviewAt = monthsAfter(at, reviewMonths)
      return { kind: 'sign', chair: body.chair, signedOn: body.signedOn, number: '', reviewAt }
    }
    case 'confirm':
      return { kind: 'confirm', why: body.why, reviewAt: monthsAfter(at, reviewMonths) }
    case 'withdraw':
    case 'lapse':
      return { kind: body.action, why: body.why }
  }
}
