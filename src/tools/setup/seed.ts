import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import { requireCalendarFiles } from '../../calendar/load.ts'
import { syncCalendar } from '../../calendar/store.ts'
import { syncLines } from '../../lines/store.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import type { Settings } from '../../settings.ts'
import { requireLimitBook } from '../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../tickets/clocks/timing.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { batchesOf, fill } from '../seed/fill.ts'
import { worldOf } from '../seed/world.ts'
import { ownersUrl, startDatabase } from './database.ts'
import { explain, SetupFailure } from './failure.ts'
import { siteOf } from './hotline.ts'
import { endLeftOver, type Kept } from './keeper.ts'
import { releaseLock, takeLock } from './lock.ts'
import { type Beside, settingsBeside } from './running.ts'
import { loadSecrets, withSecrets } from './secrets.ts'
import { mariadbNeeds, provide } from './servers/packages.ts'
import { createSteps } from './steps.ts'

/** `npm run seed -- --tickets N`: fills a database with generated tickets, for lists and searches. */

const usage = `npm run seed -- --tickets N [options]

Adds N made-up tickets with their callers, calls, histories, deadlines and search words, spread over the days before
now as a city's are. Without DATABASE_URL they go to the private MariaDB of HOTLINE_VAR; it is started where it does
not run.

  --tickets N     how many
  --seed N        another number makes another city; 1 when not given
  --until TIME    nothing happens after it, e.g. 2026-11-25T12:00+08:00; now when not given
  --yes           also where there are tickets already: adds to them
  --own-server    also to the server of DATABASE_URL: made-up tickets among those of citizens
  --help          this

The same numbers and the same time make the same tickets. Interrupted, the line that it prints at the start goes on
where it stopped; what is written is whole.`

const statementLimitMs = 120_000
const tellEveryMs = 2_000
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort())
process.on('disconnect', () => abort.abort())

interface Wish {
  tickets: number
  seed: number
  until: number
  mayAdd: boolean
  mayUseOwnServer: boolean
}

const steps = createSteps()
/** Undone in reverse order. */
const started: (() => Promise<void>)[] = []
try {
  const wish = wishOf(process.argv.slice(2))
  if (wish === null) steps.say(usage)
  else await seed(await settingsBeside(), wish)
} catch (error) {
  process.stderr.write(`\n✗ ${explain(error)}\n`)
  process.exitCode = abort.signal.aborted ? 130 : 1
} finally {
  for (const undo of started.reverse()) await undo()
}
process.exit()

/** @returns null when only the help is wanted */
function wishOf(argv: string[]): Wish | null {
  const option = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const options = { tickets: option, seed: option, until: option, yes: flag, 'own-server': flag, help: flag }
  const { values } = orFailure(() => parseArgs({ args: argv, options }))
  if (values.help) return null
  const wish = {
    tickets: Number(values.tickets),
    seed: Number(values.seed ?? 1),
    until: values.until === undefined ? Date.now() : Date.parse(values.until),
    mayAdd: values.yes,
    mayUseOwnServer: values['own-server'],
  }
  const isWhole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least
  if (!isWhole(wish.tickets, 1)) throw misuse('say how many tickets: a whole number after --tickets')
  if (!isWhole(wish.seed, 0)) throw misuse('--seed takes a whole number')
  if (!(wish.until <= Date.now())) throw misuse('--until takes a time that is past, like 2026-11-25T12:00+08:00')
  return wish
}

function misuse(what: string): SetupFailure {
  return new SetupFailure(what, 'npm run seed -- --help')
}

function orFailure<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw misuse(error instanceof Error ? error.message : String(error))
  }
}

