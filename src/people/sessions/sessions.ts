import type { Redis } from 'ioredis'
import type { Bus } from '../../bus.ts'
import { browserDevice } from '../../floor/agents/credentials.ts'
import type { Agents } from '../../floor/agents/store.ts'
import type { Database, Db, Tx } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { AgentId, Instant, SessionId } from '../../platform/types.ts'
import { type EndReason, may } from '../person.ts'
import {
  type EndedSession,
  endedSessions,
  endReasonOf,
  endSession,
  findSession,
  findSessionsOf,
  lockOpenSessions,
  openSessionIds,
  type Session,
  standing,
  standingOf,
  withdrawExpiredDevices,
} from '../store.ts'
import { auditEnd, type From, hashOf, type LogIn, openDoor } from './opening.ts'
import { openSeen } from './seen.ts'
import { openSessionCache } from './session-cache.ts'

/** Log-ins: opened with a password, found by a cookie, ended by the first of several causes. */
export interface Sessions {
  /** @returns the new log-in, and the cookie by which this browser is known from now on. @throws Refusal */
  open(
    given: LogIn,
  ): Promise<{ token: string; session: Session; known: { name: string; value: string; maxAge: number } }>
  /** null when the token has no log-in. While the database is unreachable, as last seen. */
  find(token: string): Promise<Session | null>
  /** Why the log-in of this token is over; null when it never was one, or while the database is unreachable. */
  whyEnded(token: string): Promise<EndReason | null>
  /** Whether this process opened or found it and has not heard of its end; without a query. */
  isKnown(token: string): boolean
  /** Records activity in this log-in. */
  touch(id: SessionId): void
  end(id: SessionId, reason: EndReason, from?: From): Promise<void>
  /**
   * Ends all log-ins of one person, in the transaction of the cause. Pass the result to `carryOut` after the commit.
   * @param kept one that stays open
   */
  endAllOf(tx: Tx, userId: number, reason: EndReason, more?: { from?: From; kept?: SessionId }): Promise<EndedSession[]>
  /** Carries the database's decision out everywhere else. */
  carryOut(ended: EndedSession[]): Promise<void>
  /** Name, roles or unit of this person changed: all their log-ins continue with the new ones. */
  renew(userId: number): Promise<void>
  /** Which of these are over. */
  endedAmong(ids: SessionId[]): Promise<{ id: SessionId; reason: EndReason }[]>
  /** Which of these have changed: other roles, another unit. */
  changedAmong(known: Session[]): Promise<Set<SessionId>>
  /** Signs out agents from the floor whose log-in is over: Redis was unreachable when it ended, or the process died. */
  clearFloor(): Promise<void>
  /** Ends log-ins that are idle or too old; if several processes sweep, each log-in is ended once. */
  sweep(): Promise<void>
}

export interface SessionParts {
  database: Pick<Database, 'db'>
  redis: Redis
  bus: Pick<Bus, 'publish' | 'request'>
  agents: Agents
  now(): Instant
  log: Log
}

/** A log-in waits this long for its phone at Asterisk; the browser retries by itself afterwards. */
const pushMs = 1_500

const tokenShape = /^[\w-]{43}$/

