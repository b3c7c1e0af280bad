import { and, count, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { openBus } from '../../../bus.ts'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import { type Db, openDatabase } from '../../../platform/database/database.ts'
import type { FigureName } from '../../../platform/jobs/figures.ts'
import { openQueues } from '../../../platform/jobs/queues.ts'
import { createLogger } from '../../../platform/process/log.ts'
import { closeRedis, openRedis } from '../../../platform/redis/redis.ts'
import { requireLimitBook } from '../../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../../tickets/clocks/timing.ts'
import { openSweep } from '../../../tickets/clockwork/sweep.ts'
import { ticketDeadlines, tickets } from '../../../tickets/records/schema.ts'
import type { Hotline } from '../../setup/hotline.ts'
import { whileJobsSleep } from '../load/asleep.ts'
import { elsewhere } from '../load/redis.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Measurement } from '../measurement.ts'

const running = 50_000
/** Overdue since the last sweep: a minute of a bad day. */
const past = 200
/** Marks the rows of the bench. */
const mark = 'bench'

export const sweep: Measurement = {
  name: 'sweep',
  goals: ['P14'],
  title: 'all lamps are right a moment after they have to change, whatever Redis has lost',
  how: `${running.toLocaleString('en-US')} clocks that run, due within five days, ${past} of them past; the sweep of the jobs role with an empty Redis, then once more`,
  async run(bench) {
    const hotline = await bench.hotline()
    await seededTickets(bench)
    return whileJobsSleep(hotline, async () => {
      const swept = await sweepTwice(hotline)
      const [first, second] = swept
      bench.say(`first ${first.ms.toFixed(0)} ms, then ${second.ms.toFixed(0)} ms`)
      const changed = second.fired + second.set
      const note = `${first.fired} fired, ${first.set} were set for the next two hours`
      const common = {
        goal: 'P14' as const,
        samples: 1,
        voids: first.fired < past ? [`only ${first.fired} fired`] : [],
      }
      return [
        { ...common, what: 'sweep of 50,000 clocks', value: first.ms / 1_000, unit: 's', target: { atMost: 5 }, note },
        {
          ...common,
          what: 'alarms that a second sweep changed',
          value: changed,
          unit: 'alarms',
          target: { atMost: 0 },
        },
      ]
    })
  },
}

interface Swept {
  ms: number
  fired: number
  /** Additional jobs in Redis. */
  set: number
}

async function sweepTwice({ settings }: Hotline): Promise<[Swept, Swept]> {
  const log = createLogger('bench', 'error')
  const redis = await openRedis({ redisUrl: elsewhere(settings.redisUrl) }, 'commands', log)
  const bus = await openBus(settings, log)
  const { db, close } = openDatabase(settings, { limitMs: 60_000 })
  const queues = openQueues(redis, log)
  const counted = new Map<FigureName, number>()
  const figures = {
    add: (name: FigureName, by = 1) => void counted.set(name, (counted.get(name) ?? 0) + by),
    set: () => {},
  }
  try {
    await redis.flushdb()
    await wind(db)
    const { configDir } = settings
    const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimitBook(configDir) }
    // Both use the same instant: clocks that come within two hours while the first one works would be new to the
    // second.
    const at = Date.now()
    const parts = { db, bus, redis, queues, figures, timing: openTiming(db, rules), now: () => at, log }
    const round = openSweep(parts)
    const once = async (): Promise<Swept> => {
      const [jobs, before] = [await jobsIn(redis), firedOf(counted)]
      const beganAt = performance.now()
      await round()
      const ms = performance.now() - beganAt
      return { ms, fired: firedOf(counted) - before, set: (await jobsIn(redis)) - jobs }
    }
    return [await once(), await once()]
  } finally {
    await unwind(db)
    await redis.flushdb()
    await queues.close()
    bus.close()
    closeRedis(redis)
    await close()
  }
}

const firedOf = (counted: ReadonlyMap<FigureName, number>) =>
  (counted.get('alarms_red') ?? 0) + (counted.get('alarms_yellow') ?? 0)

async function jobsIn(redis: Redis): Promise<number> {
  return redis.zcard('hotline:jobs:sla:delayed')
}

/**
 * Clocks of closed tickets run again: as many as a city has, whatever the size of the seed. Each is yellow for its last
 * 12 hours.
 */
async function wind(db: Db): Promise<void> {
  const due = sql`UTC_TIMESTAMP(3) + INTERVAL 10 MINUTE + INTERVAL FLOOR(RAND() * ${119 * 3_600}) SECOND`
  const [row] = await db.select({ count: count() }).from(tickets).where(isNotNull(tickets.closedAt))
  const kinds = ['HANDLE', 'SIGN', 'REVIEW', 'DISPATCH'].slice(0, Math.ceil(running / (row?.count ?? 1)))
  for (const [nth, kind] of kinds.entries()) {
    const ofKind = Math.floor(running / kinds.length)
    await db.execute(sql`
      INSERT INTO ticket_deadlines (id, ticket_id, clock, slot, started_at, due_at, limits_version)
      SELECT CONCAT(LEFT(CONVERT(id USING utf8mb4), 10), ${String(nth)}, UPPER(LEFT(MD5(CONCAT(CONVERT(id USING utf8mb4), ${kind})), 15))),
        id, ${kind}, 1, registered_at, ${due}, ${mark}
      FROM tickets WHERE closed_at IS NOT NULL ORDER BY id DESC LIMIT ${ofKind}`)
  }
  await db.execute(sql`
    UPDATE ticket_deadlines SET warn_at = due_at - INTERVAL 12 HOUR,
      warned_at = IF(due_at - INTERVAL 12 HOUR < UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), NULL)
    WHERE limits_version = ${mark}`)
  const some = await db
    .select({ id: ticketDeadlines.id })
    .from(ticketDeadlines)
    .where(and(eq(ticketDeadlines.limitsVersion, mark), eq(ticketDeadlines.clock, 'HANDLE')))
    .limit(past)
  const ids = some.map(({ id }) => id)
  await db
    .update(ticketDeadlines)
    .set({ dueAt: Date.now() - 1_000, warnedAt: Date.now() })
    .where(inArray(ticketDeadlines.id, ids))
}

async function unwind(db: Db): Promise<void> {
  await db.delete(ticketDeadlines).where(eq(ticketDeadlines.limitsVersion, mark))
}
