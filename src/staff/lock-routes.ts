import { fromOf } from '../people/guard.ts'
import type { EndedSession } from '../people/store.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { passwordLink, reasoned, sessionsEnded, staffId, staffMember } from './api.ts'
import { allow, type StaffParts, tellFloor } from './changing.ts'
import { makeLink, requireStaff, setActive, withdrawLinks } from './store.ts'

/** Whether a person may log in: locks, ends of log-ins, links for a new password. Audited in the same transaction. */
export function routeLocks(web: Web, parts: StaffParts): void {
  const { db, guard, sessions, now } = parts
  const tags = ['admin']
  const admin = { onRequest: guard.needs('admin') }

  web.post(
    '/api/admin/people/:id/lock',
    {
      ...admin,
      schema: {
        operationId: 'lockPerson',
        tags,
        summary: 'no log-in any more; open ones end, a running call does not',
        refusals: ['person.not-found', 'person.own-lock', 'person.last-admin'],
        params: staffId,
        body: reasoned,
        response: { 200: staffMember },
      },
    },
    async (request) => {
      const { id } = request.params
      const { reason } = request.body
      const ended = await db.transaction(async (tx): Promise<EndedSession[]> => {
        const { username } = await allow(parts, tx, request, id, ({ roles }) => ({ roles, isActive: false }))
        await setActive(tx, id, false)
        await withdrawLinks(tx, id, now())
        await guard.audit(tx, request, { action: 'person.locked', subject: String(id), details: { username, reason } })
        return sessions.endAllOf(tx, id, 'locked', { from: fromOf(request) })
      })
      await sessions.carryOut(ended)
      return requireStaff(db, id, now())
    },
  )

  web.post(
    '/api/admin/people/:id/unlock',
    {
      ...admin,
      schema: {
        operationId: 'unlockPerson',
        tags,
        summary: 'may log in again',
        refusals: ['person.not-found'],
        params: staffId,
        body: reasoned,
        response: { 200: staffMember },
      },
    },
    async (request) => {
      const { id } = request.params
      await db.transaction(async (tx) => {
        const { username } = await requireStaff(tx, id, now())
        await setActive(tx, id, true)
        await guard.audit(tx, request, {
          action: 'person.unlocked',
          subject: String(id),
          details: { username, reason: request.body.reason },
        })
      })
      await tellFloor(parts)
      return requireStaff(db, id, now())
    },
  )

  web.post(
    '/api/admin/people/:id/sign-out',
    {
      ...admin,
      schema: {
        operationId: 'signPersonOut',
        tags,
        summary: 'ends every log-in of this person',
        refusals: ['person.not-found'],
        params: staffId,
        body: reasoned,
        response: { 200: sessionsEnded },
      },
    },
    async (request) => {
      const { id } = request.params
      const ended = await db.transaction(async (tx) => {
        const { username } = await requireStaff(tx, id, now())
        await guard.audit(tx, request, {
          action: 'person.signed-out',
          subject: String(id),
          details: { username, reason: request.body.reason },
        })
        return sessions.endAllOf(tx, id, 'revoked', { from: fromOf(request) })
      })
      await sessions.carryOut(ended)
      return { ended: ended.length }
    },
  )

  web.post(
    '/api/admin/people/:id/password-link',
    {
      ...admin,
      schema: {
        operationId: 'makePasswordLink',
        tags,
        summary: 'a link with which this person sets a new password, once; older links become invalid',
        refusals: ['person.not-found', 'person.is-locked'],
        params: staffId,
        response: { 201: passwordLink },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const link = await db.transaction(async (tx) => {
        const { username, isActive } = await requireStaff(tx, id, now())
        if (!isActive) throw new Refusal('person.is-locked')
        const made = await makeLink(tx, id, guard.sessionOf(request).person.id, now())
        await guard.audit(tx, request, {
          action: 'password.link-made',
          subject: String(id),
          details: { username, expiresAt: made.expiresAt },
        })
        return made
      })
      return reply.code(201).send(link)
    },
  )
}
