import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { categories } from '../../../../src/catalogue/schema.ts'
import { type Database, type Db, openDatabase, type Tx } from '../../../../src/platform/database/database.ts'
import { prepared } from '../../../../src/platform/database/prepared.ts'
import { tickets, ticketTasks } from '../../../../src/tickets/records/schema.ts'
import { counties, units } from '../../../../src/units/schema.ts'
import { seeded } from '../../tools/seed/world.ts'
import { freshDatabaseUrl } from '../../world.ts'

let database: Database
beforeAll(async () => {
  database = openDatabase({ databaseUrl: await freshDatabaseUrl() }, { limitMs: 120_000 })
  await seeded(database, { tickets: 60 })
}, 60_000)
afterAll(() => database.close())

/** Whole tables, chosen columns, an expression, a name of one's own; joined tables of which some have no row. */
const ticketsWithNames = (db: Db | Tx) =>
  db
    .select({
      ticket: tickets,
      title: tickets.title,
      state: sql<string>`LOWER(${tickets.state})`.as('state'),
      isOld: sql`${tickets.version} > 2`.mapWith(Boolean),
      category: categories,
      county: { name: counties.name, population: counties.population },
      unit: { letters: sql<number>`CHAR_LENGTH(${units.shortName})`, code: units.code },
      mixed: { part: ticketTasks.role, unit: units.code },
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.code, tickets.categoryCode))
    .leftJoin(counties, eq(counties.code, tickets.countyCode))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .leftJoin(ticketTasks, eq(ticketTasks.ticketId, tickets.id))
    .orderBy(asc(tickets.id), asc(ticketTasks.id))

it.each([
  ['of a joined SELECT', ticketsWithNames],
  ['of one table', (db: Db | Tx) => db.select().from(tickets).orderBy(asc(tickets.id))],
  ['of no table', (db: Db | Tx) => db.select({ one: sql<number>`1`, none: sql`NULL` }).from(sql`(SELECT 1) AS t`)],
])('the rows of a prepared statement are those that Drizzle makes: %s', async (_name, select) => {
  const byDrizzle = await select(database.db)
  expect(byDrizzle.length).toBeGreaterThan(0)
  const rows = await prepared((db) => select(db).prepare())(database.db).execute()
  expect(rows).toStrictEqual(byDrizzle)
})

it('a prepared SELECT reads its rows without asking Drizzle again', async () => {
  const statement = prepared((db) => ticketsWithNames(db).prepare())(database.db)
  const read = vi.spyOn(
    statement as unknown as { customResultMapper(rows: unknown[]): unknown[] },
    'customResultMapper',
  )
  const rows = await statement.execute()
  expect(rows.length).toBeGreaterThan(0)
  // Drizzle's own way would not come here.
  expect(read.mock.results.map(({ value }) => value)).toEqual([rows])
})
