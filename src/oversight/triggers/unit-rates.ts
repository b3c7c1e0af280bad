import { and, between, count, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { dayMs, dayNumberOf, startOfDayNumber, weekdayOfNumber } from '../../calendar/days.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { ticketDeadlines } from '../../tickets/records/schema.ts'
import type { Found, TriggerRules } from './trigger.ts'

/** How units kept their limits of signing and handling in a week. */

const weekMs = 7 * dayMs

/** Monday to Sunday, the last week that is over. */
export function lastWeek(now: Instant): { from: Instant; to: Instant } {
  const day = dayNumberOf(now)
  const monday = startOfDayNumber(day - ((weekdayOfNumber(day) + 6) % 7))
  return { from: monday - weekMs, to: monday - 1 }
}

export interface UnitRate {
  unit: UnitCode
  clock: 'SIGN' | 'HANDLE'
  due: number
  kept: number
}

/** Clocks that were due within these instants and were not cancelled: how many of them were met in time. */
export async function readRates(db: Db, { from, to }: { from: Instant; to: Instant }): Promise<UnitRate[]> {
  const { clock, unitCode, slot, overdueAt, dueAt, metAt } = ticketDeadlines
  const isAsked = and(between(dueAt, from, to), inArray(clock, ['SIGN', 'HANDLE']))
  const columns = { unit: unitCode, clock, clocks: count() }
  // One condition per stretch of the index (slot, overdue_at, due_at): the table has every clock there ever was.
  const rows = await Promise.all([
    // Met in time.
    db
      .select({ ...columns, kept: sql<number>`1` })
      .from(ticketDeadlines)
      .where(and(isNull(slot), isNull(overdueAt), isAsked, isNotNull(metAt)))
      .groupBy(unitCode, clock),
    // Met too late: the alarm was given in between.
    db
      .select({ ...columns, kept: sql<number>`0` })
      .from(ticketDeadlines)
      .where(and(isNull(slot), between(overdueAt, from, to + weekMs), isAsked, isNotNull(metAt)))
      .groupBy(unitCode, clock),
    // Not met yet.
    db
      .select({ ...columns, kept: sql<number>`0` })
      .from(ticketDeadlines)
      .where(and(eq(slot, 1), between(overdueAt, from, to + weekMs), isAsked))
      .groupBy(unitCode, clock),
  ])
  const rates = new Map<string, UnitRate>()
  for (const { unit, clock: kind, clocks, kept } of rows.flat()) {
    if (unit === '' || (kind !== 'SIGN' && kind !== 'HANDLE')) continue
    const key = `${unit} ${kind}`
    const before = rates.get(key) ?? { unit, clock: kind, due: 0, kept: 0 }
    rates.set(key, { ...before, due: before.due + clocks, kept: before.kept + (Number(kept) === 1 ? clocks : 0) })
  }
  return [...rates.values()]
}

/** In percent, to one digit; a unit that had nothing due kept all of it. */
export const rateOf = ({ due, kept }: Pick<UnitRate, 'due' | 'kept'>): number =>
  due === 0 ? 100 : Math.round((1_000 * kept) / due) / 10

/** Units whose rate of last week is too low. Pure. */
export function tooLow(
  rates: readonly UnitRate[],
  { signRate, onTimeRate, leastTickets }: TriggerRules['triggers']['T14'],
): UnitRate[] {
  return rates.filter((one) => one.due >= leastTickets && rateOf(one) < (one.clock === 'SIGN' ? signRate : onTimeRate))
}

export async function unitsBelow(db: Db, rule: TriggerRules['triggers']['T14'], now: Instant): Promise<Found[]> {
  const week = lastWeek(now)
  const low = tooLow(await readRates(db, week), rule)
  return low.map(({ unit }) => ({ trigger: 'T14', level: rule.level, since: week.to + 1, subject: unit, unit }))
}
