import { and, asc, eq, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { TicketId, UnitCode } from '../../platform/types.ts'
import { units } from '../../units/schema.ts'
import { unitsBelow } from '../../units/store.ts'
import type { Run } from '../clocks/deadlines.ts'
import type { RoundRow } from '../rounds/rows.ts'
import { readRounds } from '../rounds/store.ts'
import type { Kept } from './change.ts'
import type { RequestRow, Row, TaskRow } from './rows.ts'
import { ticketDeadlines, ticketEvents, ticketRequests, ticketTasks } from './schema.ts'

/** Reads what hangs on a ticket, for what happens to it next. */

const besideNow = prepared((db) =>
  db
    .select({
      category: { name: categories.name, statutoryDays: categories.statutoryDays },
      hash: ticketEvents.hash,
      isReplySigned: units.isReplySigned,
    })
    .from(categories)
    .leftJoin(units, eq(units.code, sql.placeholder('leadUnit')))
    .leftJoin(
      ticketEvents,
      and(eq(ticketEvents.ticketId, sql.placeholder('id')), eq(ticketEvents.seq, sql.placeholder('version'))),
    )
    .where(eq(categories.code, sql.placeholder('categoryCode')))
    .prepare(),
)

/** What an event needs to know. Asked when the row is held: from then on it stays so. */
export async function readBeside(
  tx: Tx,
  row: Row,
): Promise<{ kept: Kept; category: { name: string; statutoryDays: number | null } }> {
  const { id, version, categoryCode, leadUnit } = row
  const [[beside], hanging] = await Promise.all([
    besideNow(tx).execute({ id, version, categoryCode, leadUnit: leadUnit ?? '' }),
    readHanging(tx, row, true),
  ])
  if (!beside?.hash) throw new Error(`the history of ${id} has no row ${version}`)
  const { hash, category, isReplySigned } = beside
  return { kept: { row, ...hanging, hash, isReplySigned: isReplySigned === true }, category }
}

/** With their units' names: asked for alone, each question costs a whole round trip. */
const allTasks = prepared((db) =>
  db
    .select({ task: ticketTasks, unitName: units.shortName })
    .from(ticketTasks)
    .leftJoin(units, eq(units.code, ticketTasks.unitCode))
    .where(eq(ticketTasks.ticketId, sql.placeholder('ticketId')))
    .orderBy(asc(ticketTasks.id))
    .prepare(),
)
const allRequests = prepared((db) =>
  db
    .select()
    .from(ticketRequests)
    .where(eq(ticketRequests.ticketId, sql.placeholder('ticketId')))
    .orderBy(asc(ticketRequests.askedSeq))
    .prepare(),
)

/** What hangs on a ticket: most have no round but the first, and accuse no unit. */
export interface Hangs {
  tasks: TaskRow[]
  /** Short names of the units of its tasks. */
  unitNames: ReadonlyMap<UnitCode, string>
  requests: RequestRow[]
  runs: Run[]
  rounds: RoundRow[]
  belowAccused: UnitCode[]
}

/**
 * Every task, every request and every run of a clock, also those that have ended: a handful of each. Each in a question of
 * its own, where there can be any: as arrays in one question they took MariaDB 10.11.19 several times as long, and it
 * died of them under load.
 */
export async function readHanging(
  db: Db | Tx,
  row: Pick<Row, 'id' | 'dispatchCount' | 'round' | 'type' | 'accusedUnit'>,
  hasClocks: boolean,
): Promise<Hangs> {
  const { id: ticketId, accusedUnit } = row
  const isDispatched = row.dispatchCount > 0
  const [found, requests, runs, rounds, belowAccused] = await Promise.all([
    isDispatched ? allTasks(db).execute({ ticketId }) : [],
    isDispatched ? allRequests(db).execute({ ticketId }) : [],
    hasClocks ? runsNow(db).execute({ ticketId }) : [],
    row.round > 1 ? readRounds(db, ticketId) : [],
    row.type === 'REPORT' && accusedUnit !== null ? unitsBelow(db, accusedUnit) : [],
  ])
  const tasks = found.map(({ task }) => task)
  const unitNames = new Map(
    found.flatMap(({ task, unitName }) => (unitName === null ? [] : [[task.unitCode, unitName]])),
  )
  return { tasks, unitNames, requests, runs, rounds, belowAccused }
}

const runsNow = prepared((db) =>
  db
    .select()
    .from(ticketDeadlines)
    .where(eq(ticketDeadlines.ticketId, sql.placeholder('ticketId')))
    .prepare(),
)
export async function readRuns(tx: Tx, ticketId: TicketId): Promise<Run[]> {
  return runsNow(tx).execute({ ticketId })
}

const tasksNow = prepared((db) =>
  db
    .select()
    .from(ticketTasks)
    .where(and(eq(ticketTasks.ticketId, sql.placeholder('ticketId')), eq(ticketTasks.slot, 1)))
    .orderBy(asc(ticketTasks.id))
    .prepare(),
)
/** Those that hold: who takes part. */
export async function readTasks(db: Db | Tx, ticketId: TicketId): Promise<TaskRow[]> {
  return tasksNow(db).execute({ ticketId })
}
