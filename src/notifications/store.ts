import { and, count, desc, eq, inArray, isNotNull, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import { userRoles, users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant, TicketId, UnitCode } from '../platform/types.ts'
import { notifications } from '../tickets/records/schema.ts'
import { type Audience, type NoticeFacts, type NoticeTopic, type Standing, stillAsks } from './notification.ts'

/** Notifications in the database: one row per recipient and event, idempotent. */

/** A unit's row is shared by all people of the unit: read by one, it is read. */
export interface Recipient {
  unitCode: UnitCode | null
  userId: number | null
}

/** People of the hotline have a row each, so that each has their own read mark. */
export async function recipientsOf(db: Db | Tx, { units, roles }: Audience): Promise<Recipient[]> {
  const people =
    roles.length === 0
      ? []
      : await db
          .selectDistinct({ id: users.id })
          .from(users)
          .innerJoin(userRoles, eq(userRoles.userId, users.id))
          .where(and(eq(users.isActive, true), inArray(userRoles.role, roles)))
  return [
    ...units.map((unitCode) => ({ unitCode, userId: null })),
    ...people.map(({ id }) => ({ unitCode: null, userId: id })),
  ]
}

export interface Notice extends Recipient {
  /** Key of the event: each recipient is notified of it once. */
  eventKey: string
  channel: 'IN_APP' | 'EMAIL'
  topic: NoticeTopic
  ticketId: TicketId | null
  facts: NoticeFacts
}

/** @returns the row's id when it is new; null when it existed */
export async function keepNotice(tx: Tx, notice: Notice, now: Instant): Promise<number | null> {
  const { eventKey, channel, topic, ticketId, facts, unitCode, userId } = notice
  const recipient = unitCode === null ? `user-${userId}` : `unit-${unitCode}`
  const [result] = await tx
    .insert(notifications)
    .ignore()
    .values({
      dedupeKey: `${eventKey}:${channel}:${recipient}`,
      ...{ ticketId, unitCode, userId, channel, topic, payload: { ...facts }, createdAt: now },
      // In the application it is delivered as soon as it is written.
      sentAt: channel === 'IN_APP' ? now : null,
    })
  return result.affectedRows === 0 ? null : result.insertId
}

/** Units and users whose notices changed by it: their pages read again. */
export interface Settled {
  units: UnitCode[]
  users: number[]
}

/**
 * Settles the notices that a ticket no longer asks for, and folds each recipient's older ones into the newest: a ticket
 * is one thing to read, however many events it has. The caller holds the lock on the ticket's row.
 */
export async function settleNotices(tx: Tx, ticketId: TicketId, standing: Standing, now: Instant): Promise<Settled> {
  const rows = await tx
    .select()
    .from(notifications)
    .where(and(eq(notifications.ticketId, ticketId), isInApp))
    .orderBy(desc(notifications.id))
  const settled = rows.filter((row) => {
    const { clock, settledAt }: NoticeFacts = row.payload
    const notice = { topic: row.topic as NoticeTopic, clock, unit: row.unitCode }
    return settledAt === undefined && !stillAsks(notice, standing)
  })
  const isOfSame = (one: NoticeRow, other: NoticeRow) => one.unitCode === other.unitCode && one.userId === other.userId
  const folded = rows.filter((row, n) => rows.slice(0, n).some((newer) => isOfSame(newer, row)))
  const changed = [...new Set([...settled, ...folded])].filter((row) => row.readAt === null)
  if (settled.length > 0) {
    await tx
      .update(notifications)
      .set({ payload: sql`JSON_SET(${notifications.payload}, '$.settledAt', ${now})` })
      .where(
        inArray(
          notifications.id,
          settled.map((row) => row.id),
        ),
      )
  }
  if (changed.length > 0) {
    const ids = changed.map((row) => row.id)
    await tx.update(notifications).set({ readAt: now }).where(inArray(notifications.id, ids))
  }
  const of = [...settled, ...changed]
  return {
    units: [...new Set(of.flatMap((row) => row.unitCode ?? []))],
    users: [...new Set(of.flatMap((row) => row.userId ?? []))],
  }
}

/** A unit's notice of no ticket whose cause has ended: it asks for nothing any more. */
export async function settleByKey(
  tx: Tx,
  { eventKey, unitCode }: { eventKey: string; unitCode: UnitCode },
  now: Instant,
): Promise<void> {
  await tx
    .update(notifications)
    .set({
      payload: sql`JSON_SET(${notifications.payload}, '$.settledAt', ${now})`,
      readAt: sql`COALESCE(${notifications.readAt}, ${new Date(now).toISOString().slice(0, 23).replace('T', ' ')})`,
    })
    .where(eq(notifications.dedupeKey, `${eventKey}:IN_APP:unit-${unitCode}`))
}

/** Whose notifications a person reads: their own, and those of their unit. */
export interface Reader {
  userId: number
  unitCode: UnitCode | null
}

const isInApp = eq(notifications.channel, 'IN_APP')

/** One condition per index, so that both are read in order. */
function ownersOf({ userId, unitCode }: Reader): SQL[] {
  const own = eq(notifications.userId, userId)
  return unitCode === null ? [own] : [own, eq(notifications.unitCode, unitCode)]
}

export type NoticeRow = typeof notifications.$inferSelect

/** Position of a page: among the unread ones by age, then among the read ones by time of reading. */
export type NoticeCursor = { part: 'unread'; id: number } | { part: 'read'; readAt: Instant; id: number }

/** Unread first, newest first. @returns one more than requested when there are more */
export async function listNotices(
  db: Db,
  reader: Reader,
  after: NoticeCursor | null,
  limit: number,
): Promise<NoticeRow[]> {
  const unread = after?.part === 'read' ? [] : await unreadAfter(db, reader, after, limit)
  if (unread.length >= limit) return unread
  const read = await readAfter(db, reader, after?.part === 'read' ? after : null, limit - unread.length)
  return [...unread, ...read]
}

async function unreadAfter(db: Db, reader: Reader, after: { id: number } | null, limit: number): Promise<NoticeRow[]> {
  const lists = await Promise.all(
    ownersOf(reader).map((owner) =>
      db
        .select()
        .from(notifications)
        .where(
          and(
            ...[owner, isInApp, isNull(notifications.readAt)],
            after === null ? undefined : lt(notifications.id, after.id),
          ),
        )
        .orderBy(desc(notifications.id))
        .limit(limit),
    ),
  )
  return lists
    .flat()
    .sort((one, other) => other.id - one.id)
    .slice(0, limit)
}

async function readAfter(
  db: Db,
  reader: Reader,
  after: { readAt: Instant; id: number } | null,
  limit: number,
): Promise<NoticeRow[]> {
  const { readAt, id } = notifications
  const isAfter =
    after === null ? undefined : or(lt(readAt, after.readAt), and(eq(readAt, after.readAt), lt(id, after.id)))
  const lists = await Promise.all(
    ownersOf(reader).map((owner) =>
      db
        .select()
        .from(notifications)
        .where(and(owner, isInApp, isNotNull(readAt), isAfter))
        .orderBy(desc(readAt), desc(id))
        .limit(limit),
    ),
  )
  return lists
    .flat()
    .sort((one, other) => (other.readAt ?? 0) - (one.readAt ?? 0) || other.id - one.id)
    .slice(0, limit)
}

/** Counting stops here: „99+“. */
const mostUnread = 100

export async function countUnread(db: Db, reader: Reader): Promise<number> {
  const counts = await Promise.all(
    ownersOf(reader).map(async (owner) => {
      const some = db
        .select({ id: notifications.id })
        .from(notifications)
        .where(and(owner, isInApp, isNull(notifications.readAt)))
        .limit(mostUnread)
        .as('some')
      const [row] = await db.select({ unread: count() }).from(some)
      return row?.unread ?? 0
    }),
  )
  return Math.min(
    mostUnread,
    counts.reduce((sum, one) => sum + one, 0),
  )
}

/** Notifications of others stay as they are, and the answer does not tell whether they exist. */
export async function markRead(
  db: Db,
  reader: Reader,
  which: { ids: number[] } | { upTo: number },
  now: Instant,
): Promise<void> {
  const { id, readAt } = notifications
  const wanted = 'ids' in which ? inArray(id, which.ids) : lte(id, which.upTo)
  for (const owner of ownersOf(reader)) {
    await db
      .update(notifications)
      .set({ readAt: now })
      .where(and(owner, isInApp, isNull(readAt), wanted))
  }
}

const keptForMs = 90 * 24 * 3_600_000
const purgeBatch = 2_000

/** Deletes the oldest, a bounded number. @returns how many */
export async function purgeNotices(db: Db, now: Instant): Promise<number> {
  // By age alone: the oldest rows have the lowest ids, so reading the first ones is enough.
  const oldest = await db
    .select({ id: notifications.id, createdAt: notifications.createdAt })
    .from(notifications)
    .orderBy(notifications.id)
    .limit(purgeBatch)
  const old = oldest.filter((row) => row.createdAt < now - keptForMs).map((row) => row.id)
  if (old.length > 0) await db.delete(notifications).where(inArray(notifications.id, old))
  return old.length
}
