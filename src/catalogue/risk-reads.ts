import { sql } from 'drizzle-orm'
import { openDisputeStates } from '../arbitration/dispute.ts'
import { disputeParties, disputes } from '../arbitration/schema.ts'
import type { Db } from '../platform/database/database.ts'
import type { CategoryCode, Instant, UnitCode } from '../platform/types.ts'
import { ticketRequests, tickets } from '../tickets/records/schema.ts'
import { mostReturnsSeen, type RiskFacts, riskDays } from './risk.ts'

type Counted = Pick<RiskFacts, 'returns' | 'disputes'>

const freshMs = 60_000
const mostKept = 1_000

/**
 * Counts for the return risk of a unit and a matter: one statement, whose rows do not grow with the tickets that there
 * are, and whose answer is kept for a minute.
 */
export function openRiskReads(
  db: Db,
  now: () => Instant,
): (unit: UnitCode, category: CategoryCode) => Promise<Counted> {
  const kept = new Map<string, { at: Instant; counted: Promise<Counted> }>()
  return (unit, category) => {
    const key = `${unit} ${category}`
    const found = kept.get(key)
    const at = now()
    if (found && at >= found.at && at - found.at < freshMs) return found.counted
    const counted = readRisk(db, unit, category, at)
    kept.delete(key)
    kept.set(key, { at, counted })
    // What failed is asked again.
    counted.catch(() => kept.delete(key))
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return counted
  }
}

async function readRisk(db: Db, unit: UnitCode, category: CategoryCode, now: Instant): Promise<Counted> {
  const since = new Date(now - riskDays * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')
  const open = sql.join(
    openDisputeStates.map((state) => sql`${state}`),
    sql`, `,
  )
  // The last returns by the index of what a unit asked for; each then finds its ticket by the key.
  const [rows] = await db.execute(sql`
    SELECT
      (SELECT COUNT(*) FROM (
        SELECT asked.ticket_id FROM ${ticketRequests} AS asked
        WHERE asked.unit_code = ${unit} AND asked.kind = 'RETURN' AND asked.asked_at >= ${since}
        ORDER BY asked.asked_at DESC LIMIT ${mostReturnsSeen}
      ) AS last_ones JOIN ${tickets} AS given ON given.id = last_ones.ticket_id
      WHERE given.category_code = ${category}) AS returns_seen,
      (SELECT COUNT(*) FROM ${disputes} AS dispute
        JOIN ${disputeParties} AS party ON party.dispute_id = dispute.id AND party.unit_code = ${unit}
      WHERE dispute.category_code = ${category} AND dispute.state IN (${open})) AS disputes_open`)
  const [row] = rows as unknown as { returns_seen: number; disputes_open: number }[]
  return { returns: Number(row?.returns_seen ?? 0), disputes: Number(row?.disputes_open ?? 0) }
}
