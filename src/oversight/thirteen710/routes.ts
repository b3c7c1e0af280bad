import type { FastifyRequest } from 'fastify'
import type { Guard } from '../../people/guard.ts'
import { may } from '../../people/person.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import type { Settings } from '../../settings.ts'
import { importReceipts } from '../batches/receipts.ts'
import { byCase, type CaseAction, caseActed, caseAction, caseDetail, caseList, caseQuery, link } from './api.ts'
import { type CaseActor, caseRefusals } from './case.ts'
import { receiveMessage } from './incoming.ts'
import { anyMessage, ourAnswer } from './message.ts'
import { casesOfReceipts } from './receipts.ts'
import { type Author, actOnCase, byId, listCases } from './store.ts'
import { detailOf, linkOf, summaryOf } from './view.ts'

export interface CaseRouteParts {
  db: Db
  guard: Guard
  settings: Pick<Settings, 'thirteen710Url' | 'thirteen710Secret'>
  now(): Instant
}

const tags = ['oversight']

/** 13710: cases of the province's system about our tickets, and the messages that it sends us. */
export function routeCases13710(web: Web, { db, guard, settings, now }: CaseRouteParts): void {
  const isLinked = settings.thirteen710Url !== null
  const reader = { onRequest: guard.needs('cases13710.read') }

  function actorOf(request: FastifyRequest): CaseActor {
    const { person } = guard.sessionOf(request)
    const { id, unitCode } = person
    if (may(person, 'oversight.keep')) return { by: 'keeper', id }
    if (may(person, 'oversight.approve')) return { by: 'approver', id }
    if (may(person, 'unit')) return unitCode === null ? { by: 'reader' } : { by: 'unit', id, unit: unitCode }
    return { by: 'reader' }
  }
  const unitOf = (request: FastifyRequest) => {
    const { person } = guard.sessionOf(request)
    return may(person, 'oversight.read') ? null : (person.unitCode ?? ('' as never))
  }

  async function requireCase(request: FastifyRequest, id: string) {
    const page = { before: null, limit: 1, now: now() }
    const [found] = await listCases(db, { shown: 'ALL', unit: unitOf(request), ticket: undefined, id }, page)
    if (!found) throw new Refusal('province-case.not-found')
    return found
  }

  web.get(
    '/api/oversight/13710',
    {
      ...reader,
      schema: {
        ...{
          operationId: 'listProvinceCases',
          tags,
          summary: 'cases with their four marks, newest first; a unit sees its own',
        },
        refusals: ['list.bad-cursor'],
        querystring: caseQuery,
        response: { 200: caseList },
      },
    },
    async (request) => {
      const { cursor, limit, shown, ticket } = request.query
      const page = { before: readUlidCursor(cursor), limit: limit + 1, now: now() }
      const found = await listCases(db, { shown, unit: unitOf(request), ticket }, page)
      const rows = found.slice(0, limit)
      const next = found.length > limit ? (rows.at(-1)?.row.id ?? null) : null
      return { cases: rows.map((one) => summaryOf(one, now())), next }
    },
  )

  web.get(
    '/api/oversight/13710-link',
    {
      onRequest: guard.needs('oversight.read'),
      schema: {
        ...{ operationId: 'readProvinceLink', tags, summary: 'what waits for the 13710 system, and what it refused' },
        response: { 200: link },
      },
    },
    () => linkOf(db, isLinked),
  )

  web.get(
    '/api/oversight/13710/:id',
    {
      ...reader,
      schema: {
        ...{ operationId: 'readProvinceCase', tags, summary: 'a case with its history, and what you may do' },
        refusals: ['province-case.not-found'],
        params: byCase,
        response: { 200: caseDetail },
      },
    },
    async (request) => detailOf(db, await requireCase(request, request.params.id), actorOf(request), now()),
  )

  web.post(
    '/api/oversight/13710/:id/actions',
    {
      ...reader,
      schema: {
        ...{ operationId: 'actOnProvinceCase', tags, summary: 'one step of a case; told to the 13710 system; audited' },
        refusals: ['province-case.not-found', 'province-case.stale', ...caseRefusals],
        params: byCase,
        body: caseAction,
        response: { 200: caseActed },
      },
    },
    async (request) => {
      const { row } = await requireCase(request, request.params.id)
      const { person } = guard.sessionOf(request)
      const by: Author = { id: person.id, name: person.name }
      const { action, version, ...said } = request.body
      return db.transaction(async (tx) => {
        const acting = { actor: actorOf(request), by, version, now: now(), isLinked }
        const after = await actOnCase(tx, byId(row.id), eventOf(request.body), acting)
        if (action === 'clear') await clearItem(tx, row, by, now())
        const details = { action, ...said }
        await guard.audit(tx, request, { action: 'case13710.acted', subject: row.caseNumber, details })
        return { version: after.version }
      })
    },
  )

  web.post(
    '/api/oversight/messages',
    {
      schema: {
        ...{
          operationId: 'receiveProvinceOrder',
          tags,
          summary: 'a message of the 13710 system; proved by its signature',
        },
        security: [],
        refusals: ['province-case.off'],
        body: anyMessage,
        response: { 200: ourAnswer },
      },
    },
    async (request) => {
      const { thirteen710Url: url, thirteen710Secret: secret } = settings
      if (url === null || secret === '') throw new Refusal('province-case.off')
      return receiveMessage(db, request.body, secret, now())
    },
  )
}

function eventOf({ action, version: _, ...said }: CaseAction): Parameters<typeof actOnCase>[2] {
  // The union of the request and that of the machine differ by the name of one field.
  return { kind: action, ...said } as Parameters<typeof actOnCase>[2]
}

/** What the office says of a case, it says of its item. */
async function clearItem(
  tx: Parameters<typeof importReceipts>[0],
  { batchNumber, ticketNumber, caseNumber }: { batchNumber: string; ticketNumber: string; caseNumber: string },
  by: Author,
  now: Instant,
): Promise<void> {
  const receipt = { id: null, ticket: ticketNumber, kind: 'CLEARED' as const, caseNumber, text: null, at: now }
  await importReceipts(tx, batchNumber, [receipt], by.id, now, casesOfReceipts(tx, batchNumber, by, now))
}
