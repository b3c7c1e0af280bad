import { eq } from 'drizzle-orm'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import { loadCalendar } from '../../../calendar/store.ts'
import { askCut, cut } from '../../../oversight/batches/cut.ts'
import { oversightBatches, oversightItems } from '../../../oversight/batches/schema.ts'
import { writeBatch } from '../../../oversight/batches/write.ts'
import { openDatabase } from '../../../platform/database/database.ts'

/** One cut with its files, in a process of its own: its memory is that of this work. Started by `goals/batch.ts`. */

export interface BatchAsk {
  databaseUrl: string
  configDir: string
  key: string
}
export interface BatchMade {
  cutMs: number
  writeMs: number
  items: number
  batches: number
  fileBytes: number
  /** Highest memory of the whole process. */
  rssMb: number
}

process.once('message', async (ask: BatchAsk) => {
  const database = openDatabase(ask, { limitMs: 60_000, connections: 2 })
  const { db } = database
  const { workingTime } = requireCalendarFiles(ask.configDir)
  const now = Date.now
  const id = await askCut(db, { key: ask.key, occasion: 'ON_DEMAND', byId: null }, now())
  const beganAt = performance.now()
  const numbers = (await cut(db, id, '长治', now())) ?? []
  const cutAt = performance.now()
  const calendar = async () => loadCalendar(db, workingTime)
  for (const number of numbers) await writeBatch({ db, centre: '长治12345', calendar, now }, number)
  const writtenAt = performance.now()
  const rows = await db.select().from(oversightBatches).where(eq(oversightBatches.cutId, id))
  const made: BatchMade = {
    ...{ cutMs: cutAt - beganAt, writeMs: writtenAt - cutAt, batches: rows.length },
    items: await db.$count(oversightItems, eq(oversightItems.cutId, id)),
    fileBytes: rows.reduce((sum, { jsonBytes, xlsxBytes }) => sum + (jsonBytes ?? 0) + (xlsxBytes ?? 0), 0),
    rssMb: process.resourceUsage().maxRSS / 1_024,
  }
  await database.close()
  process.send?.(made)
  process.disconnect()
})