async function seed({ settings, running }: Beside, wish: Wish): Promise<void> {
  if (!settings.isPrivate.database && !wish.mayUseOwnServer) {
    throw new SetupFailure(
      `DATABASE_URL names a server of your own: ${new URL(settings.databaseUrl).host}`,
      'generated tickets do not belong among those of citizens; if it is a server for trials, use --own-server',
    )
  }
  const own = running?.servers.database ?? null
  if (own !== null && settings.isPrivate.database) {
    throw new SetupFailure(
      `the hotline of ${settings.varDir} (process ${running?.process.pid}) has the database ${own}`,
      'set the same DATABASE_URL here as where it was started',
    )
  }
  const url = await openServer(settings)
  const database = openDatabase({ databaseUrl: url }, { connections: 4, limitMs: statementLimitMs })
  started.push(() => database.close())
  await refuseOverTickets(database, wish)
  const goOn = `--tickets ${wish.tickets} --seed ${wish.seed} --until ${new Date(wish.until).toISOString()}`
  const more = `${wish.mayUseOwnServer ? ' --own-server' : ''} --yes`
  steps.say(`    to resume after an interruption: npm run seed -- ${goOn}${more}`)

  const { years, workingTime } = requireCalendarFiles(settings.configDir)
  await syncCalendar(database.db, years, Date.now())
  await syncLines(database.db, siteOf(settings), Date.now())
  const timing = await openTiming(database.db, { workingTime, limits: requireLimitBook(settings.configDir) })()
  const { tickets: count, seed: number, until } = wish
  const world = await worldOf(database.db, { seed: number, until, tickets: count, timing })
  const progress = progressOf(count)
  const { written, kept } = await fill(database.pool, world, batchesOf(world, count), progress, abort.signal)
  abort.signal.throwIfAborted()
  steps.say(`  ✓ ${written} tickets written${kept > 0 ? `, ${kept} were there` : ''}`)
}

/** @returns its address; a private one is started unless a hotline runs on the same folder */
async function openServer(given: Settings): Promise<string> {
  const secrets = await loadSecrets(given.varDir)
  const settings = withSecrets(given, secrets)
  const [runDir, logDir] = [join(given.varDir, 'run'), join(given.varDir, 'log')]
  await mkdir(runDir, { recursive: true })
  const lock = join(runDir, 'start.lock')
  const holder = await takeLock(lock)
  if (holder !== null) {
    steps.say(
      `  ✓ the hotline of ${given.varDir} runs (process ${holder}): its database at ${new URL(settings.databaseUrl).host}`,
    )
    return ownersUrl(settings, secrets)
  }
  started.push(() => releaseLock(lock))
  if (settings.isPrivate.database) {
    await endLeftOver(runDir, 'mariadb')
    await provide(mariadbNeeds, abort.signal)
  }
  const onKept = (kept: Kept) => started.push(() => kept.stop())
  const options = { runDir, logDir, onKept, signal: abort.signal, isBare: true }
  return (await startDatabase(settings, secrets, siteOf(settings), options, steps)).url
}

async function refuseOverTickets({ db }: Database, { mayAdd }: Wish): Promise<void> {
  const [found] = await db.select({ id: tickets.id }).from(tickets).limit(1)
  if (!found || mayAdd) return
  const [size] = await db
    .select({ rows: sql<number>`TABLE_ROWS` })
    .from(sql`information_schema.TABLES`)
    .where(sql`TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'tickets'`)
  throw new SetupFailure(
    `there are tickets already, about ${size?.rows ?? 1}`,
    'to add to them, or to resume an interrupted run, use --yes; existing tickets are not changed',
  )
}

function progressOf(count: number): (filled: { written: number; kept: number }) => void {
  const startedAt = Date.now()
  let toldAt = startedAt
  return ({ written, kept }) => {
    const now = Date.now()
    if (now - toldAt < tellEveryMs && written + kept < count) return
    toldAt = now
    const perSecond = written / Math.max(0.001, (now - startedAt) / 1000)
    const left = Math.round((count - written - kept) / perSecond)
    const share = Math.floor((100 * (written + kept)) / count)
    steps.say(`    ${written + kept} of ${count} (${share} %), ${Math.round(perSecond)}/s, ${timeLeft(left)} left`)
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${seconds} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
