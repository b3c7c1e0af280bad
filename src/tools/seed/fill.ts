import { eq, getTableName, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/mysql2'
import type { Pool, PoolConnection } from 'mysql2/promise'
import { dayNumberOf, dayOfNumber } from '../../calendar/days.ts'
import { callSegments, calls } from '../../calls/records/schema.ts'
import { citizens } from '../../citizens/schema.ts'
import { outbox } from '../../platform/database/schema.ts'
import { nextNumbers } from '../../tickets/records/numbers.ts'
import {
  ticketCalls,
  ticketDeadlines,
  ticketEvents,
  ticketRequests,
  ticketSearch,
  tickets,
  ticketTasks,
} from '../../tickets/records/schema.ts'
import { type BatchRows, firstIdOf, rowsOf } from './batch.ts'
import { insertMany } from './bulk.ts'
import { type Batch, planOf } from './demand.ts'
import type { World } from './world.ts'

/** Limits the rows held in memory, and what a kill rolls back. */
const mostInBatch = 500
/** Source: domain model 10.1, the city's expected tickets per day. */
const ordinaryDay = 2_400
/** A small number of tickets is spread over all ages, too. */
const fewestDays = 45

export interface Filled {
  written: number
  /** Existed from an earlier run. */
  kept: number
}

/**
 * Distributes the tickets over the days before `until`: as many days as ordinary demand needs, or all days whose
 * working days are known.
 */
export function batchesOf({ until, timing }: Pick<World, 'until' | 'timing'>, count: number): Batch[] {
  const to = dayNumberOf(until)
  const known = (dayNumber: number) => timing.calendar.years.includes(Number(dayOfNumber(dayNumber).slice(0, 4)))
  let from = to
  for (let days = Math.max(fewestDays, count / ordinaryDay); days > 1 && known(from - 1); days -= 1) from -= 1
  return planOf(count, { from, to }, (dayNumber) => timing.calendar.dayAt(dayOfNumber(dayNumber)), mostInBatch)
}

/**
 * Writes one batch after the other, each in one transaction. An existing batch is left alone: the same command resumes
 * where it was interrupted.
 * @param told called after each batch
 */
export async function fill(
  pool: Pool,
  world: World,
  batches: readonly Batch[],
  told: (filled: Filled) => void,
  signal?: AbortSignal,
): Promise<Filled> {
  const filled: Filled = { written: 0, kept: 0 }
  const connection = await pool.getConnection()
  try {
    let writing: Promise<void> = Promise.resolve()
    for (const batch of batches) {
      if (signal?.aborted) break
      if (await isThere(pool, world, batch)) {
        filled.kept += batch.count
        continue
      }
      const rows = rowsOf(world, batch)
      // The database writes while the next ones are generated.
      await writing
      writing = write(connection, rows).then(() => {
        filled.written += batch.count
        told(filled)
      })
      // Reported at the next await, not as an unhandled rejection.
      writing.catch(() => {})
    }
    await writing
    if (filled.written > 0) await countAnew(connection)
  } finally {
    connection.release()
  }
  return filled
}

/**
 * The server updates its statistics some time after a bulk insert; until then it plans queries on a full table as if it
 * were small.
 */
async function countAnew(connection: PoolConnection): Promise<void> {
  await connection.query(`ANALYZE TABLE ${filledTables.map((table) => `\`${getTableName(table)}\``).join(', ')}`)
}

async function isThere(pool: Pool, world: World, batch: Batch): Promise<boolean> {
  const [found] = await drizzle({ client: pool })
    .select({ id: tickets.id })
    .from(tickets)
    .where(eq(tickets.id, firstIdOf(world, batch)))
  return found !== undefined
}

const filledTables = [
  citizens,
  calls,
  callSegments,
  tickets,
  ticketSearch,
  ticketCalls,
  ticketTasks,
  ticketRequests,
  ticketEvents,
  ticketDeadlines,
]

const insertInto = {
  // A caller of an earlier batch keeps their data.
  citizens: insertMany(citizens, 'changed_at = VALUES(changed_at)'),
  calls: insertMany(calls),
  callSegments: insertMany(callSegments),
  tickets: insertMany(tickets),
  ticketSearch: insertMany(ticketSearch),
  ticketCalls: insertMany(ticketCalls),
  ticketTasks: insertMany(ticketTasks),
  ticketRequests: insertMany(ticketRequests),
  ticketEvents: insertMany(ticketEvents),
  ticketDeadlines: insertMany(ticketDeadlines),
  outbox: insertMany(outbox),
}

async function write(connection: PoolConnection, rows: BatchRows): Promise<void> {
  await connection.beginTransaction()
  try {
    await insertInto.citizens(connection, [...rows.citizens.values()])
    await giveOut(connection, rows)
    await insertInto.calls(connection, rows.calls)
    await insertInto.callSegments(connection, rows.callSegments)
    await insertInto.tickets(connection, rows.tickets)
    await insertInto.ticketSearch(connection, rows.ticketSearch)
    await insertInto.ticketCalls(connection, rows.ticketCalls)
    await insertInto.ticketTasks(connection, rows.ticketTasks)
    await insertInto.ticketRequests(connection, rows.ticketRequests)
    await insertInto.ticketEvents(connection, rows.ticketEvents)
    await insertInto.ticketDeadlines(connection, rows.ticketDeadlines)
    await insertInto.outbox(connection, rows.outbox)
    await connection.commit()
  } catch (error) {
    await connection.rollback()
    throw error
  }
}

/** What only the database knows: the day's numbers, and the ids of callers by telephone. */
async function giveOut(connection: PoolConnection, rows: BatchRows): Promise<void> {
  const db = drizzle({ client: connection })
  const phones = [...rows.citizens.keys()]
  const found =
    phones.length === 0
      ? []
      : await db
          .select({ id: citizens.id, phone: citizens.phone })
          .from(citizens)
          .where(inArray(citizens.phone, phones))
  const idOf = new Map(found.map(({ id, phone }) => [phone, id]))
  const [first] = rows.tickets
  if (!first) return
  const numbers = await nextNumbers(db, first.registeredAt, rows.tickets.length)
  for (const [at, ticket] of rows.tickets.entries()) {
    ticket.number = numbers[at] ?? ''
    ticket.citizenId = idOf.get(ticket.callerPhone ?? '') ?? null
  }
  const numberOf = new Map(rows.tickets.map(({ id, number }) => [id as string, number]))
  for (const { payload } of rows.outbox) payload.number = numberOf.get(String(payload.ticketId))
}
