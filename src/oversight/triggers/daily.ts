import { and, count, eq, inArray, isNotNull } from 'drizzle-orm'
import { dayOf, hourMs, numberOfDay, startOfDayNumber } from '../../calendar/days.ts'
import { keepNotice, recipientsOf } from '../../notifications/store.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { Instant } from '../../platform/types.ts'
import { oversightAlerts } from './schema.ts'

/** From this time of day on, when offices open. */
const fromHour = 8

/**
 * Once a day: each unit is told how many of its tickets are overdue, those who supervise how many alerts ask for a paper.
 * Told twice it is told once: the notice is known by its day.
 */
export function dailyDuty({ db, now }: { db: Db; now(): Instant }): Duty {
  let told = ''
  return {
    everyMs: 60_000,
    name: 'daily notices of what is overdue',
    async work() {
      const day = dayOf(now())
      if (told === day || now() < startOfDayNumber(numberOfDay(day)) + fromHour * hourMs) return
      await tellOverdue(db, now())
      told = day
    },
  }
}

/** @returns how many were told */
export async function tellOverdue(db: Db, now: Instant): Promise<number> {
  const { trigger, slot, unitCode, level } = oversightAlerts
  const stands = eq(slot, 1)
  const overdue = await db
    .select({ unit: unitCode, alerts: count() })
    .from(oversightAlerts)
    .where(and(eq(trigger, 'T03'), stands, isNotNull(unitCode)))
    .groupBy(unitCode)
  const [waiting] = await db
    .select({ alerts: count() })
    .from(oversightAlerts)
    .where(and(stands, inArray(level, ['L2', 'L3', 'LETTER', 'TALK'])))
  const day = dayOf(now)
  let told = 0
  for (const { unit, alerts } of overdue) {
    told += await keep('oversight.overdue', `${alerts} 张工单办理超期`, { unitCode: unit, userId: null })
  }
  if (waiting && waiting.alerts > 0) {
    for (const to of await recipientsOf(db, { units: [], roles: ['OVERSEER'] })) {
      told += await keep('oversight.waiting', `${waiting.alerts} 件督办预警`, to)
    }
  }
  return told

  async function keep(
    topic: 'oversight.overdue' | 'oversight.waiting',
    title: string,
    to: Pick<Parameters<typeof keepNotice>[1], 'unitCode' | 'userId'>,
  ): Promise<number> {
    const about = { eventKey: `${topic}:${day}`, channel: 'IN_APP' as const, topic, ticketId: null, facts: { title } }
    const id = await db.transaction((tx) => keepNotice(tx, { ...about, ...to }, now))
    return id === null ? 0 : 1
  }
}
