import { and, asc, eq, gt, gte, isNull, lt, lte, or, type SQL } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { dayOf } from '../../calendar/days.ts'
import { awaitedYears } from '../../calendar/store.ts'
import type { Db } from '../../platform/database/database.ts'
import { outbox } from '../../platform/database/schema.ts'
import type { Figures } from '../../platform/jobs/figures.ts'
import type { Queues } from '../../platform/jobs/queues.ts'
import { whatIsAway } from '../../platform/process/away.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { type Alarm, alarmsOf, jobIdOf } from '../clocks/alarm.ts'
import { ticketDeadlines } from '../records/schema.ts'
import { type AlarmParts, fire } from './alarms.ts'
import { recount } from './recount.ts'

/**
 * Keeps the alarms of the job queue in step with the rows. The rows are the truth: overdue alarms fire from here,
 * whatever Redis has; upcoming alarms are set in Redis, so that they fire to the second. Any number of processes may
 * sweep.
 */
export interface SweepParts extends AlarmParts {
  /** A client that fails while Redis is unreachable. */
  redis: Redis
  queues: Queues
}

const clockColumns = {
  id: ticketDeadlines.id,
  slot: ticketDeadlines.slot,
  warnAt: ticketDeadlines.warnAt,
  dueAt: ticketDeadlines.dueAt,
  warnedAt: ticketDeadlines.warnedAt,
  overdueAt: ticketDeadlines.overdueAt,
}
const isRunning = eq(ticketDeadlines.slot, 1)
/** The columns of each index; see `schema.ts`. */
const alarmColumns = {
  RED: { at: ticketDeadlines.dueAt, hasNot: and(isRunning, isNull(ticketDeadlines.overdueAt)) },
  YELLOW: { at: ticketDeadlines.warnAt, hasNot: and(isRunning, isNull(ticketDeadlines.warnedAt)) },
} as const

/** Most alarms of one sweep; the next one takes the rest. */
const mostFired = 5_000
const firedAtOnce = 4

/** Fires overdue alarms. @returns how many fired */
export async function fireOverdue(parts: SweepParts): Promise<number> {
  // Red first: it includes everything that yellow would announce.
  const red = await fireAll(parts, 'RED', lt(alarmColumns.RED.at, parts.now()))
  return red + (await fireAll(parts, 'YELLOW', lte(alarmColumns.YELLOW.at, parts.now())))
}

async function fireAll(parts: SweepParts, lamp: Alarm['lamp'], isPast: SQL): Promise<number> {
  const { hasNot, at } = alarmColumns[lamp]
  const rows = await parts.db
    .select(clockColumns)
    .from(ticketDeadlines)
    .where(and(hasNot, isPast))
    .orderBy(asc(at))
    .limit(mostFired)
  const alarms = rows.flatMap(alarmsOf).filter((alarm) => alarm.lamp === lamp)
  let fired = 0
  const next = async (): Promise<void> => {
    for (let alarm = alarms.shift(); alarm !== undefined; alarm = alarms.shift()) {
      if (await fireOne(parts, alarm)) fired += 1
    }
  }
  await Promise.all(Array.from({ length: firedAtOnce }, next))
  return fired
}

async function fireOne(parts: SweepParts, alarm: Alarm): Promise<boolean> {
  try {
    return (await fire(parts, alarm)) === 'fired'
  } catch (error) {
    if (whatIsAway(error) !== null) throw error
    // One ticket that cannot be written must not keep the others from firing.
    parts.log.error({ err: error, ...alarm }, 'deadline alarm failed: retried by the next sweep')
    return false
  }
}

/** Only the near future is kept in Redis: a running worker sweeps as well, and 50,000 clocks are many jobs. */
const horizonMs = 2 * 3_600_000
/** After this all alarms are set again, whatever happened to them. */
const trustedForMs = 60 * 60_000
/** Until when alarms are set, and when all of them were. Lost with the alarms when Redis is emptied. */
const horizonKey = 'hotline:jobs-horizon'
const setBatch = 1_000

/** Sets the alarms within the horizon. @returns how many alarms were handed to Redis */
export async function setComing(parts: SweepParts): Promise<number> {
  const now = parts.now()
  const until = now + horizonMs
  const [known = 0, setAllAt = 0] = ((await parts.redis.get(horizonKey)) ?? '').split(' ').map(Number)
  // After a step back of the clock the horizon is too far ahead.
  const isTrusted = known <= until && setAllAt <= now && now < setAllAt + trustedForMs
  const from = isTrusted ? known : now
  let count = 0
  for (const lamp of ['RED', 'YELLOW'] as const) count += await setBetween(parts, lamp, from, until)
  await parts.redis.set(horizonKey, `${until} ${isTrusted ? setAllAt : now}`)
  return count
}

