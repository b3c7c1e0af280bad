import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import type { CategoryCode, UnitCode } from '../../../platform/types.ts'
import type { Settings } from '../../../settings.ts'
import type { TicketWriter } from '../../../tickets/records/writer.ts'
import type { ActAsk } from '../acting/app.ts'
import { type Corrected, correctOnce, register } from '../acting/correct.ts'
import { nextEvents, type SixEvents } from '../acting/replay.ts'
import { writerOf } from '../acting/writer.ts'
import type { Figure } from '../goal.ts'
import { whileJobsSleep } from '../load/asleep.ts'
import { matterFor } from '../load/forms.ts'
import { closedLoop, failuresOf, type Passed } from '../load/loops.ts'
import type { Statement } from '../load/statements.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, rangeOf } from '../statistics.ts'

const processes = 2
const atOnce = 8
const howMany = { short: 500, full: 2_000 }
type Matters = readonly [CategoryCode, CategoryCode]

export const ticketAct: Measurement = {
  name: 'ticket-act',
  goals: ['P20'],
  title: 'an event of a ticket costs little more than its statements, and no person sees a deadlock',
  how: `one event after the other on one ticket (its matter is corrected: row, clocks, history, announcement) through the store, against plain mysql2 that sends the same statements for the next events of such a ticket; then on many tickets from ${processes} processes with ${atOnce} connections each`,
  async run(bench) {
    const { settings, ...hotline } = await bench.hotline()
    const database = openDatabase(settings, { connections: 8 })
    const { writer, close } = await writerOf(settings, database.db)
    try {
      const matters = [await matterFor(database.db, 'cgj' as UnitCode), await matterFor(database.db, 'rsj' as UnitCode)]
      return await whileJobsSleep({ settings, ...hotline }, async () => [
        await onOne(bench, settings, matters as unknown as Matters),
        ...(await onMany(bench, settings, { writer, database }, matters as unknown as Matters)),
      ])
    } finally {
      close()
      await database.close()
    }
  },
}

async function onOne(bench: Bench, settings: Settings, matters: Matters): Promise<Figure> {
  let heard: Statement[] = []
  const database = openDatabase(settings, {
    connections: 1,
    onStatement: (sql, params) => heard.push({ sql, params: [...params] }),
  })
  const plain = await createConnection({ uri: settings.databaseUrl, timezone: 'Z', dateStrings: true, trace: false })
  const quiet = openDatabase(settings, { connections: 1 })
  const [{ writer, close }, own] = [await writerOf(settings, database.db), await writerOf(settings, quiet.db)]
  try {
    await plain.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    const [ticket, model] = [await register(own.writer, matters[0]), await register(writer, matters[0])]
    await correctOnce(writer, model, matters)
    const events: Statement[][] = []
    for (let n = 0; n < 6; n += 1) {
      heard = []
      await correctOnce(writer, model, matters)
      events.push(heard)
    }
    const next = nextEvents(events as unknown as SixEvents)
    const arms = {
      P: () => correctOnce(own.writer, ticket, matters),
      raw: async () => {
        const statements = next()
        try {
          for (const { sql, params } of statements) await plain.query(sql, params)
        } catch (error) {
          await plain.query('ROLLBACK')
          throw error
        }
      },
    }
    const rounds = await takeTurns(bench, arms)
    // Else the statements that were sent changed nothing.
    const [[row]] = (await plain.query('SELECT version FROM tickets WHERE number = ?', [model.number])) as unknown as [
      [{ version: number }],
    ]
    const sent = rounds.filter(({ arm }) => arm === 'raw').reduce((sum, { passed }) => sum + passed.times.length, 0)
    const voids = row.version >= model.version + sent ? [] : [`mysql2: version ${row.version} after ${sent} events`]
    return figureOf(rounds, `${events[5]?.length} statements an event`, voids)
  } finally {
    close()
    own.close()
    await plain.end()
    await quiet.close()
    await database.close()
  }
}

