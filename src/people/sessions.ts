import { createHash, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { audit } from '../audit/store.ts'
import { browserDevice, sipDigest, sipPassword } from '../floor/agents/credentials.ts'
import { devices } from '../floor/agents/schema.ts'
import type { Agents } from '../floor/agents/store.ts'
import type { Database, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Log } from '../platform/process/log.ts'
import type { Bus } from '../platform/redis/bus.ts'
import type { AgentId, Instant, SessionId } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { type Attempt, openAttempts } from './attempts.ts'
import { openKnownBrowsers } from './known-browsers.ts'
import { isPassword } from './password.ts'
import { type EndReason, may } from './person.ts'
import { sessions as sessionTable } from './schema.ts'
import { openSessionCache } from './session-cache.ts'
import {
  type Credentials,
  type EndedSession,
  endedSessions,
  endReasonOf,
  endSession,
  findCredentials,
  findSession,
  findSessionsOf,
  lockOpenSessions,
  openSessionIds,
  type Session,
  standing,
  standingOf,
  withdrawExpiredDevices,
} from './store.ts'

/** Log-ins: opened by a password, found by a cookie, ended by whatever comes first. */
export interface Sessions {
  /** @returns the new log-in, and the cookie by which this browser is known from now on. @throws Refusal */
  open(
    given: LogIn,
  ): Promise<{ token: string; session: Session; known: { name: string; value: string; maxAge: number } }>
  /** null when the token has no log-in. While the database is unreachable, as last seen. */
  find(token: string): Promise<Session | null>
  /** Why the log-in of this token is over; null when it never was one, or while the database is unreachable. */
  whyEnded(token: string): Promise<EndReason | null>
  /** Whether this process opened or found it and has not heard of its end; nothing is looked up. */
  isKnown(token: string): boolean
  /** Records activity in this log-in. */
  touch(id: SessionId): void
  end(id: SessionId, reason: EndReason, from?: From): Promise<void>
  /**
   * Ends all log-ins of one person, in the transaction of what causes it. `carryOut` what it returns once that stands.
   * @param kept one that goes on
   */
  endAllOf(tx: Tx, userId: number, reason: EndReason, more?: { from?: From; kept?: SessionId }): Promise<EndedSession[]>
  /** What the database has decided becomes true everywhere else. */
  carryOut(ended: EndedSession[]): Promise<void>
  /** Name, roles or unit of this person changed: every log-in of theirs goes on with what holds now. */
  renew(userId: number): Promise<void>
  /** Which of these are over. */
  endedAmong(ids: SessionId[]): Promise<{ id: SessionId; reason: EndReason }[]>
  /** Which of these are not what they were: other roles, another unit. */
  changedAmong(known: Session[]): Promise<Set<SessionId>>
  /** Signs out agents from the floor whose log-in is over: Redis was unreachable when it ended, or the process died. */
  clearFloor(): Promise<void>
  /** Ends log-ins that are idle or too old; if several processes sweep, each log-in is ended once. */
  sweep(): Promise<void>
}

export interface LogIn {
  username: string
  password: string
  from: From
  cookies: Record<string, string | undefined>
}

export interface From {
  address: string
  userAgent: string | undefined
}

export interface SessionParts {
  database: Pick<Database, 'db'>
  redis: Redis
  bus: Pick<Bus, 'publish' | 'request'>
  agents: Agents
  now(): Instant
  log: Log
}

/** A shift and its handing over. */
export const longestMs = 12 * 3_600_000
/** Without a request and without an open desk. Source: 等保 level 3, session time-out. */
export const idleMs = 30 * 60_000
const touchEveryMs = 30_000
/** Log-in waits so long for the phone to be known to Asterisk; the browser tries again by itself afterwards. */
const pushMs = 1_500

const seenKey = '{hotline}:sessions-seen'
const tokenShape = /^[\w-]{43}$/

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export function openSessions(parts: SessionParts): Sessions {
  const { redis, bus, agents, now, log } = parts
  const { db } = parts.database
  const attempts = openAttempts(redis)
  const browsers = openKnownBrowsers({ redis, now })
  const cache = openSessionCache(redis, log)
  const touchedAt = new Map<SessionId, Instant>()
  const known = openKnownTokens()

  async function refuse(username: string, from: From, why: string): Promise<void> {
    await audit(db, {
      at: now(),
      actorId: null,
      actor: username,
      action: 'session.refused',
      address: from.address,
      isAllowed: false,
      details: { why },
    })
  }

  /** @throws Refusal unless this is the user's password and wrong ones were not tried too often */
  async function check({
    username,
    password,
    from,
    cookies,
  }: LogIn): Promise<Credentials & { browser: string | null }> {
    const credentials = await findCredentials(db, username)
    const browser = credentials && (await browsers.recognise(credentials.person.id, cookies))
    const account = credentials?.person.id ?? username
    const attempt = await attempts.begin({ account, address: from.address, browser })
    if (attempt.stop) {
      if (attempt.stop.isFirst) await refuse(username, from, 'locked')
      throw lockedOut(attempt.stop)
    }
    const isRight = await isPassword(credentials?.passwordHash ?? null, password)
    if (!isRight || !credentials) {
      await refuse(username, from, 'wrong password')
      throw new Refusal('session.wrong-password')
    }
    await attempt.succeeded()
    return { ...credentials, browser }
  }

  async function create(
    { person, agentNumber }: Credentials,
    from: From,
  ): Promise<{ token: string; session: Session; replaced: EndedSession[] }> {
    const at = now()
    const token = randomBytes(32).toString('base64url')
    const session: Session = {
      person,
      agentNumber,
      id: newId(at) as SessionId,
      createdAt: at,
      expiresAt: at + longestMs,
    }
    const replaced = await db.transaction(async (tx) => {
      const ended: EndedSession[] = []
      const open = await lockOpenSessions(tx, person.id)
      // One agent, one desk; others may be logged in at several places.
      for (const id of agentNumber === null ? [] : open) {
        const one = await endSession(tx, id, 'replaced', at)
        if (one) ended.push(one)
      }
      await tx.insert(sessionTable).values({
        id: session.id,
        userId: person.id,
        tokenHash: hashOf(token),
        createdAt: at,
        expiresAt: session.expiresAt,
        address: from.address.slice(0, 45),
        userAgent: from.userAgent?.slice(0, 255).toWellFormed() ?? null,
      })
      if (agentNumber !== null && may(person, 'desk')) {
        const id = browserDevice(session.id)
        await tx.insert(devices).values({
          id,
          kind: 'BROWSER',
          userId: person.id,
          sessionId: session.id,
          digest: sipDigest(id, sipPassword(token)),
          createdAt: at,
          expiresAt: session.expiresAt,
        })
      }
      await audit(tx, {
        at,
        actorId: person.id,
        actor: person.username,
        action: 'session.opened',
        subject: session.id,
        address: from.address,
      })
      for (const one of ended) await auditEnd(tx, one, from)
      return ended
    })
    return { token, session, replaced }
  }

  async function auditEnd(tx: Parameters<typeof audit>[0], ended: EndedSession, from?: From): Promise<void> {
    await audit(tx, {
      at: now(),
      actorId: ended.userId,
      actor: ended.username,
      action: 'session.ended',
      subject: ended.id,
      ...(from ? { address: from.address } : {}),
      details: { reason: ended.reason },
    })
  }

  /** What the database has decided becomes true everywhere else; each step may fail, none holds up another. */
  async function carryOut(ended: EndedSession): Promise<void> {
    const { id, userId, reason } = ended
    touchedAt.delete(id)
    known.forget(ended.tokenHash)
    await cache.forget(ended.tokenHash)
    bus.publish('session.ended', { sessionId: id, userId, reason })
    for (const deviceId of ended.deviceIds) bus.publish('devices.changed', { deviceId })
    try {
      await agents.queue.signOut(String(userId) as AgentId, id, now())
      await redis.hdel(seenKey, id)
    } catch (error) {
      log.warn(
        { err: error, sessionId: id },
        'agent not signed out from the floor: the floor does it when the page stays silent',
      )
    }
  }

  /**
   * Found idle twice, some time apart: after a clock step every log-in looks idle until its page's next sign of life,
   * which removes the mark.
   */
  async function isIdle(id: SessionId, seen: string): Promise<boolean> {
    const [at = 0, foundAt] = seen.split(' ').map(Number)
    if (now() - at <= idleMs) return false
    if (foundAt !== undefined) return now() - foundAt >= touchEveryMs
    await redis.hset(seenKey, id, `${at} ${now()}`)
    return false
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
      const { from } = given
      const credentials = await check(given)
      const { token, session, replaced } = await create(credentials, from)
      known.add(hashOf(token))
      for (const ended of replaced) await carryOut(ended)
      if (session.agentNumber !== null && may(session.person, 'desk')) await pushPhone(session)
      log.info({ userId: session.person.id, sessionId: session.id, replaced: replaced.length }, 'logged in')
      return { token, session, known: await browsers.cookieFor(session.person.id, credentials.browser) }
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

    touch(id) {
      if (now() - (touchedAt.get(id) ?? 0) < touchEveryMs) return
      touchedAt.set(id, now())
      redis
        .hset(seenKey, id, now())
        .catch((error: unknown) => log.debug({ err: error }, 'last-seen time of a log-in not stored'))
    },

    async end(id, reason, from) {
      const ended = await db.transaction(async (tx) => {
        const one = await endSession(tx, id, reason, now())
        if (one) await auditEnd(tx, one, from)
        return one
      })
      if (ended) await carryOut(ended)
    },

    async endAllOf(tx, userId, reason, more = {}) {
      const ended: EndedSession[] = []
      for (const id of await lockOpenSessions(tx, userId)) {
        const one = id === more.kept ? null : await endSession(tx, id, reason, now())
        if (!one) continue
        await auditEnd(tx, one, more.from)
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

    async changedAmong(known) {
      const now = await standingOf(db, [...new Set(known.map(({ person }) => person.id))])
      const changed = known.filter(({ person }) => {
        const holds = now.get(person.id)
        return holds !== undefined && holds !== standing(person)
      })
      return new Set(changed.map(({ id }) => id))
    },

    async clearFloor() {
      const there = (await agents.queue.agents()).flatMap(({ id, sessionId }) => (sessionId ? [{ id, sessionId }] : []))
      const over = await endedSessions(
        db,
        there.map(({ sessionId }) => sessionId),
      )
      for (const { id, sessionId } of there) {
        if (over.some((session) => session.id === sessionId)) await agents.queue.signOut(id, sessionId, now())
      }
    },

    async sweep() {
      const open = await openSessionIds(db)
      const seen = open.length === 0 ? [] : await redis.hmget(seenKey, ...open.map((session) => session.id))
      for (const [index, session] of open.entries()) {
        const at = seen[index]
        if (!session.isActive) await this.end(session.id, 'locked')
        else if (session.expiresAt <= now()) await this.end(session.id, 'expired')
        // Never seen, or Redis lost it: its idle time begins now.
        else if (at === null || at === undefined) await redis.hsetnx(seenKey, session.id, String(now()))
        else if (await isIdle(session.id, at)) await this.end(session.id, 'expired')
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

function lockedOut({ code, waitMs }: NonNullable<Attempt['stop']>): Refusal {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1_000))
  const wait = retryAfterS >= 60 ? `${Math.ceil(retryAfterS / 60)} 分钟` : `${retryAfterS} 秒`
  const detail =
    code === 'session.locked'
      ? `密码错误次数过多，此处暂时不能登录该账号，请在 ${wait}后重试，或联系系统管理员。`
      : `此处登录失败次数过多，请在 ${wait}后重试。`
  return new Refusal(code, { detail, retryAfterS })
}
