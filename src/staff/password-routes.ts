import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { AuditAction } from '../audit/action.ts'
import { audit } from '../audit/store.ts'
import { fromOf, type Guard } from '../people/guard.ts'
import { hashPassword, isPassword } from '../people/password.ts'
import { passwordFault } from '../people/password-rule.ts'
import type { Sessions } from '../people/sessions/sessions.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { openTries, type Try } from '../platform/redis/tries.ts'
import type { Instant } from '../platform/types.ts'
import { clientOf } from '../platform/web/origin.ts'
import { type ProblemCode, Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { linkOpened, linkUsed, linkView, ownPassword } from './api.ts'
import { findLink, passwordHashOf, setPassword, useLink, withdrawLinks } from './store.ts'

export interface PasswordParts {
  db: Db
  redis: Redis
  guard: Guard
  sessions: Sessions
  now(): Instant
}

/** The same as for wrong passwords at the log-in. Source: 等保 level 3. */
const ownLimit = { tries: 5, windowMs: 15 * 60_000 }
/** A token has 256 bits; this is against loops. */
const linkLimit = { tries: 30, windowMs: 60_000 }

/** A person's own password: set through an administrator's link, or with the old one. */
export function routePasswords(web: Web, parts: PasswordParts): void {
  const { db, guard, sessions, now } = parts
  const tries = openTries(parts.redis)

  async function write(
    tx: Tx | Db,
    request: FastifyRequest,
    who: { id: number | null; username: string },
    action: AuditAction,
    isAllowed = true,
  ): Promise<void> {
    const { id, username } = who
    const { address } = fromOf(request)
    const subject = id === null ? {} : { subject: String(id) }
    await audit(tx, { at: now(), actorId: id, actor: username, action, ...subject, address, isAllowed })
  }

  /** @throws Refusal for an expired link; each attempt counts */
  async function requireLink(request: FastifyRequest, token: string) {
    const key = `{hotline}:password-links:${clientOf(request.ip)}`
    const counted = await tries.count(key, linkLimit)
    refuseTooMany(counted, 'request.too-many')
    const link = await findLink(db, token, now())
    if (link) {
      await tries.takeBack(key)
      return link
    }
    // There is no log-in yet: a loop must not fill the audit.
    if (counted.tries === 1) await write(db, request, { id: null, username: '' }, 'password.link-refused', false)
    throw new Refusal('password-link.over')
  }

  web.post(
    '/api/password-links/open',
    {
      schema: {
        operationId: 'openPasswordLink',
        tags: ['session'],
        summary: 'whose link this is',
        refusals: ['password-link.over'],
        security: [],
        body: linkOpened,
        response: { 200: linkView },
      },
    },
    async (request) => {
      const { username, name, agentNumber, expiresAt } = await requireLink(request, request.body.token)
      return { username, name, agentNumber, expiresAt }
    },
  )

  web.post(
    '/api/password-links/use',
    {
      schema: {
        operationId: 'usePasswordLink',
        tags: ['session'],
        summary: 'set the password by a link; it holds once, and every open log-in ends',
        refusals: ['password-link.over', 'password.weak'],
        security: [],
        body: linkUsed,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      const link = await requireLink(request, token)
      refuseWeak(password, [link.username, link.name, link.agentNumber])
      const hash = await hashPassword(password)
      const ended = await db.transaction(async (tx) => {
        if (!(await useLink(tx, link, hash, now()))) throw new Refusal('password-link.over')
        await write(tx, request, { id: link.userId, username: link.username }, 'password.set')
        return sessions.endAllOf(tx, link.userId, 'password', { from: fromOf(request) })
      })
      await sessions.carryOut(ended)
      return reply.code(204).send(null)
    },
  )

  web.post(
    '/api/session/password',
    {
      onRequest: guard.needs(),
      schema: {
        operationId: 'changeOwnPassword',
        tags: ['session'],
        summary: 'a new password in place of the old one; all other log-ins end',
        refusals: ['password.wrong', 'password.same', 'password.weak', 'password.too-many-failures'],
        body: ownPassword,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { old, password } = request.body
      const { id: sessionId, person, agentNumber } = guard.sessionOf(request)
      const key = `{hotline}:own-password:${person.id}`
      refuseTooMany(await tries.count(key, ownLimit), 'password.too-many-failures')
      if (!(await isPassword(await passwordHashOf(db, person.id), old))) {
        await write(db, request, person, 'password.refused', false)
        throw new Refusal('password.wrong')
      }
      await tries.forget(key)
      if (password === old) throw new Refusal('password.same')
      refuseWeak(password, [person.username, person.name, agentNumber])
      const hash = await hashPassword(password)
      const ended = await db.transaction(async (tx) => {
        await setPassword(tx, person.id, hash, now())
        await withdrawLinks(tx, person.id, now())
        await write(tx, request, person, 'password.changed')
        return sessions.endAllOf(tx, person.id, 'password', { from: fromOf(request), kept: sessionId })
      })
      await sessions.carryOut(ended)
      return reply.code(204).send(null)
    },
  )
}

function refuseWeak(password: string, own: (string | null)[]): void {
  const fault = passwordFault(
    password,
    own.filter((name) => name !== null),
  )
  if (fault) throw new Refusal('password.weak', { detail: fault, faults: [{ path: 'body.password', message: fault }] })
}

function refuseTooMany(attempt: Try, code: ProblemCode): void {
  if (attempt.isAllowed) return
  throw new Refusal(code, { retryAfterS: Math.max(1, Math.ceil(attempt.waitMs / 1_000)) })
}