async function setBetween(parts: SweepParts, lamp: Alarm['lamp'], from: Instant, until: Instant): Promise<number> {
  const { at, hasNot } = alarmColumns[lamp]
  let count = 0
  let after: SQL | undefined = gte(at, from)
  for (;;) {
    const rows = await parts.db
      .select({ ...clockColumns, at })
      .from(ticketDeadlines)
      .where(and(hasNot, after, lte(at, until)))
      .orderBy(asc(at), asc(ticketDeadlines.id))
      .limit(setBatch)
    const last = rows.at(-1)
    if (last?.at == null) return count
    await setAlarms(
      parts,
      rows.flatMap(alarmsOf).filter((alarm) => alarm.lamp === lamp),
    )
    count += rows.length
    if (rows.length < setBatch) return count
    after = or(gt(at, last.at), and(eq(at, last.at), gt(ticketDeadlines.id, last.id)))
  }
}

/** Sets the alarms of one ticket: those of its last event need not wait for a sweep. */
export async function setAlarmsOf(
  parts: { db: Db; queues: Queues; now(): Instant },
  ticketId: TicketId,
): Promise<void> {
  const rows = await parts.db
    .select(clockColumns)
    .from(ticketDeadlines)
    .where(and(eq(ticketDeadlines.ticketId, ticketId), isRunning))
  const until = parts.now() + horizonMs
  await setAlarms(
    parts,
    rows.flatMap(alarmsOf).filter(({ at }) => at <= until),
  )
}

/** The same alarm twice makes one job. */
export async function setAlarms({ queues, now }: { queues: Queues; now(): Instant }, alarms: Alarm[]): Promise<void> {
  if (alarms.length === 0) return
  await queues.of('sla').addBulk(
    alarms.map((alarm) => ({
      name: alarm.lamp,
      data: alarm,
      opts: { jobId: jobIdOf(alarm), delay: Math.max(0, alarm.at - now()) },
    })),
  )
}

const youngMs = 10 * 60_000

/**
 * How loud a year without working days is. The State Council announces a year's holidays in the November before it, so
 * until then nobody can load them.
 */
export function urgencyOf(year: number, now: Instant): 'info' | 'warn' | 'error' {
  const today = dayOf(now)
  if (today >= `${year}-01-01`) return 'error'
  return today >= `${year - 1}-12-01` ? 'warn' : 'info'
}

/**
 * One sweep: overdue alarms fire, clocks that wait for a year are computed when it is loaded, upcoming alarms are set.
 * @returns a function that sweeps, and says whether there is more to do at once
 */
export function openSweep(parts: SweepParts & { figures: Figures }): () => Promise<boolean> {
  const { db, figures, log } = parts
  const told = new Set<number>()
  let knownYears = ''

  /** All people who can load it are notified once. */
  async function tellMissingYears(): Promise<void> {
    for (const year of await awaitedYears(db)) {
      if (told.has(year)) continue
      log[urgencyOf(year, parts.now())](
        { year },
        'working days of a year not loaded, deadlines in it have no due time: add the year to config/calendar',
      )
      const createdAt = parts.now()
      const announcement = { queue: 'tickets', jobId: `calendar:${year}`, topic: 'calendar.missing', payload: { year } }
      await db
        .insert(outbox)
        .ignore()
        .values({ ...announcement, createdAt })
      parts.bus.publish('outbox.filled', {})
      told.add(year)
    }
  }

  return async () => {
    const began = performance.now()
    const fired = await fireOverdue(parts)
    const years = (await parts.timing()).calendar.years.join()
    // All of them when a year was loaded; else the recent ones, whose writer may not have known the year yet.
    await recount(parts, years === knownYears ? firstUlidAt(parts.now() - youngMs) : '')
    knownYears = years
    await tellMissingYears()
    const set = await setComing(parts)
    const ms = Math.round(performance.now() - began)
    figures.set('sweep_ms', ms)
    log[fired > 0 ? 'info' : 'debug']({ fired, set, ms }, 'clocks swept')
    return fired >= mostFired
  }
}
