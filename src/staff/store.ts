import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, gt, inArray, isNull, like, max, ne, or, type SQL, sql } from 'drizzle-orm'
import { agentSkills, agents } from '../floor/agents/schema.ts'
import { keepNotice } from '../notifications/store.ts'
import { type RoleName, roleNames } from '../people/person.ts'
import { passwordLinks, sessions, userRoles, users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Instant, SkillId, UnitCode } from '../platform/types.ts'
import { readCursor } from '../platform/web/paging.ts'
import { Refusal } from '../platform/web/problem.ts'
import { units } from '../units/schema.ts'
import type { StaffMember } from './api.ts'
import type { StaffFacts } from './staff.ts'

/** People in the database: who may log in, with which roles, and the links with which they set their passwords. */

export interface StaffFilter {
  search?: string | undefined
  role?: RoleName | undefined
  unit?: UnitCode | undefined
  state?: 'active' | 'locked' | undefined
}

/** One page, in the order in which people were added. */
export async function listStaff(
  db: Db,
  filter: StaffFilter,
  page: { cursor: string | undefined; limit: number },
  now: Instant,
): Promise<{ people: StaffMember[]; next: string | null }> {
  const { search, role, unit, state } = filter
  const part = search === undefined ? undefined : `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const hasRole = db
    .select({ id: userRoles.userId })
    .from(userRoles)
    .where(eq(userRoles.role, role ?? 'ADMIN'))
  const where = and(
    gt(users.id, Number(readCursor(page.cursor, /^(?<id>\d{1,10})$/)?.id ?? 0)),
    part === undefined ? undefined : or(like(users.username, part), like(users.name, part), like(agents.number, part)),
    role === undefined ? undefined : inArray(users.id, hasRole),
    unit === undefined ? undefined : eq(users.unitCode, unit),
    state === undefined ? undefined : eq(users.isActive, state === 'active'),
  )
  const people = await readStaff(db, where, page.limit + 1, now)
  const shown = people.slice(0, page.limit)
  return { people: shown, next: people.length > page.limit ? String(shown.at(-1)?.id) : null }
}

/** @throws Refusal */
export async function requireStaff(db: Db | Tx, id: number, now: Instant): Promise<StaffMember> {
  const [found] = await readStaff(db, eq(users.id, id), 1, now)
  if (!found) throw new Refusal('person.not-found')
  return found
}

async function readStaff(db: Db | Tx, where: SQL | undefined, limit: number, now: Instant): Promise<StaffMember[]> {
  const rows = await db
    .select({
      id: users.id,
      username: users.username,
      name: users.name,
      unitCode: users.unitCode,
      unitName: units.shortName,
      agentNumber: agents.number,
      isActive: users.isActive,
      hasPassword: sql<number>`${users.passwordHash} <> ''`,
    })
    .from(users)
    .leftJoin(agents, eq(agents.userId, users.id))
    .leftJoin(units, eq(units.code, users.unitCode))
    .where(where)
    .orderBy(asc(users.id))
    .limit(limit)
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return []
  const [roles, skills, open, last] = await Promise.all([
    db.select().from(userRoles).where(inArray(userRoles.userId, ids)),
    db.select().from(agentSkills).where(inArray(agentSkills.userId, ids)).orderBy(asc(agentSkills.skill)),
    db
      .select({ userId: sessions.userId })
      .from(sessions)
      .where(and(inArray(sessions.userId, ids), isNull(sessions.endedAt), gt(sessions.expiresAt, now))),
    db
      .select({ userId: sessions.userId, at: max(sessions.createdAt) })
      .from(sessions)
      .where(inArray(sessions.userId, ids))
      .groupBy(sessions.userId),
  ])
  return rows.map(({ unitCode, unitName, hasPassword, ...row }) => {
    const isHere = ({ userId }: { userId: number }) => userId === row.id
    const own = roles.filter(isHere).map(({ role }) => role)
    return {
      ...row,
      unit: unitCode === null ? null : { code: unitCode, name: unitName ?? unitCode },
      hasPassword: Number(hasPassword) === 1,
      roles: roleNames.filter((role) => own.includes(role)),
      skills: skills.filter(isHere).map(({ skill, level }) => ({ skill, level })),
      openSessions: open.filter(isHere).length,
      lastLogInAt: last.find(isHere)?.at ?? null,
    }
  })
}

export function factsOf(person: StaffMember): StaffFacts {
  const { name, roles, unit, agentNumber, skills } = person
  return { name, roles, unitCode: unit?.code ?? null, agentNumber, skills }
}

/** @throws Refusal when user name or 工号 is taken */
export async function addStaff(tx: Tx, username: string, facts: StaffFacts, now: Instant): Promise<number> {
  await refuseTaken(tx, null, { username, agentNumber: facts.agentNumber })
  const [made] = await tx
    .insert(users)
    .values({
      username,
      name: facts.name,
      passwordHash: '',
      unitCode: facts.unitCode,
      createdAt: now,
      passwordChangedAt: now,
    })
    .catch(refuseDuplicate('person.username-taken'))
  await writeRoles(tx, made.insertId, facts, now)
  return made.insertId
}

/** @throws Refusal when the 工号 is taken */
export async function changeStaff(tx: Tx, id: number, facts: StaffFacts, now: Instant): Promise<void> {
  await refuseTaken(tx, id, { agentNumber: facts.agentNumber })
  await tx.update(users).set({ name: facts.name, unitCode: facts.unitCode }).where(eq(users.id, id))
  await writeRoles(tx, id, facts, now)
}

async function writeRoles(tx: Tx, userId: number, facts: StaffFacts, now: Instant): Promise<void> {
  await tx.delete(userRoles).where(eq(userRoles.userId, userId))
  const grantedOn = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
  await tx.insert(userRoles).values([...new Set(facts.roles)].map((role) => ({ userId, role, grantedOn })))
  if (facts.agentNumber === null) return
  await writeNumber(tx, userId, facts.agentNumber, now)
  await tx.delete(agentSkills).where(eq(agentSkills.userId, userId))
  if (facts.skills.length === 0) return
  await tx
    .insert(agentSkills)
    .values(facts.skills.map(({ skill, level }) => ({ userId, skill: skill as SkillId, level })))
}

/**
 * Records name agents permanently: a person who no longer answers calls keeps the row and the 工号.
 * @throws Refusal when another administrator has assigned the 工号 at this moment
 */
async function writeNumber(tx: Tx, userId: number, number: string, now: Instant): Promise<void> {
  const [own] = await tx.select({ userId: agents.userId }).from(agents).where(eq(agents.userId, userId))
  // By the person, not by an existing key: that could be another person's 工号.
  const written = own
    ? tx.update(agents).set({ number }).where(eq(agents.userId, userId))
    : tx.insert(agents).values({ userId, number, stateSince: now })
  await written.catch(refuseDuplicate('person.number-taken'))
}

/** The database was asked before, but two requests may ask at once. */
function refuseDuplicate(code: 'person.number-taken' | 'person.username-taken'): (error: unknown) => never {
  return (error) => {
    const cause = error instanceof Error ? error.cause : undefined
    const isDuplicate = cause instanceof Error && 'code' in cause && cause.code === 'ER_DUP_ENTRY'
    throw isDuplicate ? new Refusal(code) : error
  }
}

async function refuseTaken(
  tx: Tx,
  id: number | null,
  wanted: { username?: string; agentNumber: string | null },
): Promise<void> {
  if (wanted.username !== undefined) {
    const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.username, wanted.username))
    if (taken) throw new Refusal('person.username-taken')
  }
  if (wanted.agentNumber === null) return
  const other = id === null ? undefined : ne(agents.userId, id)
  const [taken] = await tx
    .select({ id: agents.userId })
    .from(agents)
    .where(and(eq(agents.number, wanted.agentNumber), other))
  if (taken) throw new Refusal('person.number-taken')
}

/**
 * Administrators who may log in, locked until the transaction ends: two who remove each other's role are serialised.
 */
export async function lockAdmins(tx: Tx): Promise<number[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(userRoles, eq(userRoles.userId, users.id))
    .where(and(eq(userRoles.role, 'ADMIN'), eq(users.isActive, true)))
    .orderBy(asc(users.id))
    .for('update')
  return rows.map((row) => row.id)
}

export async function setActive(tx: Tx, id: number, isActive: boolean): Promise<void> {
  await tx.update(users).set({ isActive }).where(eq(users.id, id))
}

// ── passwords ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Long enough to be handed over on the next shift. */
const linkLifeMs = 24 * 3_600_000

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** @returns the token, which cannot be read again; older links of this person become invalid */
export async function makeLink(
  tx: Tx,
  userId: number,
  createdBy: number,
  now: Instant,
): Promise<{ token: string; expiresAt: Instant }> {
  await withdrawLinks(tx, userId, now)
  const token = randomBytes(32).toString('base64url')
  const expiresAt = now + linkLifeMs
  const id = newId(now)
  await tx
    .insert(passwordLinks)
    .values({ id, userId, tokenHash: digestOf(token), createdBy, createdAt: now, expiresAt })
  // A new person expects the first link, so it needs no notice.
  if (await passwordHashOf(tx, userId)) await tellOwner(tx, 'password.link-made', { id, userId, createdBy }, now)
  return { token, expiresAt }
}

/**
 * The maker of a link could also use it and pose as the owner: the owner of the account is told at the next log-in that
 * it was made or used, and who made it.
 */
async function tellOwner(
  tx: Tx,
  topic: 'password.link-made' | 'password.set-by-link',
  { id, userId, createdBy }: Pick<OpenLink, 'id' | 'userId' | 'createdBy'>,
  now: Instant,
): Promise<void> {
  const [maker] = await tx.select({ name: users.name }).from(users).where(eq(users.id, createdBy))
  const facts = maker ? { by: maker.name } : {}
  const recipient = { unitCode: null, userId }
  await keepNotice(
    tx,
    { eventKey: `${topic}:${id}`, channel: 'IN_APP', topic, ticketId: null, facts, ...recipient },
    now,
  )
}

export async function withdrawLinks(tx: Tx, userId: number, now: Instant): Promise<void> {
  await tx
    .update(passwordLinks)
    .set({ withdrawnAt: now })
    .where(and(eq(passwordLinks.userId, userId), isNull(passwordLinks.usedAt), isNull(passwordLinks.withdrawnAt)))
}

export interface OpenLink {
  id: string
  userId: number
  createdBy: number
  username: string
  name: string
  agentNumber: string | null
  expiresAt: Instant
}

/** @returns null for a link that does not exist, was used, withdrawn or has expired, and for a locked person */
export async function findLink(db: Db | Tx, token: string, now: Instant): Promise<OpenLink | null> {
  const [row] = await db
    .select({
      id: passwordLinks.id,
      userId: users.id,
      createdBy: passwordLinks.createdBy,
      username: users.username,
      name: users.name,
      agentNumber: agents.number,
      expiresAt: passwordLinks.expiresAt,
    })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .leftJoin(agents, eq(agents.userId, users.id))
    .where(and(eq(passwordLinks.tokenHash, digestOf(token)), isUsable(now), eq(users.isActive, true)))
  return row ?? null
}

/** @returns false when another request used it at the same moment */
export async function useLink(tx: Tx, link: OpenLink, passwordHash: string, now: Instant): Promise<boolean> {
  const [result] = await tx
    .update(passwordLinks)
    .set({ usedAt: now })
    .where(and(eq(passwordLinks.id, link.id), isUsable(now)))
  if (result.affectedRows === 0) return false
  await setPassword(tx, link.userId, passwordHash, now)
  await tellOwner(tx, 'password.set-by-link', link, now)
  return true
}

const isUsable = (now: Instant) =>
  and(isNull(passwordLinks.usedAt), isNull(passwordLinks.withdrawnAt), gt(passwordLinks.expiresAt, now))

export async function setPassword(tx: Tx, userId: number, passwordHash: string, now: Instant): Promise<void> {
  await tx
    .update(users)
    .set({ passwordHash, passwordChangedAt: now, mustChangePassword: false })
    .where(eq(users.id, userId))
}

export async function passwordHashOf(db: Db | Tx, userId: number): Promise<string | null> {
  const [row] = await db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId))
  return row?.hash ?? null
}
