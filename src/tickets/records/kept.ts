import { and, asc, eq, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { categories } from '../../catalogue/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { jsonRows } from '../../platform/database/json-rows.ts'
import { prepared } from '../../platform/database/prepared.ts'
import type { TicketId } from '../../platform/types.ts'
import type { Run } from '../clocks/deadlines.ts'
import type { Kept } from './change.ts'
import type { RequestRow, Row, TaskRow } from './rows.ts'
import { ticketDeadlines, ticketEvents, ticketRequests, type tickets, ticketTasks } from './schema.ts'

/** Reads what hangs on a ticket, for what happens to it next. */

type Id = Placeholder | (typeof tickets)['id']

/** Every run of its clocks, every task and every request, also those that have ended: a handful of each. */
export const runsOf = (id: Id): SQL<Run[]> => jsonRows(ticketDeadlines, sql`WHERE ${ticketDeadlines.ticketId} = ${id}`)
export const tasksOf = (id: Id): SQL<TaskRow[]> => jsonRows(ticketTasks, sql`WHERE ${ticketTasks.ticketId} = ${id}`)
export const requestsOf = (id: Id): SQL<RequestRow[]> =>
  jsonRows(ticketRequests, sql`WHERE ${ticketRequests.ticketId} = ${id}`)

const besideNow = prepared((db) => {
  const id = sql.placeholder('id')
  return db
    .select({
      category: { name: categories.name, statutoryDays: categories.statutoryDays },
      hash: ticketEvents.hash,
      ...{ tasks: tasksOf(id), requests: requestsOf(id), runs: runsOf(id) },
    })
    .from(categories)
    .leftJoin(ticketEvents, and(eq(ticketEvents.ticketId, id), eq(ticketEvents.seq, sql.placeholder('version'))))
    .where(eq(categories.code, sql.placeholder('categoryCode')))
    .prepare()
})

/** What an event needs to know, in one question. Asked when the row is held: from then on it stays so. */
export async function readBeside(
  tx: Tx,
  row: Row,
): Promise<{ kept: Kept; category: { name: string; statutoryDays: number | null } }> {
  const { id, version, categoryCode } = row
  const [beside] = await besideNow(tx).execute({ id, version, categoryCode })
  if (!beside?.hash) throw new Error(`the history of ${id} has no row ${version}`)
  const { category, hash, tasks, requests, runs } = beside
  requests.sort((one, other) => one.askedSeq - other.askedSeq)
  return { kept: { row, tasks, requests, runs, hash }, category }
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
