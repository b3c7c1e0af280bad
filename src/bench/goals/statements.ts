import { desc, eq, isNotNull, sql } from 'drizzle-orm'
import { createConnection } from 'mysql2/promise'
import { calls } from '../../calls/schema.ts'
import { type Db, openDatabase } from '../../platform/database.ts'
import type { Settings } from '../../settings.ts'
import { tickets } from '../../tickets/schema.ts'
import type { Figure } from '../goal.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Statement } from '../load/statements.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, rangeOf } from '../statistics.ts'

/**
 * - `product`: made anew for each use, as our stores do
 * - `prepared`: made once by Drizzle
 * - `query`: the text of it by mysql2
 */
type Arm = 'product' | 'prepared' | 'query'
type Arms = Record<Arm, () => Promise<unknown>>

interface Hot {
  name: string
  /** A statement of Drizzle that may be prepared, or be made anew each time. */
  make(db: Db): { execute(): Promise<unknown>; prepare(): { execute(): Promise<unknown> } }
}

export const statements: Measurement = {
  name: 'statements',
  goals: ['P10'],
  title: 'what turns rows into objects costs nearly nothing',
  how: 'one statement after the other on one connection: prepared by Drizzle, made anew by it as our stores do, and the same text by mysql2; median of rounds that take turns',
  async run(bench) {
    const { settings } = await bench.hotline()
    await seededTickets(bench)
    const figures: Figure[] = []
    for (const hot of await hotOnes(settings)) figures.push(...(await compare(bench, settings, hot)))
    return figures
  },
}

async function hotOnes(settings: Settings): Promise<Hot[]> {
  const { db, close } = openDatabase(settings, { connections: 1 })
  const [ticket] = await db.select({ id: tickets.id }).from(tickets).orderBy(desc(tickets.id)).limit(1)
  const [call] = await db.select().from(calls).where(isNotNull(calls.endedAt)).limit(1)
  await close()
  if (!ticket || !call) throw new Error('there are no tickets or calls to read')
  return [
    { name: 'a ticket by its id', make: (one) => one.select().from(tickets).where(eq(tickets.id, ticket.id)) },
    {
      name: 'a page of 50 tickets',
      make: (one) => one.select().from(tickets).where(eq(tickets.state, 'CLOSED')).orderBy(desc(tickets.id)).limit(50),
    },
    {
      name: 'the row of a call',
      make: (one) =>
        one
          .insert(calls)
          .values(call)
          .onDuplicateKeyUpdate({ set: { endedAt: call.endedAt, version: sql`VALUES(version)` } }),
    },
  ]
}

async function compare(bench: Bench, settings: Settings, hot: Hot): Promise<Figure[]> {
  const heard: Statement[] = []
  const database = openDatabase(settings, {
    connections: 1,
    onStatement: (text, params) => heard.push({ sql: text, params }),
  })
  await hot.make(database.db).execute()
  const [first] = heard
  await database.close()
  if (!first) throw new Error(`nothing was sent for ${hot.name}`)
  const quiet = openDatabase(settings, { connections: 1 })
  const plain = await createConnection({ uri: settings.databaseUrl, timezone: 'Z', dateStrings: true })
  try {
    const prepared = hot.make(quiet.db).prepare()
    const arms: Arms = {
      product: () => hot.make(quiet.db).execute(),
      prepared: () => prepared.execute(),
      query: () => plain.query(first.sql, first.params),
    }
    return figuresOf(hot.name, await takeTurns(bench, hot.name, arms), await wayOf(quiet))
  } finally {
    await plain.end()
    await quiet.close()
  }
}

async function takeTurns(bench: Bench, name: string, arms: Arms): Promise<Record<Arm, number[]>> {
  const [rounds, each] = bench.isFull ? [12, 1_000] : [6, 200]
  const names = Object.keys(arms) as Arm[]
  for (const arm of names) await meanMs(arms[arm], each)
  const times: Record<Arm, number[]> = { product: [], prepared: [], query: [] }
  for (const arm of abba(names, rounds)) {
    bench.signal.throwIfAborted()
    times[arm].push(await meanMs(arms[arm], each))
  }
  bench.say(`${name}: ${names.map((arm) => `${arm} ${median(times[arm]).toFixed(3)}`).join(', ')} ms`)
  return times
}

async function meanMs(work: () => Promise<unknown>, times: number): Promise<number> {
  const beganAt = performance.now()
  for (let count = 0; count < times; count += 1) await work()
  return (performance.now() - beganAt) / times
}

/** The least that any statement costs: there and back. */
async function wayOf({ pool }: Pick<ReturnType<typeof openDatabase>, 'pool'>): Promise<string> {
  const ms = await meanMs(() => pool.query('DO 0'), 200)
  return `${ms.toFixed(3)} ms of each are the way there and back`
}

function figuresOf(name: string, times: Record<Arm, number[]>, note: string): Figure[] {
  const floor = times.query
  const against = { arm: 'mysql2', value: median(floor) }
  const figure = (arm: Arm, target: Figure['target']): Figure => {
    const ratios = times[arm].map((ms, round) => ms / (floor[round] ?? Number.NaN))
    const how = arm === 'prepared' ? 'prepared by Drizzle' : 'as our stores make it'
    const of = { goal: 'P10' as const, what: `${name}, ${how}`, value: median(ratios), range: rangeOf(ratios) }
    return { ...of, unit: '×', target, against, samples: ratios.length, voids: [], note }
  }
  return [figure('prepared', { atMost: 1.15 }), figure('product', null)]
}
