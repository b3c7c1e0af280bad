import { and, eq, gt, inArray, isNotNull, isNull, lte, type SQL } from 'drizzle-orm'
import { agents, devices } from '../floor/agents/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant, SessionId } from '../platform/types.ts'
import type { EndReason, Person } from './person.ts'
import { samplePeople } from './sample-people.ts'
import { sessions, userRoles, users } from './schema.ts'

/** People and their log-ins in the database. */

export interface Session {
  id: SessionId
  person: Person
  /** 工号; null for a person who does not answer calls. */
  agentNumber: string | null
  createdAt: Instant
  expiresAt: Instant
}

export interface EndedSession {
  id: SessionId
  userId: number
  username: string
  tokenHash: string
  reason: EndReason
  /** Phones that ended with it. */
  deviceIds: string[]
}

export interface Credentials {
  person: Person
  agentNumber: string | null
  passwordHash: string
}

/** @returns null unless there is an active user of exactly this name */
export async function findCredentials(db: Db, username: string): Promise<Credentials | null> {
  const [row] = await db
    .select({ user: users, agentNumber: agents.number })
    .from(users)
    .leftJoin(agents, eq(agents.userId, users.id))
    .where(eq(users.username, username))
  // The database's collation equates `Ä` and `a`; the counter of wrong passwords does not.
  if (!row || row.user.username !== username || !row.user.isActive) return null
  const { id, name, passwordHash } = row.user
  const unitCode = row.user.unitCode
  const person = { id, username, name, roles: await rolesOf(db, id), unitCode }
  return { person, agentNumber: row.agentNumber, passwordHash }
}

async function rolesOf(db: Db, userId: number): Promise<Person['roles']> {
  const rows = await db.select({ role: userRoles.role }).from(userRoles).where(eq(userRoles.userId, userId))
  return rows.map((row) => row.role).sort()
}

/** @returns null when there is no such log-in, or it is over */
export async function findSession(db: Db, tokenHash: string, now: Instant): Promise<Session | null> {
  const [found] = await readSessions(db, eq(sessions.tokenHash, tokenHash), now)
  return found?.session ?? null
}

/** Open log-ins of one person, as of now. */
export function findSessionsOf(
  db: Db,
  userId: number,
  now: Instant,
): Promise<{ tokenHash: string; session: Session }[]> {
  return readSessions(db, eq(sessions.userId, userId), now)
}

/** The roles and locks behind log-ins, of many people at once; removed people are left out. */
export async function standingOf(db: Db, userIds: number[]): Promise<Map<number, string>> {
  if (userIds.length === 0) return new Map()
  const [people, roles] = await Promise.all([
    db
      .select({ id: users.id, name: users.name, unitCode: users.unitCode })
      .from(users)
      .where(inArray(users.id, userIds)),
    db.select().from(userRoles).where(inArray(userRoles.userId, userIds)),
  ])
  return new Map(
    people.map((person) => {
      const own = roles.filter(({ userId }) => userId === person.id).map(({ role }) => role)
      return [person.id, standing({ ...person, unitCode: person.unitCode, roles: own })]
    }),
  )
}

/** Equal for two people with the same rights. */
export function standing({ name, unitCode, roles }: Pick<Person, 'name' | 'unitCode' | 'roles'>): string {
  return JSON.stringify([name, unitCode ?? null, roles.toSorted()])
}