async function takeTurns(bench: Bench, arms: Record<'P' | 'raw', () => Promise<unknown>>) {
  const { signal } = bench
  const ask = { atOnce: 1, seconds: bench.isFull ? 10 : 2, signal }
  const rounds: { arm: 'P' | 'raw'; passed: Passed }[] = []
  for (const work of Object.values(arms)) await closedLoop({ ...ask, seconds: 1 }, work)
  for (const arm of abba(['P', 'raw'] as const, bench.isFull ? 8 : 4)) {
    signal.throwIfAborted()
    rounds.push({ arm, passed: await closedLoop(ask, arms[arm]) })
    bench.say(`${arm}: ${rounds.at(-1)?.passed.perSecond.toFixed(0)} events/s on one ticket`)
  }
  return rounds
}

function figureOf(rounds: { arm: 'P' | 'raw'; passed: Passed }[], note: string, voids: string[]): Figure {
  const of = (arm: 'P' | 'raw') => rounds.filter((round) => round.arm === arm).map(({ passed }) => passed.perSecond)
  const ratios = of('P').map((rate, round) => rate / (of('raw')[round] ?? Number.NaN))
  return {
    ...{ goal: 'P20', what: 'events on one ticket, of the rate of plain mysql2 with the same statements' },
    ...{ value: median(ratios), range: rangeOf(ratios), unit: '×', target: { atLeast: 0.8 }, samples: ratios.length },
    against: { arm: 'mysql2', value: median(of('raw')) },
    voids: [...voids, ...rounds.flatMap(({ arm, passed }) => failuresOf(arm, passed))],
    note: `${median(of('P')).toFixed(0)} events/s; ${note}`,
  }
}

async function onMany(
  bench: Bench,
  settings: Settings,
  { writer, database }: { writer: TicketWriter; database: Database },
  matters: Matters,
): Promise<Figure[]> {
  const wanted = howMany[bench.isFull ? 'full' : 'short']
  const tickets: Corrected[] = []
  await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      for (let n = at; n < wanted; n += 8) tickets.push(await register(writer, matters[0]))
    }),
  )
  const before = await deadlocks(database)
  const { databaseUrl, redisUrl, configDir } = settings
  const passed = await Promise.all(
    Array.from({ length: processes }, (_, at) =>
      actAside({
        ...{ settings: { databaseUrl, redisUrl, configDir }, categories: matters, atOnce },
        ...{ tickets: tickets.filter((_ticket, n) => n % processes === at), seconds: bench.isFull ? 20 : 4 },
      }),
    ),
  )
  const rate = passed.reduce((sum, { perSecond }) => sum + perSecond, 0)
  const failures = passed.flatMap((one) => one.failures)
  const samples = passed.reduce((sum, { times }) => sum + times.length, 0)
  const found = (await deadlocks(database)) - before
  bench.say(`${rate.toFixed(0)} events/s on ${wanted} tickets, ${found} deadlocks, ${failures.length} seen`)
  const common = { goal: 'P20' as const, samples, voids: [] }
  return [
    {
      ...common,
      what: `events on ${wanted} tickets from ${processes} processes`,
      value: rate,
      unit: '/s',
      target: { atLeast: 2_000 },
    },
    {
      ...{
        ...common,
        what: 'events of them that a person had to try again',
        value: failures.length,
        unit: '/s' as const,
      },
      ...{ target: { atMost: 0 }, note: `${found} deadlocks, retried; ${failures[0] ?? 'none failed'}` },
    },
  ]
}

async function actAside(ask: ActAsk): Promise<Passed> {
  const child = fork(resolve(import.meta.dirname, '../acting/app.ts'), { execPath: process.execPath })
  child.send(ask)
  const [passed] = (await once(child, 'message')) as [Passed]
  child.disconnect()
  return passed
}

async function deadlocks({ pool }: Database): Promise<number> {
  const [rows] = await pool.query("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
  return Number((rows as unknown as { Value: string }[])[0]?.Value ?? 0)
}
