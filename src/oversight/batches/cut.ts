import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import { dayNumberOf, yearOfNumber } from '../../calendar/days.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { kindsBelow } from '../../units/unit.ts'
import {
  batchNumberOf,
  type CutOccasion,
  cityRecipient,
  documentNumberOf,
  officeNameOf,
  type Recipient,
} from './batch.ts'
import { oversightBatchCounters, oversightBatches, oversightCuts, oversightItems } from './schema.ts'

/** Cuts: asked for in any process, done once by the jobs role. */

export interface CutRequest {
  key: string
  occasion: CutOccasion
  /** Null: the machine. */
  byId: number | null
}

/** @returns the cut of this key, which may be older */
export async function askCut(tx: Db | Tx, { key, occasion, byId }: CutRequest, now: Instant): Promise<string> {
  await tx
    .insert(oversightCuts)
    .ignore()
    .values({ id: newId(now), key, occasion, askedBy: byId, askedAt: now })
  const [row] = await tx.select({ id: oversightCuts.id }).from(oversightCuts).where(eq(oversightCuts.key, key))
  if (!row) throw new Error(`cut ${key} vanished`)
  return row.id
}

/** Of the batches in their order: the next number is given to a cut that was asked for before. */
export async function waitingCuts(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: oversightCuts.id })
    .from(oversightCuts)
    .where(isNull(oversightCuts.cutoffAt))
    .orderBy(asc(oversightCuts.id))
  return rows.map(({ id }) => id)
}

/**
 * Takes everything that is overdue and open at this moment. The items are found by one statement, which sees the tickets of one
 * moment: none is missed or taken twice by what happens meanwhile. Numbers, items and batches stand or fall together.
 * @param city `长治`
 * @returns numbers of the batches; null when another process has done it
 */
export function cut(db: Db, cutId: string, city: string, now: Instant): Promise<string[] | null> {
  return db.transaction(async (tx) => {
    const year = yearOfNumber(dayNumberOf(now))
    // The counter first: of two cuts the second one waits here, so that numbers follow the moments.
    await tx
      .insert(oversightBatchCounters)
      .values({ year, last: 0 })
      .onDuplicateKeyUpdate({ set: { year: sql`${oversightBatchCounters.year}` } })
    const [counter] = await tx
      .select({ last: oversightBatchCounters.last })
      .from(oversightBatchCounters)
      .where(eq(oversightBatchCounters.year, year))
      .for('update')
    const [asked] = await tx.select().from(oversightCuts).where(eq(oversightCuts.id, cutId)).for('update')
    if (!asked || asked.cutoffAt !== null) return null
    await tx.execute(itemsOf(cutId, now))
    const found = await tx
      .select({ recipient: oversightItems.recipient, county: sql<string | null>`MAX(counties.name)`, items: count() })
      .from(oversightItems)
      .leftJoin(sql`counties`, sql`counties.code = ${oversightItems.recipient}`)
      .where(eq(oversightItems.cutId, cutId))
      .groupBy(oversightItems.recipient)
    const offices = toOffices(found, asked.occasion, city)
    const cityOffice = officeNameOf(`${city}市`)
    let last = counter?.last ?? 0
    const rows = offices.map(({ recipient, office, items }): typeof oversightBatches.$inferInsert => {
      last += 1
      return {
        ...{ number: batchNumberOf(year, last), documentNumber: documentNumberOf(city, year, last), cutId },
        ...{ recipient, office, items, copyTo: recipient === cityRecipient ? null : cityOffice },
        ...{ cutoffAt: now, state: 'CUT', receipt: 'PENDING' },
      }
    })
    if (rows.length > 0) await tx.insert(oversightBatches).values(rows)
    await tx.update(oversightBatchCounters).set({ last }).where(eq(oversightBatchCounters.year, year))
    await tx.update(oversightCuts).set({ cutoffAt: now, lastError: null }).where(eq(oversightCuts.id, cutId))
    return rows.map(({ number }) => number)
  })
}

interface Found {
  recipient: Recipient
  county: string | null
  items: number
}

