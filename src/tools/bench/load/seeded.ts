import { statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { isNull, lt } from 'drizzle-orm'
import { dayMs } from '../../../calendar/days.ts'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import { type Database, type Db, openDatabase } from '../../../platform/database/database.ts'
import { outbox } from '../../../platform/database/schema.ts'
import type { Settings } from '../../../settings.ts'
import { requireLimitBook } from '../../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../../tickets/clocks/timing.ts'
import { tickets } from '../../../tickets/records/schema.ts'
import { batchesOf, type Filled, fill } from '../../seed/fill.ts'
import { worldOf } from '../../seed/world.ts'
import { eventually } from '../../setup/files.ts'
import type { Bench } from '../measurement.ts'

/** Generated tickets in the bench's database, for lists, searches and sweeps. */

const howMany = { short: 20_000, full: 500_000 }
/** Of a ticket with its calls, events, clocks and search words, indexes included; as measured. */
const bytesPerTicket = 8_000
/** Space for what the bench's searches and other programs write to the disk in the meantime. */
const roomForOthers = 1.25
const statementLimitMs = 120_000
const drainMs = 120_000

/**
 * `BENCH_TICKETS` sets another size, e.g. 5000000 with enough disk and time.
 * @throws Error when it is not a number of tickets
 */
export function ticketsWanted({ isFull }: Pick<Bench, 'isFull'>, asked = process.env.BENCH_TICKETS): number {
  if (asked === undefined) return isFull ? howMany.full : howMany.short
  if (!/^[1-9]\d{0,8}$/.test(asked)) throw new Error(`BENCH_TICKETS=${asked}: a number of tickets, e.g. 1000000`)
  return Number(asked)
}

/** @throws Error when there is not enough disk space */
export function requireRoom(wanted: number, freeBytes: number): void {
  const needed = roomForOthers * wanted * bytesPerTicket
  if (freeBytes < needed) {
    const inGb = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
    throw new Error(`${wanted} tickets need ${inGb(needed)} GB of disk, ${inGb(freeBytes)} GB are free`)
  }
}

/**
 * Those of other measurements are of today, and all open: more than enough of them would leave the lists and sweeps
 * without a history. Most of the seed's own are of the days before, back to months.
 */
const seededOf = (db: Db) => db.$count(tickets, lt(tickets.registeredAt, Date.now() - dayMs))

/** Seeds once a run, unless they are there from an earlier one. @returns how many tickets there are */
export function seededTickets(bench: Bench): Promise<{ count: number; close(): void }> {
  return bench.shared('tickets', async ({ settings }) => {
    const wanted = ticketsWanted(bench)
    const database = openDatabase(settings, { connections: 4, limitMs: statementLimitMs })
    const { db } = database
    try {
      if ((await seededOf(db)) < wanted / 2) await seed(bench, settings, database, wanted)
      // Tickets that were not dispatched yet are dispatched now, by the jobs role.
      await eventually(async () => (await waiting(db)) === 0 || bench.signal.aborted, drainMs, 200)
      return { count: await db.$count(tickets), close() {} }
    } finally {
      await database.close()
    }
  })
}

async function seed(bench: Bench, settings: Settings, { db, pool }: Database, wanted: number): Promise<void> {
  const { bavail, bsize } = await statfs(settings.varDir)
  requireRoom(wanted, bavail * bsize)
  const beganAt = performance.now()
  const { workingTime } = requireCalendarFiles(settings.configDir)
  const timing = await openTiming(db, { workingTime, limits: requireLimitBook(settings.configDir) })()
  const world = await worldOf(db, { seed: 1, until: Date.now(), tickets: wanted, timing })
  let toldAt = beganAt
  const tell = ({ written }: Filled) => {
    if (performance.now() - toldAt < 15_000) return
    toldAt = performance.now()
    bench.say(`${written} of ${wanted} tickets written …`)
  }
  await fill(pool, world, batchesOf(world, wanted), tell, bench.signal)
  bench.signal.throwIfAborted()
  const ms = performance.now() - beganAt
  bench.say(`${wanted} tickets written, ${((wanted * 1_000) / ms).toFixed(0)}/s; ${freeGb()} GB of memory free`)
}

const waiting = (db: Db) => db.$count(outbox, isNull(outbox.doneAt))

const freeGb = () => Math.round(freemem() / 2 ** 30)