export function openSessions(parts: SessionParts): Sessions {
  const { redis, bus, agents, now, log } = parts
  const { db } = parts.database
  const door = openDoor({ db, redis, now })
  const seen = openSeen({ redis, now, log })
  const cache = openSessionCache(redis, log)
  const known = openKnownTokens()

  /** Carries the database's decision out everywhere else; each step may fail, none holds up another. */
  async function carryOut(ended: EndedSession): Promise<void> {
    const { id, userId, reason } = ended
    known.forget(ended.tokenHash)
    await cache.forget(ended.tokenHash)
    bus.publish('session.ended', { sessionId: id, userId, reason })
    for (const deviceId of ended.deviceIds) bus.publish('devices.changed', { deviceId })
    try {
      await seen.forget(id)
      await agents.queue.signOut(String(userId) as AgentId, id, now())
    } catch (error) {
      log.warn(
        { err: error, sessionId: id },
        'agent not signed out from the floor: the floor does it when the page stays silent',
      )
    }
  }

  async function pushPhone(session: Session): Promise<void> {
    const deviceId = browserDevice(session.id)
    try {
      await bus.request('device.push', { deviceId }, pushMs)
    } catch (error) {
      log.info({ deviceId, why: String(error) }, 'phone not pushed: the calls role pushes it when it is back')
    }
  }

  async function look(tokenHash: string): Promise<Session | null> {
    const cached = await cache.read(tokenHash)
    if (cached.isEnded) return null
    if (cached.fresh) return notExpired(cached.fresh)
    try {
      const session = await findSession(db, tokenHash, now())
      if (session) await cache.write(tokenHash, session)
      return session
    } catch (error) {
      if (!cached.kept) throw error
      log.debug({ err: error }, 'database unreachable: cached log-in used')
      return notExpired(cached.kept)
    }
  }

  return {
    async open(given) {
      const { token, session, replaced, browser } = await door.open(given)
      known.add(hashOf(token))
      for (const ended of replaced) await carryOut(ended)
      if (session.agentNumber !== null && may(session.person, 'desk')) await pushPhone(session)
      log.info({ userId: session.person.id, sessionId: session.id, replaced: replaced.length }, 'logged in')
      return { token, session, known: await door.cookieFor(session.person.id, browser) }
    },

    async find(token) {
      if (!tokenShape.test(token)) return null
      const tokenHash = hashOf(token)
      const session = await look(tokenHash)
      if (session) known.add(tokenHash)
      else known.forget(tokenHash)
      return session
    },

    async whyEnded(token) {
      if (!tokenShape.test(token)) return null
      return endReasonOf(db, hashOf(token), now()).catch((error: unknown) => {
        log.debug({ err: error }, 'the reason why a log-in ended is not read')
        return null
      })
    },

    isKnown: (token) => known.has(hashOf(token)),

    touch: seen.touch,

    async end(id, reason, from) {
      const ended = await db.transaction(async (tx) => {
        const one = await endSession(tx, id, reason, now())
        if (one) await auditEnd(tx, one, now(), from)
        return one
      })
      if (ended) await carryOut(ended)
    },

    async endAllOf(tx, userId, reason, more = {}) {
      const ended: EndedSession[] = []
      for (const id of await lockOpenSessions(tx, userId)) {
        const one = id === more.kept ? null : await endSession(tx, id, reason, now())
        if (!one) continue
        await auditEnd(tx, one, now(), more.from)
        ended.push(one)
      }
      return ended
    },

    async carryOut(ended) {
      for (const one of ended) await carryOut(one)
    },

    async renew(userId) {
      for (const { tokenHash, session } of await findSessionsOf(db, userId, now())) {
        await cache.replace(tokenHash, session)
      }
      bus.publish('person.changed', { userId })
    },

    endedAmong: (ids) => endedSessions(db, ids),

    changedAmong: (known) => changedAmong(db, known),

    async clearFloor() {
      const there = (await agents.queue.agents()).flatMap(({ id, sessionId }) => (sessionId ? [{ id, sessionId }] : []))
      const ids = there.map(({ sessionId }) => sessionId)
      const over = new Set((await endedSessions(db, ids)).map(({ id }) => id))
      for (const { id, sessionId } of there) {
        if (over.has(sessionId)) await agents.queue.signOut(id, sessionId, now())
      }
    },

    async sweep() {
      const open = await openSessionIds(db)
      const isOver = (session: (typeof open)[number]) => !session.isActive || session.expiresAt <= now()
      const idle = await seen.idleAmong(open.filter((session) => !isOver(session)).map(({ id }) => id))
      for (const session of open) {
        if (!session.isActive) await this.end(session.id, 'locked')
        else if (isOver(session) || idle.has(session.id)) await this.end(session.id, 'expired')
      }
      for (const deviceId of await withdrawExpiredDevices(db, now())) bus.publish('devices.changed', { deviceId })
    },
  }

  function notExpired(session: Session): Session | null {
    return session.expiresAt > now() ? session : null
  }
}

/** More than a city's hotline has open at once. */
const mostKnown = 10_000

function openKnownTokens() {
  const hashes = new Set<string>()
  return {
    has: (tokenHash: string) => hashes.has(tokenHash),
    add(tokenHash: string): void {
      if (hashes.size >= mostKnown) hashes.clear()
      hashes.add(tokenHash)
    },
    forget: (tokenHash: string) => void hashes.delete(tokenHash),
  }
}

/** Those among them with other roles or another unit now. */
async function changedAmong(db: Db, known: Session[]): Promise<Set<SessionId>> {
  const now = await standingOf(db, [...new Set(known.map(({ person }) => person.id))])
  const changed = known.filter(({ person }) => {
    const holds = now.get(person.id)
    return holds !== undefined && holds !== standing(person)
  })
  return new Set(changed.map(({ id }) => id))
}
