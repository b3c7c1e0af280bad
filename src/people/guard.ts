import type { FastifyRequest } from 'fastify'
import { type Act, audit } from '../audit/store.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { type ProblemExtras, Refusal } from '../platform/web/problem.ts'
import { may, type Right } from './person.ts'
import type { From } from './sessions/opening.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { Session } from './store.ts'

/** Who asks, and whether they may: the only way in which a route learns it. */
export interface Guard {
  /** As a route's `onRequest`: before the body is read. */
  needs(right?: Right): (request: FastifyRequest) => Promise<void>
  /** Who is logged in on a request that passed `needs`. */
  sessionOf(request: FastifyRequest): Session
  /** Whether it comes with a log-in that this process has seen; nothing is looked up. */
  isKnown(request: FastifyRequest): boolean
  /**
   * Writes down what the person of this request did, and from where. Resolves when it is written.
   * @param tx the transaction of what is done, where there is one: neither stands without the other
   */
  audit(tx: Db | Tx, request: FastifyRequest, act: Act): Promise<void>
  /** null when the request has no log-in. */
  find(request: FastifyRequest): Promise<Session | null>
}

export const cookieName = 'hotline_session'

export function openGuard(parts: { sessions: Sessions; db: Db; now(): Instant }): Guard {
  const known = new WeakMap<FastifyRequest, Session>()
  const found = new WeakMap<FastifyRequest, Promise<Session | null>>()

  /** Once a request, however many ask: its limit, its guard, its handler. */
  function find(request: FastifyRequest): Promise<Session | null> {
    const asked = found.get(request) ?? look(request)
    found.set(request, asked)
    return asked
  }

  async function look(request: FastifyRequest): Promise<Session | null> {
    const token = tokenOf(request)
    const session = token ? await parts.sessions.find(token) : null
    if (session) parts.sessions.touch(session.id)
    return session
  }

  async function write(tx: Db | Tx, request: FastifyRequest, { person }: Session, act: Act): Promise<void> {
    const { id: actorId, username: actor } = person
    await audit(tx, { at: parts.now(), actorId, actor, address: fromOf(request).address, ...act })
  }

  async function deny(request: FastifyRequest, session: Session, right: Right): Promise<never> {
    const details = { right, method: request.method, route: request.routeOptions.url }
    await write(parts.db, request, session, { action: 'access.denied', isAllowed: false, details })
    throw new Refusal('access.denied')
  }

  function sessionOf(request: FastifyRequest): Session {
    const session = known.get(request)
    if (!session)
      throw new Error('this route reads the session but declares no guard: add guard.needs() or guard.person')
    return session
  }

  /** Pages say why a log-in is over, also where the word of it was lost. */
  async function whyOf(request: FastifyRequest): Promise<ProblemExtras> {
    const token = tokenOf(request)
    const reason = token ? await parts.sessions.whyEnded(token) : null
    return reason === null ? {} : { reason }
  }

  return {
    isKnown(request) {
      const token = tokenOf(request)
      return token !== undefined && parts.sessions.isKnown(token)
    },
    find,
    needs: (right) => async (request) => {
      const session = await find(request)
      if (!session) throw new Refusal('session.required', await whyOf(request))
      known.set(request, session)
      if (right !== undefined && !may(session.person, right)) await deny(request, session, right)
    },
    sessionOf,
    audit: (tx, request, act) => write(tx, request, sessionOf(request), act),
  }
}

const tokenOf = (request: FastifyRequest): string | undefined => request.cookies[cookieName]

export function fromOf(request: FastifyRequest): From {
  return { address: request.ip, userAgent: request.headers['user-agent'] }
}
