import { and, between, count, eq, gte, inArray, lt, or, type SQL } from 'drizzle-orm'
import { dayMs } from '../calendar/days.ts'
import type { Db } from '../platform/database/database.ts'
import type { CategoryCode, CountyCode, Instant, UnitCode } from '../platform/types.ts'
import { ticketRequests, tickets } from '../tickets/records/schema.ts'
import type { Dispute } from './dispute.ts'

/** Returns of tickets of a kind by the units that were heard, before a ruling and after it. */

export interface Effect {
  before: { days: number; returns: number }
  after: { days: number; returns: number }
}

export const windowDays = 90

export async function effectOf(
  db: Db,
  { categoryCode, countyCode, parties, inForceAt }: Dispute,
  now: Instant,
): Promise<Effect | null> {
  if (inForceAt === null) return null
  const units = parties.map(({ unit }) => unit)
  const until = Math.min(now, inForceAt + windowDays * dayMs)
  const kind = { categoryCode, countyCode, units }
  const [before, after] = await Promise.all([
    returnsOf(db, kind, inForceAt - windowDays * dayMs, inForceAt),
    returnsOf(db, kind, inForceAt, until),
  ])
  const days = Math.max(0, Math.floor((until - inForceAt) / dayMs))
  return { before: { days: windowDays, returns: before }, after: { days, returns: after } }
}

/** By the index of what each unit asked for, in that time. */
async function returnsOf(
  db: Db,
  { categoryCode, countyCode, units }: { categoryCode: CategoryCode; countyCode: CountyCode | null; units: UnitCode[] },
  from: Instant,
  to: Instant,
): Promise<number> {
  if (units.length === 0) return 0
  const [row] = await db
    .select({ returns: count() })
    .from(ticketRequests)
    .innerJoin(tickets, eq(tickets.id, ticketRequests.ticketId))
    .where(
      and(
        ...[inArray(ticketRequests.unitCode, units), eq(ticketRequests.kind, 'RETURN')],
        ...[gte(ticketRequests.askedAt, from), lt(ticketRequests.askedAt, to)],
        isPartOf(categoryCode),
        countyCode === null ? undefined : eq(tickets.countyCode, countyCode),
      ),
    )
  return row?.returns ?? 0
}

/** `030400` is 030400 to 030499. */
function isPartOf(code: CategoryCode): SQL | undefined {
  const bare = code.replace(/(00)+$/, '')
  const stem = bare.length % 2 === 0 ? bare : `${bare}0`
  const last = stem.padEnd(6, '9') as CategoryCode
  return or(eq(tickets.categoryCode, code), between(tickets.categoryCode, code, last))
}
