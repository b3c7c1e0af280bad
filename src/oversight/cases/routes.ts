import type { FastifyRequest } from 'fastify'
import { readKnown } from '../../catalogue/rules/store.ts'
import { may } from '../../people/person.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import type { OversightParts } from '../parts.ts'
import { type CaseAction, caseActed, caseAction, caseDetail, caseList, caseName, caseQuery, newCase } from './api.ts'
import { beginTexts } from './begin.ts'
import { type CaseActor, type CaseEvent, caseRefusals, caseStates, owedStates, runningStates } from './case.ts'
import { type CaseKind, caseForms, caseKinds } from './fields.ts'
import { type Author, actOnCase, beginCase, type CaseRow, findCase, listCases } from './store.ts'
import { tellOfCase } from './telling.ts'
import { detailOf, summariesOf } from './view.ts'

const tags = ['oversight']
const shownStates = {
  OPEN: ['DRAFT', 'PENDING', ...runningStates],
  DRAFTS: ['DRAFT', 'PENDING'],
  OWED: owedStates,
  ENDED: ['ACCEPTED', 'WITHDRAWN', 'DROPPED'],
  ALL: caseStates,
} as const

/** Papers of supervision. A unit sees those that were sent to it, from their issue on. */
export function routeCases(web: Web, parts: OversightParts): void {
  const { db, guard, now } = parts
  const reader = { onRequest: guard.needs('oversight.cases') }

  web.get(
    '/api/oversight/cases',
    {
      ...reader,
      schema: {
        operationId: 'listOversightCases',
        tags,
        summary: 'papers of supervision, newest first; a unit gets its own',
        querystring: caseQuery,
        response: { 200: caseList },
      },
    },
    async (request) => {
      const { shown, kind, without, unit, ticket, cursor, limit } = request.query
      const actor = caseActorOf(parts, request)
      const isOfUnit = actor.by === 'unit'
      const isShown = (one: CaseKind) => one !== without && (!isOfUnit || caseForms[one].isToUnit)
      const kinds = (kind ? [kind] : caseKinds).filter(isShown)
      const states = shownStates[shown].filter((state) => !isOfUnit || !hiddenFromUnits.includes(state))
      const filter = { kinds, states, unit: isOfUnit ? actor.unit : (unit ?? null), ticket }
      const rows = await listCases(db, filter, { before: readUlidCursor(cursor), limit: limit + 1 })
      const page = rows.slice(0, limit)
      return {
        cases: await summariesOf(db, page, now()),
        next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      }
    },
  )

  web.get(
    '/api/oversight/cases/:number',
    {
      ...reader,
      schema: {
        operationId: 'readOversightCase',
        tags,
        summary: 'one paper with its answer, history and what may be done with it; audited',
        refusals: ['oversight.case-not-found'],
        params: caseName,
        response: { 200: caseDetail },
      },
    },
    async (request) => {
      const row = await requireCase(parts, request, request.params.number)
      await guard.audit(db, request, { action: 'oversight.case-read', subject: row.number ?? row.id })
      return detailOf(db, row, caseActorOf(parts, request), now())
    },
  )
  routeCaseActs(web, parts)
}

