import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requireCalendarFiles } from '../../calendar/load.ts'
import { syncCalendar } from '../../calendar/store.ts'
import { requireSeeds } from '../../catalogue/load.ts'
import { syncSeeds } from '../../catalogue/store.ts'
import { syncLines } from '../../lines/store.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { migrate } from '../../platform/database/structure/migrate.ts'
import { requireSite } from '../../site/load.ts'
import { requireLimitBook } from '../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../tickets/clocks/timing.ts'
import { batchesOf, fill } from '../seed/fill.ts'
import { worldOf } from '../seed/world.ts'
import { tryMigrations } from '../trial/migrations.ts'
import { explain } from './failure.ts'
import { claimPorts } from './ports.ts'
import { ownerUrl, startMariadb } from './servers/mariadb.ts'
import { mariadbNeeds, provide } from './servers/packages.ts'

/** `npm run try:migrations -- --tickets N`: the migrations on generated tickets, also killed in the middle. */

const usage = `npm run try:migrations -- --tickets N [options]

Starts a MariaDB of its own in a temporary folder, fills it with N generated tickets, winds the structure back, and
migrates twice: undisturbed, with somebody beside it who acts on tickets, and killed again and again. Ends with 0 when
both have the same rows. Nothing of the hotline is touched.

  --tickets N     how many; 100000 take some 1.5 GB of disk and ten minutes
  --from NAME     the last migration of the old structure, e.g. 0022; that is the default
  --kills N       how often the second one is killed; 8 when not given
  --help          this`

const statementLimitMs = 600_000
const option = { type: 'string' } as const
const { values } = parseArgs({
  options: { tickets: option, from: option, kills: option, help: { type: 'boolean', default: false } },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

try {
  const [tickets, kills] = [Number(values.tickets), Number(values.kills ?? 8)]
  if (values.help) say(usage)
  else if (!Number.isSafeInteger(tickets) || tickets < 1 || !Number.isSafeInteger(kills) || kills < 0) {
    throw new Error('say how many tickets: a whole number after --tickets, see --help')
  } else process.exitCode = (await run(tickets, values.from ?? '0022', kills)) ? 0 : 1
} catch (error) {
  process.stderr.write(`\n✗ ${explain(error)}\n`)
  process.exitCode = 2
}
process.exit()

async function run(tickets: number, from: string, kills: number): Promise<boolean> {
  await provide(mariadbNeeds, new AbortController().signal)
  const dir = await mkdtemp(join(tmpdir(), 'hotline-migrations-'))
  const password = randomBytes(12).toString('hex')
  const options = { runDir: join(dir, 'run'), logDir: join(dir, 'log'), diesWithUs: true, isThrowaway: true }
  const server = { dir: join(dir, 'mariadb'), port: await claimPorts(1), ownerPassword: password, password }
  const kept = await startMariadb({ ...options, ...server })
  try {
    const url = ownerUrl(server)
    await migrate(url)
    await seed(url, tickets)
    const { differing } = await tryMigrations({ url, from, kills, say })
    for (const table of differing) say(`✗ ${table}: other rows after the kills`)
    if (differing.length === 0) say('✓ the same rows in every table')
    return differing.length === 0
  } finally {
    await kept.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function seed(url: string, count: number): Promise<void> {
  const database = openDatabase({ databaseUrl: url }, { connections: 4, limitMs: statementLimitMs })
  const { db, pool } = database
  try {
    const until = Date.now()
    const { years, workingTime } = requireCalendarFiles('config')
    await syncSeeds(db, requireSeeds('config'), until)
    await syncCalendar(db, years, until)
    await syncLines(db, requireSite('config'), until)
    const timing = await openTiming(db, { workingTime, limits: requireLimitBook('config') })()
    const world = await worldOf(db, { seed: 1, until, tickets: count, timing })
    await fill(pool, world, batchesOf(world, count), () => {})
  } finally {
    await database.close()
  }
}
