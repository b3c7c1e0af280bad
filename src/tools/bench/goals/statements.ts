import { desc } from 'drizzle-orm'
import { createConnection } from 'mysql2/promise'
import { type Db, openDatabase } from '../../../platform/database/database.ts'
import type { Settings } from '../../../settings.ts'
import { findTicket, readListed } from '../../../tickets/lists/reads.ts'
import { nextNumbers } from '../../../tickets/records/numbers.ts'
import { tickets } from '../../../tickets/records/schema.ts'
import type { Figure } from '../goal.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Statement } from '../load/statements.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, rangeOf } from '../statistics.ts'

/** `product`: as our stores send them, rows turned into objects; `query`: their texts by mysql2. */
type Arm = 'product' | 'query'
type Arms = Record<Arm, () => Promise<unknown>>

interface Hot {
  name: string
  send(db: Db): Promise<unknown>
}

export const statements: Measurement = {
  name: 'statements',
  goals: ['P10'],
  title: 'what turns rows into objects costs nearly nothing',
  how: 'one after the other on one connection: all statements of a read as our stores send them, prepared, and the same texts by mysql2; median of rounds that take turns',
  async run(bench) {
    const { settings } = await bench.hotline()
    await seededTickets(bench)
    const figures: Figure[] = []
    for (const hot of await hotOnes(settings)) figures.push(await compare(bench, settings, hot))
    return figures
  },
}

async function hotOnes(settings: Settings): Promise<Hot[]> {
  const { db, close } = openDatabase(settings, { connections: 1 })
  const page = await db
    .select({ id: tickets.id, number: tickets.number })
    .from(tickets)
    .orderBy(desc(tickets.id))
    .limit(50)
  await close()
  const [first] = page
  if (!first) throw new Error('there are no tickets to read')
  const ids = page.map(({ id }) => id)
  return [
    { name: 'a ticket by its number, with what hangs on it', send: (one) => findTicket(one, first.number) },
    { name: 'a page of 50 tickets', send: (one) => readListed(one, ids) },
    { name: 'the next number of a day', send: (one) => nextNumbers(one, Date.now(), 1) },
  ]
}

async function compare(bench: Bench, settings: Settings, hot: Hot): Promise<Figure> {
  const heard: Statement[] = []
  const database = openDatabase(settings, {
    connections: 1,
    onStatement: (text, params) => heard.push({ sql: text, params }),
  })
  await hot.send(database.db)
  await database.close()
  if (heard.length === 0) throw new Error(`nothing was sent for ${hot.name}`)
  const quiet = openDatabase(settings, { connections: 1 })
  const plain = await createConnection({ uri: settings.databaseUrl, timezone: 'Z', dateStrings: true, trace: false })
  try {
    const query = async () => {
      for (const { sql, params } of heard) await plain.query(sql, params)
    }
    const times = await takeTurns(bench, hot.name, { product: () => hot.send(quiet.db), query })
    return figureOf(hot.name, times, `${heard.length} statements; ${await wayOf(quiet)}`)
  } finally {
    await plain.end()
    await quiet.close()
  }
}

async function takeTurns(bench: Bench, name: string, arms: Arms): Promise<Record<Arm, number[]>> {
  const [rounds, each] = bench.isFull ? [12, 1_000] : [6, 200]
  const names = Object.keys(arms) as Arm[]
  for (const arm of names) await meanMs(arms[arm], each)
  const times: Record<Arm, number[]> = { product: [], query: [] }
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

/** The minimum cost of any statement: the round trip. */
async function wayOf({ pool }: Pick<ReturnType<typeof openDatabase>, 'pool'>): Promise<string> {
  const ms = await meanMs(() => pool.query('DO 0'), 200)
  return `${ms.toFixed(3)} ms of each are the way there and back`
}

function figureOf(name: string, times: Record<Arm, number[]>, note: string): Figure {
  const ratios = times.product.map((ms, round) => ms / (times.query[round] ?? Number.NaN))
  return {
    ...{ goal: 'P10', what: name, value: median(ratios), range: rangeOf(ratios), unit: '×', target: { atMost: 1.15 } },
    ...{ against: { arm: 'mysql2', value: median(times.query) }, samples: ratios.length, voids: [], note },
  }
}
