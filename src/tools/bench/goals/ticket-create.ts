import { createPool, type Pool, type ResultSetHeader } from 'mysql2/promise'
import { openBus } from '../../../bus.ts'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import { createLogger } from '../../../platform/process/log.ts'
import type { CategoryCode, UnitCode } from '../../../platform/types.ts'
import type { Settings } from '../../../settings.ts'
import { requireLimitBook } from '../../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../../tickets/clocks/timing.ts'
import { openWriter, type TicketWriter } from '../../../tickets/records/writer.ts'
import type { Hotline } from '../../setup/hotline.ts'
import type { Figure } from '../goal.ts'
import { whileJobsSleep } from '../load/asleep.ts'
import { formOf, inputOf, matterFor, newKey, newPhone } from '../load/forms.ts'
import { closedLoop, failuresOf, openLoop, type Passed } from '../load/loops.ts'
import { browsersOf } from '../load/people.ts'
import { type Fresh, placeOf, renewed, type Statement } from '../load/statements.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, percentile, rangeOf } from '../statistics.ts'

const perSecond = 50
/** As many as the product's own pool has. */
const connections = 10
/** The catalogue sends a matter to this unit. */
const someUnit = 'cgj' as UnitCode

export const ticketCreate: Measurement = {
  name: 'ticket-create',
  goals: ['P9'],
  title: 'a ticket is safe on the disk at once, with its history, clocks and announcement',
  how: `over HTTP as the desk sends it, ${perSecond}/s, jobs at work; then as many as go through the store at ${connections} at once, against plain mysql2 that sends the same statements in the same transaction`,
  async run(bench) {
    const hotline = await bench.hotline()
    const database = openDatabase(hotline.settings)
    try {
      const category = await matterFor(database.db, someUnit)
      const overHttp = await handIn(bench, hotline, category)
      return [...overHttp, ...(await whileJobsSleep(hotline, () => race(bench, hotline.settings, category)))]
    } finally {
      await database.close()
    }
  },
}

async function handIn(bench: Bench, hotline: Hotline, category: CategoryCode): Promise<Figure[]> {
  const agents = await browsersOf(hotline, ['AGENT', 'SUPERVISOR', 'DISPATCHER'], 32)
  const saveOne = async () => {
    const { status, body } = await agents.ask('POST', '/api/tickets', formOf(category, newPhone()))
    if (status !== 201) throw new Error(`${status} ${body}`)
  }
  const { signal } = bench
  await openLoop({ perSecond: 20, seconds: bench.isFull ? 10 : 2, signal }, saveOne)
  const passed = await openLoop({ perSecond, seconds: bench.isFull ? 60 : 6, signal }, saveOne)
  agents.close()
  const of = (share: number) => percentile(passed.times, share)
  bench.say(
    `${passed.times.length} tickets at ${perSecond}/s: p50 ${of(0.5).toFixed(1)}, p99 ${of(0.99).toFixed(1)} ms`,
  )
  return ([0.95, 0.99] as const).map((share) => ({
    goal: 'P9',
    what: `ticket handed in over HTTP at ${perSecond}/s, p${share * 100}`,
    value: of(share),
    unit: 'ms',
    target: { atMost: share === 0.95 ? 25 : 60 },
    samples: passed.times.length,
    voids: failuresOf('HTTP', passed),
  }))
}

/** Both arms in this process, so that only the layers above the database differ. */
async function race(bench: Bench, settings: Settings, category: CategoryCode): Promise<Figure[]> {
  const statements: Statement[] = []
  let isHeard = false
  const database = openDatabase(settings, {
    connections,
    onStatement: (sql, params) => isHeard && statements.push({ sql, params }),
  })
  const log = createLogger('bench', 'error')
  const bus = await openBus(settings, log)
  const raw = plainPool(settings)
  try {
    const { configDir } = settings
    const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimitBook(configDir) }
    const writer = openWriter({ db: database.db, bus, timing: openTiming(database.db, rules) })
    const author = { id: 1, name: '李晓燕', roles: ['AGENT' as const], unitCode: null }
    await create(writer, category, author, { phone: newPhone(), key: newKey() })
    isHeard = true
    const first = { phone: newPhone(), key: newKey() }
    const number = await create(writer, category, author, first)
    isHeard = false
    const old = { ...first, number }
    const arms = {
      P: () => create(writer, category, author, { phone: newPhone(), key: newKey() }),
      raw: () => replay(raw, statements, old, { phone: newPhone(), key: newKey() }),
    }
    const rounds = await takeTurns(bench, arms)
    return figuresOf(rounds, await durability(database), statements.length)
  } finally {
    bus.close()
    await raw.end()
    await database.close()
  }
}

