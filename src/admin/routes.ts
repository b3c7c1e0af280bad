import { z } from 'zod'
import type { Bus } from '../bus.ts'
import type { AsteriskHealth } from '../health/asterisk.ts'
import type { Guard } from '../people/guard.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { lastCheck } from '../tickets/records/history-check.ts'
import { asteriskState, deadLetterId, deadLetterList, historyCheck, replay } from './api.ts'
import { type DeadLetterParts, findDeadLetter, listDeadLetters } from './dead-letters.ts'

export interface AdminParts extends DeadLetterParts {
  bus: Pick<Bus, 'publish'>
  guard: Guard
  asterisk(): Promise<AsteriskHealth>
  now(): Instant
}

export function routeAdmin(web: Web, parts: AdminParts): void {
  const { db, bus, guard } = parts
  const tags = ['admin']
  const admin = { onRequest: guard.needs('admin') }

  web.get(
    '/api/admin/dead-letters',
    {
      ...admin,
      schema: {
        operationId: 'listDeadLetters',
        tags,
        summary: 'jobs that were given up',
        response: { 200: deadLetterList },
      },
    },
    () => listDeadLetters(parts),
  )

  web.get(
    '/api/admin/history-check',
    {
      ...admin,
      schema: {
        operationId: 'getHistoryCheck',
        tags,
        summary: 'the last check of all histories against their digests',
        response: { 200: historyCheck },
      },
    },
    async () => {
      const last = await lastCheck(db)
      if (!last) return { check: null }
      const { startedAt, finishedAt, tickets, events, faults, found } = last
      return { check: { startedAt, finishedAt, tickets, events, faults, found } }
    },
  )

  web.get(
    '/api/admin/asterisk',
    {
      ...admin,
      schema: {
        operationId: 'readAsterisk',
        tags,
        summary: 'version and age of the Asterisk that runs, and what is known of them',
        response: { 200: asteriskState },
      },
    },
    async () => {
      const { running, faults, origin, warnings } = await parts.asterisk()
      const { unpackedAt = null, listExpiredAt = null } = origin ?? {}
      return {
        ...{ version: running?.version ?? null, builtAt: running?.builtAt ?? null },
        ...{ faults, unpackedAt, listExpiredAt, warnings },
      }
    },
  )

  web.post(
    '/api/admin/dead-letters/:id/replay',
    {
      ...admin,
      schema: {
        operationId: 'replayDeadLetter',
        tags,
        summary: 'let a job run again, with a reason; audited',
        refusals: ['dead-letter.not-found'],
        params: deadLetterId,
        body: replay,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const found = await findDeadLetter(parts, request.params.id)
      if (!found) throw new Refusal('dead-letter.not-found')
      const { id, queue, topic, number } = found.letter
      await guard.audit(db, request, {
        action: 'dead-letter.replayed',
        subject: number ?? id,
        details: { id, queue, topic, reason: request.body.reason },
      })
      if (!(await found.replay())) throw new Refusal('dead-letter.not-found')
      bus.publish('outbox.filled', {})
      return reply.code(204).send(null)
    },
  )
}