function routeCaseActs(web: Web, parts: OversightParts): void {
  const { db, guard, city, now } = parts

  web.post(
    '/api/oversight/cases',
    {
      onRequest: guard.needs('oversight.keep'),
      schema: {
        operationId: 'beginOversightCase',
        tags,
        summary: 'begin a paper: a draft with the facts that the hotline has; audited',
        refusals: ['ticket.not-found', 'ticket.accused-unit', 'oversight.unit-unknown', 'oversight.incomplete'],
        body: newCase,
        response: { 201: caseActed },
      },
    },
    async (request, reply) => {
      const { kind, trigger } = request.body
      const tickets = [...new Set(request.body.tickets)]
      const { unit: asked } = request.body
      if (asked !== null && !(await readKnown(db)).units.has(asked)) throw new Refusal('oversight.unit-unknown')
      const begun = await beginTexts(parts, { kind, unit: asked, tickets }, now())
      const level = kind === 'LETTER' ? 'LETTER' : kind === 'TALK' ? 'TALK' : 'L2'
      const id = await db.transaction(async (tx) => {
        const made = await beginCase(tx, { kind, level, trigger, tickets, ...begun }, authorOf(parts, request), now())
        const details = { kind, unit: begun.unit, tickets }
        await guard.audit(tx, request, { action: 'oversight.case-begun', subject: made, details })
        return made
      })
      return reply.code(201).send({ id, number: null, version: 1 })
    },
  )

  web.post(
    '/api/oversight/cases/:number/actions',
    {
      onRequest: guard.needs('oversight.cases'),
      schema: {
        operationId: 'actOnOversightCase',
        tags,
        summary: 'the next step of a paper: submit, approve by a second person, answer, accept …; audited',
        refusals: ['oversight.case-not-found', 'oversight.stale', ...caseRefusals],
        params: caseName,
        body: caseAction,
        response: { 200: caseActed },
      },
    },
    async (request) => {
      const { body } = request
      const { id } = await requireCase(parts, request, request.params.number)
      const [by, actor] = [authorOf(parts, request), caseActorOf(parts, request)]
      const event = eventOf(body)
      const after = await db.transaction(async (tx) => {
        const done = await actOnCase(tx, id, event, { by, actor, now: now(), version: body.version, city })
        await tellOfCase(tx, id, done.after, event.kind, now())
        const details = { action: body.action, number: done.after.number }
        await guard.audit(tx, request, { action: 'oversight.case-acted', subject: id, details })
        return done.after
      })
      return { id, number: after.number, version: after.version }
    },
  )
}

const hiddenFromUnits: readonly string[] = ['DRAFT', 'PENDING', 'DROPPED']

export function caseActorOf({ guard }: OversightParts, request: FastifyRequest): CaseActor {
  const { person } = guard.sessionOf(request)
  const [mayKeep, mayApprove] = [may(person, 'oversight.keep'), may(person, 'oversight.issue')]
  if (mayKeep || mayApprove) return { by: 'office', id: person.id, mayKeep, mayApprove }
  if (may(person, 'oversight.read')) return { by: 'reader' }
  if (!person.unitCode) throw new Refusal('ticket.no-unit')
  return { by: 'unit', id: person.id, unit: person.unitCode }
}

function authorOf({ guard }: OversightParts, request: FastifyRequest): Author {
  const { person } = guard.sessionOf(request)
  return { id: person.id, name: person.name, unitCode: person.unitCode ?? null }
}

/** To a unit a paper that is not its own, or not issued, is not there. @throws Refusal */
export async function requireCase(parts: OversightParts, request: FastifyRequest, name: string): Promise<CaseRow> {
  const row = await findCase(parts.db, name)
  const actor = caseActorOf(parts, request)
  const isTheirs =
    actor.by !== 'unit' ||
    (row?.unitCode === actor.unit && caseForms[row.kind].isToUnit && !hiddenFromUnits.includes(row.state))
  if (!row || !isTheirs) throw new Refusal('oversight.case-not-found')
  return row
}

/** The event that a request asks for; the number of an issue is filled in by the store. */
function eventOf(body: CaseAction): CaseEvent {
  switch (body.action) {
    case 'edit': {
      const { subject, leader, texts, dueAt, meetAt } = body
      return { kind: 'edit', subject, leader: leader || null, texts, dueAt, meetAt }
    }
    case 'submit':
    case 'receive':
      return { kind: body.action }
    case 'approve':
      return { kind: 'approve', number: '' }
    case 'refuse':
    case 'drop':
    case 'withdraw':
      return { kind: body.action, why: body.why }
    case 'hold':
      return { kind: 'hold', heldAt: body.heldAt, dueAt: body.dueAt, texts: body.texts }
    case 'instruct':
      return { kind: 'instruct', text: body.text, at: body.at }
    case 'report':
      return { kind: 'report', stage: body.stage, words: body.words }
    case 'answer':
      return { kind: 'answer', texts: body.texts }
    case 'accept':
      return { kind: 'accept', words: body.words, score: body.score }
    case 'sendBack':
      return { kind: 'sendBack', words: body.words, dueAt: body.dueAt }
  }
}