async function takeTurns(bench: Bench, arms: Record<'P' | 'raw', () => Promise<unknown>>) {
  const { signal } = bench
  const ask = { atOnce: connections, seconds: bench.isFull ? 15 : 3, signal }
  for (const work of Object.values(arms)) await closedLoop({ ...ask, seconds: bench.isFull ? 5 : 1 }, work)
  const rounds: { arm: 'P' | 'raw'; passed: Passed }[] = []
  for (const arm of abba(['P', 'raw'] as const, bench.isFull ? 6 : 2)) {
    signal.throwIfAborted()
    const passed = await closedLoop(ask, arms[arm])
    rounds.push({ arm, passed })
    bench.say(`${arm}: ${passed.perSecond.toFixed(0)} tickets/s, p99 ${percentile(passed.times, 0.99).toFixed(1)} ms`)
  }
  return rounds
}

function figuresOf(rounds: { arm: string; passed: Passed }[], note: string, statements: number): Figure[] {
  const of = (arm: string) => rounds.filter((round) => round.arm === arm).map(({ passed }) => passed.perSecond)
  const voids = rounds.flatMap(({ arm, passed }) => failuresOf(arm, passed))
  const samples = rounds.reduce((sum, { arm, passed }) => sum + (arm === 'P' ? passed.times.length : 0), 0)
  const against = { arm: 'mysql2', value: median(of('raw')) }
  const common = { goal: 'P9' as const, samples, voids, against }
  return [
    {
      ...common,
      what: 'tickets through the store, most',
      value: median(of('P')),
      range: rangeOf(of('P')),
      unit: '/s',
      target: { atLeast: 300 },
      note: `${note}; ${statements} statements a ticket in either arm`,
    },
    {
      ...common,
      what: 'of the rate of plain mysql2 with the same statements',
      value: median(of('P')) / median(of('raw')),
      unit: '×',
      target: { atLeast: 0.75 },
    },
  ]
}

type Author = NonNullable<Parameters<TicketWriter['create']>[2]['by']>

async function create(writer: TicketWriter, category: CategoryCode, by: Author, { phone, key }: Omit<Fresh, 'number'>) {
  const request = { by, now: Date.now(), key }
  const outcome = await writer.create(inputOf(category, phone), { kind: 'register' }, request)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.number
}

/** With the product's session and options, but without its time limits. */
function plainPool(settings: Settings): Pool {
  const options = { connectionLimit: connections, timezone: 'Z', dateStrings: true, trace: false }
  const pool = createPool({ uri: settings.databaseUrl, ...options })
  pool.pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
  })
  return pool
}

async function replay(pool: Pool, statements: readonly Statement[], old: Fresh, given: Omit<Fresh, 'number'>) {
  const ids = new Map<string, string>()
  const fresh = { ...given, number: old.number }
  let citizenId = 0
  const begin = statements.findIndex(({ sql }) => sql === 'begin')
  const send = async (connection: Pick<Pool, 'query'>, { sql, params }: Statement) => {
    const values = renewed(params, old, fresh, ids)
    if (sql.startsWith('insert into `tickets`')) values[placeOf(sql, 'citizen_id')] = citizenId
    const [result] = await connection.query(sql, values)
    const { insertId } = result as ResultSetHeader
    if (sql.startsWith('insert into `citizens`')) citizenId = insertId
    if (sql.startsWith('insert into `ticket_counters`')) {
      fresh.number = `${old.number.slice(0, -6)}${String(insertId).padStart(6, '0')}`
    }
  }
  for (const statement of statements.slice(0, begin)) await send(pool, statement)
  const connection = await pool.getConnection()
  try {
    for (const statement of statements.slice(begin)) await send(connection, statement)
  } finally {
    connection.release()
  }
}

async function durability({ pool }: Database): Promise<string> {
  const [rows] = await pool.query('SELECT @@innodb_flush_log_at_trx_commit AS flush, @@innodb_buffer_pool_size AS pool')
  const [{ flush, pool: bytes }] = rows as unknown as [{ flush: number; pool: number }]
  return `innodb_flush_log_at_trx_commit=${flush} for both, buffer pool ${Math.round(bytes / 2 ** 20)} MB`
}