/** The city's office first. Each week it gets a batch, be it an empty one (零报告): silence would not say that nothing is late. */
function toOffices(found: readonly Found[], occasion: CutOccasion, city: string) {
  const ofCity = found.find(({ recipient }) => recipient === cityRecipient)
  const counties = found
    .filter(({ recipient }) => recipient !== cityRecipient)
    .toSorted((one, other) => (one.recipient < other.recipient ? -1 : 1))
  const first = { recipient: cityRecipient as Recipient, office: officeNameOf(`${city}市`), items: ofCity?.items ?? 0 }
  return [
    ...(ofCity || occasion === 'WEEKLY' || counties.length === 0 ? [first] : []),
    ...counties.map(({ recipient, county, items }) => ({
      ...{ recipient, items, office: officeNameOf(county ?? recipient) },
    })),
  ]
}

const belowCity = ['WORKSTATION', ...kindsBelow] as const

/**
 * Overdue is what the unit in charge still has to answer and whose limit of handling has passed. `next_due_at` is the nearest
 * clock of a ticket, never later than that of handling: its index leads there, closed tickets are not in it.
 */
function itemsOf(cutId: string, now: Instant) {
  const at = oversightItems.dueAt.mapToDriverValue(now)
  const kinds = sql.join(
    belowCity.map((kind) => sql`${kind}`),
    sql`, `,
  )
  return sql`
    INSERT INTO oversight_items (
      cut_id, recipient, line, ticket_id, ticket_number, registered_at, type, urgency, category, county, township,
      unit_code, unit, co_units, due_at, extensions, returns_asked, redo, urges, callers, risk, papers, last_kind, last_at)
    SELECT ${cutId}, late.recipient,
      ROW_NUMBER() OVER (PARTITION BY late.recipient ORDER BY late.due_at, late.id),
      late.id, late.number, late.registered_at, late.type, late.urgency, late.category, late.county, late.township,
      late.unit_code, late.unit,
      LEFT(COALESCE((SELECT GROUP_CONCAT(co.short_name ORDER BY co.sort_order, co.code SEPARATOR '、')
        FROM ticket_tasks task JOIN units co ON co.code = task.unit_code
        WHERE task.ticket_id = late.id AND task.role = 'CO' AND task.slot = 1), ''), 512),
      late.due_at,
      (SELECT COUNT(*) FROM ticket_requests r
        WHERE r.ticket_id = late.id AND r.kind = 'EXTENSION' AND r.decision = 'GRANTED'),
      (SELECT COUNT(*) FROM ticket_requests r WHERE r.ticket_id = late.id AND r.kind = 'RETURN'),
      late.redo_count,
      (SELECT COUNT(*) FROM oversight_case_tickets named JOIN oversight_cases paper ON paper.id = named.case_id
        WHERE named.ticket_number = late.number AND paper.kind = 'URGE'),
      1 + (SELECT COUNT(*) FROM tickets f WHERE f.merged_into = late.id),
      CONCAT_WS('、', IF(late.problem IS NULL, NULL, '问题工单'),
        IF(EXISTS (SELECT 1 FROM ticket_clusters c WHERE c.lead_id = late.id), '群体事件', NULL)),
      LEFT(COALESCE((SELECT GROUP_CONCAT(paper.number ORDER BY paper.id SEPARATOR '、')
        FROM oversight_case_tickets named JOIN oversight_cases paper ON paper.id = named.case_id
        WHERE named.ticket_number = late.number AND paper.number IS NOT NULL), ''), 255),
      e.kind, e.at
    FROM (
      SELECT t.id, t.number, t.registered_at, t.type, t.urgency, category.name AS category, county.name AS county,
        t.township, COALESCE(t.lead_unit, '') AS unit_code, COALESCE(u.name, '') AS unit, t.handle_due_at AS due_at,
        t.redo_count, t.problem, t.version,
        CASE WHEN u.kind IN (${kinds}) AND u.county_code IS NOT NULL THEN u.county_code ELSE ${cityRecipient} END AS recipient
      FROM tickets t
      JOIN categories category ON category.code = t.category_code
      LEFT JOIN counties county ON county.code = t.county_code
      LEFT JOIN units u ON u.code = t.lead_unit
      WHERE t.next_due_at <= ${at} AND t.handle_due_at <= ${at} AND t.state IN ('DISPATCHED', 'SIGNED')
    ) late
    LEFT JOIN ticket_events e ON e.ticket_id = late.id AND e.seq = late.version`
}

/** Batches whose files are not written yet, in their order. */
export async function unwrittenBatches(db: Db): Promise<string[]> {
  const rows = await db
    .select({ number: oversightBatches.number })
    .from(oversightBatches)
    .where(and(eq(oversightBatches.state, 'CUT')))
    .orderBy(asc(oversightBatches.number))
  return rows.map(({ number }) => number)
}
