import { and, eq, inArray, sql } from 'drizzle-orm'
import type { MySqlTable } from 'drizzle-orm/mysql-core'
import type { Tx } from '../../platform/database/database.ts'
import { insertInto } from '../../platform/database/prepared.ts'
import { outbox } from '../../platform/database/schema.ts'
import { writeWords } from '../lists/search-index.ts'
import { ticketRounds } from '../rounds/schema.ts'
import { ticketTellings } from '../telling/schema.ts'
import type { Birth, Change } from './change.ts'
import type { Row } from './rows.ts'
import { ticketCalls, ticketDeadlines, ticketEvents, ticketRequests, tickets, ticketTasks } from './schema.ts'

/**
 * Writes a change of a ticket: the only place that does. The caller holds the lock on the ticket's row in this
 * transaction.
 */

const addTicket = insertInto(tickets)
const addEvent = insertInto(ticketEvents)
const addAnnouncement = insertInto(outbox)
const addTelling = insertInto(ticketTellings)

/** Rows that are new and rows that are changed in one statement; of a changed one only these columns. */
const keeping = <Table extends MySqlTable>(table: Table, ...columns: (keyof Table['$inferInsert'] & string)[]) =>
  insertInto(table, (db, rows) => {
    const set = Object.fromEntries(
      columns.map((name) => {
        const column = table[name as keyof Table]
        return [name, sql`VALUES(${column})`]
      }),
    )
    return db.insert<MySqlTable>(table).values(rows).onDuplicateKeyUpdate({ set }).prepare()
  })

const keepTasks = keeping(
  ticketTasks,
  ...(['role', 'slot', 'leadSlot', 'signedAt', 'answeredAt', 'leftAt', 'partStep', 'answer'] as const),
)
const keepRequests = keeping(
  ticketRequests,
  ...([
    'slot',
    'reviewedBy',
    'reviewedAt',
    'decision',
    'decidedSeq',
    'decidedBy',
    'decidedAt',
    'decisionNote',
  ] as const),
)
const keepRuns = keeping(
  ticketDeadlines,
  ...(['slot', 'metAt', 'cancelledAt', 'allowed', 'pauses', 'dueAt', 'warnAt', 'warnedAt', 'overdueAt'] as const),
  ...(['limitsVersion', 'calendarVersion'] as const),
)
const keepRounds = keeping(ticketRounds, 'publicReply', 'internalReply', 'repliedAt', 'endedAt')

export async function writeBirth(tx: Tx, birth: Birth): Promise<void> {
  await addTicket(tx, birth.row)
  await writeRest(tx, birth)
}

export async function writeChange(tx: Tx, change: Change): Promise<void> {
  const { before, row } = change
  await tx
    .update(tickets)
    .set(row)
    .where(and(eq(tickets.id, before.id), eq(tickets.version, before.version)))
  await writeRest(tx, change)
}

/** Columns that the same event gives to every ticket. */
type Alike = 'state' | 'publicReply' | 'closeKind' | 'closedAt' | 'reopenBy' | 'changedAt'

/**
 * The same event of many tickets, in as many statements as of one: their columns are alike, and nothing hangs on them that
 * changes with it. Nothing is announced. The caller holds the lock on all of them.
 */
export async function writeAlike(tx: Tx, changes: readonly Change[], columns: Pick<Row, Alike>): Promise<void> {
  const ids = changes.map(({ after }) => after.id)
  await tx
    .update(tickets)
    .set({ ...columns, version: sql`${tickets.version} + 1` })
    .where(inArray(tickets.id, ids))
  await addEvent(tx, ...changes.map(({ history }) => history))
  const words = changes.flatMap(({ search }) => search ?? [])
  if (words.length > 0) await writeWords(tx, ...words)
}

async function writeRest(
  tx: Tx,
  { search, history, tasks, requests, runs, rounds, tellings, links, ...change }: Change,
): Promise<void> {
  await addEvent(tx, history)
  if (tasks.length > 0) await keepTasks(tx, ...tasks)
  if (requests.length > 0) await keepRequests(tx, ...requests)
  // What ends first: its slot is free before it is taken.
  if (runs.length > 0) await keepRuns(tx, ...runs)
  if (rounds.length > 0) await keepRounds(tx, ...rounds)
  if (tellings.length > 0) await addTelling(tx, ...tellings)
  if (search !== null) await writeWords(tx, search)
  await addAnnouncement(tx, change.outbox)
  if (links.length === 0) return
  // What came of a call says more than that its caller had asked for the ticket before.
  const kind = sql`IF(${ticketCalls.kind} = 'INQUIRED', VALUES(${ticketCalls.kind}), ${ticketCalls.kind})`
  await tx.insert(ticketCalls).values(links).onDuplicateKeyUpdate({ set: { kind } })
}
