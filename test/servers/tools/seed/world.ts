import { resolve } from 'node:path'
import { requireCalendarFiles } from '../../../../src/calendar/load.ts'
import { syncCalendar } from '../../../../src/calendar/store.ts'
import { requireSeeds } from '../../../../src/catalogue/load.ts'
import { syncSeeds } from '../../../../src/catalogue/store.ts'
import { syncLines } from '../../../../src/lines/store.ts'
import type { Database } from '../../../../src/platform/database/database.ts'
import { requireSite } from '../../../../src/site/load.ts'
import { requireLimitBook } from '../../../../src/tickets/clocks/limits-file.ts'
import { openTiming } from '../../../../src/tickets/clocks/timing.ts'
import { batchesOf, type Filled, fill } from '../../../../src/tools/seed/fill.ts'
import { worldOf } from '../../../../src/tools/seed/world.ts'

/** Tuesday, 18:00 in the city, in the heating season. */
export const until = Date.parse('2026-11-24T18:00:00+08:00')

const config = resolve(import.meta.dirname, '../../../../config')

/** Fills a database that has its structure only. */
export async function seeded(
  { db, pool }: Database,
  wish: { tickets: number; seed?: number },
  told: (filled: Filled) => void = () => {},
  signal?: AbortSignal,
): Promise<Filled> {
  const { years, workingTime } = requireCalendarFiles(config)
  await syncSeeds(db, requireSeeds(config), until)
  await syncCalendar(db, years, until)
  await syncLines(db, requireSite(config), until)
  const timing = await openTiming(db, { workingTime, limits: requireLimitBook(config) })()
  const world = await worldOf(db, { seed: wish.seed ?? 1, until, tickets: wish.tickets, timing })
  return fill(pool, world, batchesOf(world, wish.tickets), told, signal)
}
