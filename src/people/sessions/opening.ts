import { createHash, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { audit } from '../../audit/store.ts'
import { browserDevice, sipDigest, sipPassword } from '../../floor/agents/credentials.ts'
import { devices } from '../../floor/agents/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, SessionId } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { isPassword } from '../password.ts'
import { may } from '../person.ts'
import { sessions as sessionTable } from '../schema.ts'
import {
  type Credentials,
  type EndedSession,
  endSession,
  findCredentials,
  lockOpenSessions,
  type Session,
} from '../store.ts'
import { type Attempt, openAttempts } from './attempts.ts'
import { openKnownBrowsers } from './known-browsers.ts'

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

/** A shift and its handover. */
export const longestMs = 12 * 3_600_000

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export interface Opened {
  token: string
  session: Session
  /** Log-ins of the same agent that it replaced. */
  replaced: EndedSession[]
  /** The id by which this browser was known; null when it was unknown. */
  browser: string | null
}

/** Opens a log-in: checks the password, then creates the log-in in the database, with the phone of its page. */
export function openDoor({ db, redis, now }: { db: Db; redis: Redis; now(): Instant }) {
  const attempts = openAttempts(redis)
  const browsers = openKnownBrowsers({ redis, now })

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

  /** @throws Refusal unless the password is right and the limits of wrong ones are not exceeded */
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

  return {
    /** @throws Refusal */
    async open(given: LogIn): Promise<Opened> {
      const credentials = await check(given)
      return { ...(await create(db, credentials, given.from, now())), browser: credentials.browser }
    },
    /** The cookie by which this browser is known from now on. */
    cookieFor: browsers.cookieFor,
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

async function create(
  db: Db,
  { person, agentNumber }: Credentials,
  from: From,
  at: Instant,
): Promise<Omit<Opened, 'browser'>> {
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
    // One agent, one desk; other people may be logged in at several places.
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
    for (const one of ended) await auditEnd(tx, one, at, from)
    return ended
  })
  return { token, session, replaced }
}

export async function auditEnd(tx: Tx, ended: EndedSession, at: Instant, from?: From): Promise<void> {
  await audit(tx, {
    at,
    actorId: ended.userId,
    actor: ended.username,
    action: 'session.ended',
    subject: ended.id,
    ...(from ? { address: from.address } : {}),
    details: { reason: ended.reason },
  })
}