async function readSessions(db: Db, which: SQL, now: Instant): Promise<{ tokenHash: string; session: Session }[]> {
  const rows = await db
    .select({
      tokenHash: sessions.tokenHash,
      id: sessions.id,
      createdAt: sessions.createdAt,
      expiresAt: sessions.expiresAt,
      userId: users.id,
      username: users.username,
      name: users.name,
      unitCode: users.unitCode,
      agentNumber: agents.number,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(agents, eq(agents.userId, users.id))
    .where(and(which, isNull(sessions.endedAt), gt(sessions.expiresAt, now), eq(users.isActive, true)))
  const found: { tokenHash: string; session: Session }[] = []
  for (const row of rows) {
    const { id, createdAt, expiresAt, agentNumber, userId, username, name, tokenHash } = row
    const unitCode = row.unitCode
    const person = { id: userId, username, name, roles: await rolesOf(db, userId), unitCode }
    found.push({ tokenHash, session: { id, person, agentNumber, createdAt, expiresAt } })
  }
  return found
}

/** Open log-ins of one user, in a transaction that locks the user: simultaneous log-ins are serialised. */
export async function lockOpenSessions(tx: Tx, userId: number): Promise<SessionId[]> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update')
  const rows = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)))
  return rows.map((row) => row.id)
}

/**
 * Ends a log-in and its phones, once: of several processes that try, one succeeds.
 * @returns null when it was over already
 */
export async function endSession(tx: Tx, id: SessionId, reason: EndReason, now: Instant): Promise<EndedSession | null> {
  const [result] = await tx
    .update(sessions)
    .set({ endedAt: now, endReason: reason })
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt)))
  if (result.affectedRows === 0) return null
  const [row] = await tx
    .select({ userId: users.id, username: users.username, tokenHash: sessions.tokenHash })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, id))
  if (!row) return null
  const ownPhones = and(eq(devices.sessionId, id), isNull(devices.withdrawnAt))
  const phones = await tx.select({ id: devices.id }).from(devices).where(ownPhones)
  if (phones.length > 0) await tx.update(devices).set({ withdrawnAt: now }).where(ownPhones)
  return { id, reason, ...row, deviceIds: phones.map((phone) => phone.id) }
}

export async function openSessionIds(db: Db): Promise<{ id: SessionId; expiresAt: Instant; isActive: boolean }[]> {
  return db
    .select({ id: sessions.id, expiresAt: sessions.expiresAt, isActive: users.isActive })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(isNull(sessions.endedAt))
}

export async function endedSessions(db: Db, ids: SessionId[]): Promise<{ id: SessionId; reason: EndReason }[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: sessions.id, reason: sessions.endReason })
    .from(sessions)
    .where(and(inArray(sessions.id, ids), isNotNull(sessions.endedAt)))
  return rows.map(({ id, reason }) => ({ id, reason: reason ?? 'revoked' }))
}

/**
 * Why this log-in is over; null when there is none, or it is open. A log-in may have expired before anything ended it.
 */
export async function endReasonOf(db: Db, tokenHash: string, now: Instant): Promise<EndReason | null> {
  const { endedAt, endReason, expiresAt } = sessions
  const [row] = await db
    .select({ endedAt, endReason, expiresAt, isActive: users.isActive })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.tokenHash, tokenHash))
  if (!row) return null
  // A locked account is what this person has to know, whatever ended the log-in before.
  if (!row.isActive) return 'locked'
  if (row.endedAt !== null) return row.endReason ?? 'revoked'
  return row.expiresAt <= now ? 'expired' : null
}

/** @returns names of active sample people who still have the generated password */
export async function sampleAccountsLeft(db: Db): Promise<string[]> {
  const rows = await db
    .select({ username: users.username, name: users.name })
    .from(users)
    .where(and(eq(users.isActive, true), eq(users.passwordChangedAt, users.createdAt)))
  const isSample = (row: { username: string; name: string }) =>
    samplePeople.some(({ username, name }) => username === row.username && name === row.name)
  return rows.filter(isSample).map(({ username }) => username)
}

/** Expired phones: guests', and those of log-ins that were never ended. @returns their ids */
export async function withdrawExpiredDevices(db: Db, now: Instant): Promise<string[]> {
  const isOver = and(isNull(devices.withdrawnAt), lte(devices.expiresAt, now))
  const rows = await db.select({ id: devices.id }).from(devices).where(isOver)
  if (rows.length > 0) await db.update(devices).set({ withdrawnAt: now }).where(isOver)
  return rows.map((row) => row.id)
}
