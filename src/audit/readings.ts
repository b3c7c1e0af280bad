import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { Bus } from '../bus.ts'
import { dayOf } from '../calendar/days.ts'
import { fromOf, type Guard } from '../people/guard.ts'
import type { Person } from '../people/person.ts'
import type { Session } from '../people/store.ts'
import type { Db } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { AuditAction } from './action.ts'
import { openAuditBatch } from './batch.ts'
import { audit } from './store.ts'

/**
 * Readings of citizens' data: each leaves a row in the audit before it is shown, and counts towards one person's daily
 * bound. Source: PIPL 51 and 54; 等保 level 3, audit of every user.
 */
export interface Readings {
  /**
   * Call it before showing anything.
   * @throws Refusal when this person has reached today's bound
   * @throws Error when it could not be audited: then nothing is shown
   */
  note(request: FastifyRequest, reading: Reading): Promise<void>
  /** For a page of a list, with the request's filter and the number of rows shown. */
  noteList(request: FastifyRequest, action: AuditAction, shown: number): Promise<void>
  /** For a list that its page reads again and again by itself: each row counts once a day. */
  notePolled(request: FastifyRequest, action: AuditAction, ids: readonly string[]): Promise<void>
  /** The same for records that a desk shows unasked. They do not count, because the person did not request them. */
  noteShown(person: Pick<Person, 'id' | 'username'>, reading: Reading): Promise<void>
}

export interface Reading {
  action: AuditAction
  subject?: string
  details?: Record<string, unknown>
  /** Tickets, calls or callers that are shown. */
  records: number
  /** Distinguishes it from other readings of this action and subject, e.g. the version that is shown. */
  of?: string | number
}

/** Of one person in one day. */
export interface ReadingBounds {
  /** From here on supervisors and auditors are notified; reading continues. */
  alarmAt: number
  /** From here on nothing more is shown. */
  refuseAt: number
}

/** A page that is read again, because it is reloaded or something on it changed, is the same reading. */
const oneReadingMs = 10 * 60_000
/** More than are read in ten minutes; beyond that some are audited twice. */
const mostRemembered = 20_000
const countedMs = 48 * 3_600_000

export interface ReadingParts {
  db: Db
  redis: Redis
  bus: Pick<Bus, 'publish'>
  guard: Pick<Guard, 'sessionOf'>
  bounds: ReadingBounds
  now(): Instant
  log: Log
}

export function openReadings(parts: ReadingParts): Readings {
  const { db, redis, guard, bounds, now, log } = parts
  const write = openAuditBatch(db)
  /** Time of each audit row, oldest first. */
  const written = new Map<string, Instant>()

  function isKnown(key: string): boolean {
    const at = written.get(key)
    return at !== undefined && now() - at < oneReadingMs
  }

  function remember(key: string): void {
    written.delete(key)
    written.set(key, now())
    for (const [oldest, at] of written) {
      if (written.size <= mostRemembered && now() - at < oneReadingMs) break
      written.delete(oldest)
    }
  }

  /** @returns how many records including these; null when Redis is unreachable: work goes on and the audit has them */
  async function count({ id }: Pick<Person, 'id'>, records: number): Promise<number | null> {
    const key = `{hotline}:readings:${dayOf(now())}:${id}`
    const results = await redis
      .multi()
      .incrby(key, records)
      .pexpire(key, countedMs)
      .exec()
      .catch((error: unknown) => {
        log.warn({ err: error, userId: id }, 'daily readings not counted: Redis unreachable, audit rows are written')
        return null
      })
    const sum = results?.[0]?.[1]
    return typeof sum === 'number' ? sum : null
  }

  const seenKey = ({ id }: Pick<Person, 'id'>, action: AuditAction): string =>
    `{hotline}:readings-seen:${dayOf(now())}:${id}:${action}`

  /** What this person has not been shown today; all of it when Redis is unreachable. */
  async function unseenOf(key: string, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const seen = await redis.smismember(key, ...ids).catch((error: unknown) => {
      log.warn({ err: error }, 'rows shown today not read: Redis unreachable, all count as new')
      return []
    })
    return ids.filter((_, at) => seen[at] !== 1)
  }

  /** Once per day and bound: the row, and in the same transaction the notice to supervisors and auditors. */
  async function tell(person: Person, address: string | undefined, bound: keyof ReadingBounds): Promise<void> {
    const day = dayOf(now())
    const told = `{hotline}:readings-told:${day}:${person.id}:${bound}`
    if ((await redis.exists(told)) === 1) return
    const records = bounds[bound]
    log.error({ userId: person.id, records, bound }, 'daily bound of citizen records passed')
    await db.transaction(async (tx) => {
      await audit(tx, {
        ...{ at: now(), actorId: person.id, actor: person.username, address },
        ...{ action: 'reading.bound-passed', isAllowed: bound === 'alarmAt', details: { bound, records, day } },
      })
      await tx
        .insert(outbox)
        .ignore()
        .values({
          ...{ queue: 'tickets', topic: 'reading.bound', jobId: `reading:${day}:${person.id}:${bound}` },
          payload: {
            reading: { key: `${day}:${person.id}:${bound}`, who: `${person.name}（${person.username}）`, records },
          },
          createdAt: now(),
        })
    })
    parts.bus.publish('outbox.filled', {})
    await redis.set(told, '1', 'PX', countedMs)
  }

  async function keepBounds({ person }: Session, address: string | undefined, records: number): Promise<void> {
    const sum = await count(person, records)
    if (sum === null) return
    if (sum > bounds.alarmAt) await tell(person, address, 'alarmAt')
    if (sum <= bounds.refuseAt) return
    await tell(person, address, 'refuseAt')
    throw new Refusal('reading.too-many')
  }

  const readings: Readings = {
    noteList(request, action, shown) {
      const filter = request.query as Record<string, unknown>
      return readings.note(request, { action, details: { filter, shown }, records: shown, of: JSON.stringify(filter) })
    },
    async notePolled(request, action, ids) {
      const filter = request.query as Record<string, unknown>
      const key = seenKey(guard.sessionOf(request).person, action)
      const unseen = await unseenOf(key, ids)
      const details = { filter, shown: ids.length, unseen: unseen.length }
      const of = [JSON.stringify(filter), ...unseen].join()
      await readings.note(request, { action, details, records: unseen.length, of })
      if (unseen.length === 0) return
      // Not written, they count once more at the next look.
      await redis
        .multi()
        .sadd(key, ...unseen)
        .pexpire(key, countedMs)
        .exec()
        .catch((error: unknown) => log.warn({ err: error }, 'rows shown today not kept: Redis unreachable'))
    },
    async note(request, { records, of = '', ...event }) {
      const session = guard.sessionOf(request)
      const key = [session.id, event.action, event.subject, of].join('|')
      if (isKnown(key)) return
      const { address } = fromOf(request)
      await keepBounds(session, address, records)
      const { id: actorId, username: actor } = session.person
      await write({ at: now(), actorId, actor, address, ...event })
      remember(key)
    },
    async noteShown({ id: actorId, username: actor }, { records, of = '', ...event }) {
      const key = [actorId, event.action, event.subject, of].join('|')
      if (records === 0 || isKnown(key)) return
      await write({ at: now(), actorId, actor, ...event })
      remember(key)
    },
  }
  return readings
}
