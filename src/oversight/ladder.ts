import { and, asc, count, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { openStates } from '../tickets/life/ticket.ts'
import { tickets } from '../tickets/records/schema.ts'
import { units } from '../units/schema.ts'
import type { Ladder } from './api.ts'
import { oversightAlerts } from './triggers/schema.ts'

/** What each unit has open and overdue, the most overdue first; a unit with nothing overdue is not listed. */
export async function readLadder(db: Db, now: Instant): Promise<Ladder['units']> {
  const alerts = await countAlerts(db)
  const isLate = and(lt(tickets.handleDueAt, now), inArray(tickets.state, ['DISPATCHED', 'SIGNED']))
  const overdue = sql<string>`SUM(${lt(tickets.nextDueAt, now)})`
  const handling = sql<string>`SUM(${isLate})`
  const rows = await db
    .select({
      ...{ code: tickets.leadUnit, name: units.shortName, open: count(), overdue, handling },
      urgent: sql<string>`SUM(${and(isLate, inArray(tickets.urgency, ['P1', 'P2']))})`,
      oldestDueAt: sql<Instant | null>`MIN(CASE WHEN ${isLate} THEN ${tickets.handleDueAt} END)`.mapWith(
        tickets.handleDueAt,
      ),
    })
    .from(tickets)
    .innerJoin(units, eq(units.code, tickets.leadUnit))
    .where(inArray(tickets.state, [...openStates]))
    .groupBy(tickets.leadUnit, units.shortName)
    .having(sql`${overdue} > 0`)
    .orderBy(desc(handling), desc(overdue), asc(tickets.leadUnit))
  return rows.map(({ code, name, open, overdue: late, handling: handled, urgent, oldestDueAt }) => ({
    unit: { code: code ?? '', name },
    ...{ open, overdue: Number(late), handlingOverdue: Number(handled), urgentOverdue: Number(urgent) },
    alerts: { ...noAlerts, ...alerts.get(code) },
    oldestDueAt,
  }))
}

const noAlerts = { L0: 0, L1: 0, L2: 0, L3: 0 }

async function countAlerts(db: Db): Promise<Map<UnitCode | null, Partial<typeof noAlerts>>> {
  const { unitCode: unit, level, slot } = oversightAlerts
  const rows = await db
    .select({ unit, level, count: count() })
    .from(oversightAlerts)
    .where(eq(slot, 1))
    .groupBy(unit, level)
  const byUnit = Map.groupBy(rows, (row) => row.unit)
  return new Map(
    [...byUnit].map(([code, ofUnit]) => [code, Object.fromEntries(ofUnit.map((row) => [row.level, row.count]))]),
  )
}
