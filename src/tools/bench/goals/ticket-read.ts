import { desc, eq } from 'drizzle-orm'
import { openDatabase } from '../../../platform/database/database.ts'
import { findTicket, readDetail } from '../../../tickets/lists/reads.ts'
import { tickets } from '../../../tickets/records/schema.ts'
import { type Hotline, localUrl } from '../../setup/hotline.ts'
import type { BareTicket } from '../bare/app.ts'
import { type BareArm, startBareArm } from '../bare/arm.ts'
import { watchCpu } from '../cpu.ts'
import type { Figure } from '../goal.ts'
import { type Browsers, openBrowsers } from '../load/http.ts'
import { closedLoop, failuresOf, openLoop, type Passed } from '../load/loops.ts'
import { headersOf } from '../load/people.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Statement } from '../load/statements.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, percentile, rangeOf } from '../statistics.ts'

const perSecond = 500
const howMany = 50
const atOnce = 32
/** Each has its own address: one address may send 3,000 requests a minute. */
const connections = 240

type Arm = 'P' | 'bare'

export const ticketRead: Measurement = {
  name: 'ticket-read',
  goals: ['P11'],
  title: 'a ticket is read nearly as fast as Fastify and the database can',
  how: `GET of one ticket by a dispatcher: log-in, rights, limits, schemas; against a bare Fastify that sends a ready JSON after the same statements by mysql2; ${atOnce} at once for the highest rate, ${perSecond}/s in an open loop`,
  async run(bench) {
    const hotline = await bench.hotline()
    await seededTickets(bench)
    const { asks, settings } = await record(hotline)
    const bare = await startBareArm({ databaseUrl: settings.databaseUrl, tickets: asks })
    try {
      return await compare(bench, hotline, bare, asks)
    } finally {
      await bare.close()
    }
  },
}

/** The product's statements for each of some tickets, and its answers. */
async function record(hotline: Hotline): Promise<{ asks: BareTicket[]; settings: Hotline['settings'] }> {
  const { settings } = hotline
  let heard: Statement[] = []
  const { db, close } = openDatabase(settings, { onStatement: (sql, params) => heard.push({ sql, params }) })
  const [headers] = await headersOf(hotline, ['DISPATCHER'])
  const rows = await db
    .select({ number: tickets.number })
    .from(tickets)
    .where(eq(tickets.isConfidential, false))
    .orderBy(desc(tickets.id))
    .limit(howMany)
  const asks: BareTicket[] = []
  for (const { number } of rows) {
    heard = []
    const found = await findTicket(db, number)
    if (!found) continue
    const first = heard
    heard = []
    await readDetail(db, found, { id: 0, roles: ['DISPATCHER'], unitCode: null }, Date.now())
    const then = heard
    const reply = await fetch(`${localUrl(settings)}/api/tickets/${number}`, { headers: headers ?? {} })
    asks.push({ number, first, then, json: await reply.text() })
  }
  await close()
  return { asks, settings }
}

async function compare(bench: Bench, hotline: Hotline, bare: BareArm, asks: BareTicket[]): Promise<Figure[]> {
  const headers = await headersOf(hotline, ['DISPATCHER', 'SUPERVISOR'])
  const browsers: Record<Arm, Browsers> = {
    P: await openBrowsers({ pages: localUrl(hotline.settings), headers, connections }),
    bare: await openBrowsers({ pages: bare.pages, headers, connections }),
  }
  const read = (arm: Arm) => async (index: number) => {
    const { status, body } = await browsers[arm].ask('GET', `/api/tickets/${asks[index % asks.length]?.number}`)
    if (status !== 200) throw new Error(`${status} ${body.slice(0, 100)}`)
  }
  const { signal, isFull } = bench
  const webPid = hotline.programs.get('web')?.pid() ?? null
  const rounds: { arm: Arm; passed: Passed; cpuMs: number }[] = []
  for (const arm of ['P', 'bare'] as const) await closedLoop({ atOnce, seconds: isFull ? 5 : 3, signal }, read(arm))
  for (const arm of abba(['P', 'bare'] as const, isFull ? 6 : 2)) {
    signal.throwIfAborted()
    const used = watchCpu({ P: webPid, bare: bare.pid })
    const passed = await closedLoop({ atOnce, seconds: isFull ? 10 : 2, signal }, read(arm))
    const cpuMs = (used()[arm] ?? 0) / passed.times.length
    rounds.push({ arm, passed, cpuMs })
    bench.say(`${arm}: ${passed.perSecond.toFixed(0)} reads/s, ${cpuMs.toFixed(2)} ms of its processor each`)
  }
  const open = await openLoop({ perSecond, seconds: isFull ? 30 : 3, signal }, read('P'))
  for (const one of Object.values(browsers)) one.close()
  const statements = (asks[0]?.first.length ?? 0) + (asks[0]?.then.length ?? 0)
  return figuresOf(rounds, open, statements)
}

function figuresOf(rounds: { arm: Arm; passed: Passed; cpuMs: number }[], open: Passed, statements: number): Figure[] {
  const of = (arm: Arm, value: (round: (typeof rounds)[number]) => number) =>
    rounds.filter((round) => round.arm === arm).map(value)
  const rate = (arm: Arm) => of(arm, ({ passed }) => passed.perSecond)
  const cpu = (arm: Arm) => median(of(arm, ({ cpuMs }) => cpuMs)).toFixed(2)
  const voids = rounds.flatMap(({ arm, passed }) => failuresOf(arm, passed))
  const samples = of('P', ({ passed }) => passed.times.length).reduce((sum, count) => sum + count, 0)
  const against = { arm: 'bare', value: median(rate('bare')) }
  const common = { goal: 'P11' as const, samples, voids, against }
  return [
    {
      ...common,
      what: 'tickets read, most',
      value: median(rate('P')),
      range: rangeOf(rate('P')),
      unit: '/s',
      target: { atLeast: 2_500 },
      note: `${statements} statements each in either arm; ${cpu('P')} ms (web role) and ${cpu('bare')} ms (bare) of processor a request; the database and the load tool have the other core`,
    },
    {
      ...common,
      what: 'of the rate of a bare Fastify after the same statements',
      value: median(rate('P')) / median(rate('bare')),
      unit: '×',
      target: { atLeast: 0.6 },
      note: 'of tickets whose reading is not audited; that of a confidential one writes a row more',
    },
    {
      goal: 'P11',
      what: `ticket read at ${perSecond}/s, p99`,
      value: percentile(open.times, 0.99),
      unit: 'ms',
      target: { atMost: 20 },
      samples: open.times.length,
      voids: failuresOf('open loop', open),
    },
  ]
}
