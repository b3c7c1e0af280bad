import { dayOf } from '../../calendar/days.ts'
import { newId } from '../../platform/database/ids.ts'
import { kept } from '../../platform/redis/kept.ts'
import { readUlidCursor } from '../../platform/web/paging.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { findTicket } from '../../tickets/lists/reads.ts'
import type { OversightParts } from '../parts.ts'
import {
  alertList,
  alertQuery,
  newSignal,
  ruleBook,
  signalEnd,
  signalId,
  signalList,
  signalMade,
  signalQuery,
} from './api.ts'
import { listAlerts, listSignals, readRules } from './reads.ts'
import { endSignal, raiseSignal } from './signals.ts'
import { rulesOn } from './trigger.ts'

/** It counts every alert that stands. */
const keptMs = 30_000
const tags = ['oversight']

/** What stands, by which rule, and what people report. */
export function routeAlerts(web: Web, parts: OversightParts): void {
  const { db, guard, rules, now } = parts
  const reader = { onRequest: guard.needs('oversight.read') }
  const readBook = kept((at) => readRules(db, rules, rulesOn(rules, dayOf(at))), keptMs, now)

  web.get(
    '/api/oversight/alerts',
    {
      ...reader,
      schema: {
        operationId: 'listOversightAlerts',
        tags,
        summary: 'triggers that stand, newest first; audited',
        querystring: alertQuery,
        response: { 200: alertList },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query
      const list = await listAlerts(db, filter, { before: readUlidCursor(cursor), limit })
      await guard.audit(db, request, { action: 'oversight.alerts-listed', details: { filter } })
      return list
    },
  )

  web.get(
    '/api/oversight/rules',
    {
      ...reader,
      schema: {
        operationId: 'readOversightRules',
        tags,
        summary: 'the triggers of supervision, their versions, and how many alerts of each stand',
        response: { 200: ruleBook },
      },
    },
    () => readBook(),
  )
  routeSignals(web, parts)
}

function routeSignals(web: Web, { db, guard, now }: OversightParts): void {
  const keeper = { onRequest: guard.needs('oversight.keep') }

  web.get(
    '/api/oversight/signals',
    {
      ...keeper,
      schema: {
        operationId: 'listOversightSignals',
        tags,
        summary: 'facts from outside of tickets that pull a trigger, those that are open, newest first',
        querystring: signalQuery,
        response: { 200: signalList },
      },
    },
    (request) => listSignals(db, { before: readUlidCursor(request.query.cursor), limit: request.query.limit }),
  )

  web.post(
    '/api/oversight/signals',
    {
      ...keeper,
      schema: {
        operationId: 'raiseOversightSignal',
        tags,
        summary: 'report a fact that makes a ticket a matter of supervision; audited',
        refusals: ['ticket.not-found'],
        body: newSignal,
        response: { 201: signalMade },
      },
    },
    async (request, reply) => {
      const { kind, number, words } = request.body
      const found = await findTicket(db, number)
      if (!found) throw new Refusal('ticket.not-found')
      const source = `person:${newId(now())}`
      const byId = guard.sessionOf(request).person.id
      const id = await db.transaction(async (tx) => {
        const made = await raiseSignal(tx, { kind, ticketId: found.ticket.id, source, words, byId }, now())
        await guard.audit(tx, request, { action: 'oversight.signal-raised', subject: number, details: { kind } })
        return made
      })
      return reply.code(201).send({ id })
    },
  )

  web.post(
    '/api/oversight/signals/:id/end',
    {
      ...keeper,
      schema: {
        operationId: 'endOversightSignal',
        tags,
        summary: 'what was reported is over; audited',
        refusals: ['oversight.signal-over'],
        params: signalId,
        body: signalEnd,
        response: { 200: signalMade },
      },
    },
    async (request) => {
      const { id } = request.params
      const { why } = request.body
      await db.transaction(async (tx) => {
        if (!(await endSignal(tx, id, why, now()))) throw new Refusal('oversight.signal-over')
        await guard.audit(tx, request, { action: 'oversight.signal-ended', subject: id, details: { why } })
      })
      return { id }
    },
  )
}
