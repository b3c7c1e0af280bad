import { fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { openDatabase } from '../../../platform/database/database.ts'
import type { Hotline } from '../../setup/hotline.ts'
import type { BatchAsk, BatchMade } from '../batch/app.ts'
import { whileJobsSleep } from '../load/asleep.ts'
import { whileOpen } from '../load/overdue.ts'
import { seededTickets } from '../load/seeded.ts'
import type { Measurement } from '../measurement.ts'

const wanted = 20_000

export const batch: Measurement = {
  name: 'batch',
  goals: ['P21'],
  title: 'everything overdue is with the inspection offices within half a minute, in little memory',
  how: `${wanted.toLocaleString('en-US')} overdue tickets among those of the seed (BENCH_TICKETS; 5,000,000 by the goal): cut, hashed and written as JSON and XLSX by a process of its own, whose highest memory is read`,
  async run(bench) {
    const hotline = await bench.hotline()
    const { count } = await seededTickets(bench)
    const made = await whileJobsSleep(hotline, () => makeBatches(hotline))
    const seconds = (ms: number) => (ms / 1_000).toFixed(1)
    bench.say(`${made.items} of ${count}: cut ${seconds(made.cutMs)} s, files ${seconds(made.writeMs)} s`)
    const common = {
      ...{ goal: 'P21' as const, samples: 1 },
      voids: made.items < wanted ? [`only ${made.items} were overdue`] : [],
      note: `${made.items} items among ${count.toLocaleString('en-US')} tickets, ${made.batches} batches, ${(made.fileBytes / 2 ** 20).toFixed(1)} MiB of files; the cut alone ${seconds(made.cutMs)} s`,
    }
    return [
      {
        ...{ ...common, what: 'cut, hashed and written', value: (made.cutMs + made.writeMs) / 1_000 },
        ...{ unit: 's', target: { atMost: 30 } },
      },
      { ...common, what: 'highest memory of the process', value: made.rssMb, unit: 'MB', target: { atMost: 512 } },
    ]
  },
}

async function makeBatches({ settings }: Hotline): Promise<BatchMade> {
  const { db, close } = openDatabase(settings, { limitMs: 120_000, connections: 2 })
  const key = `bench:${Date.now()}`
  try {
    const due = sql`UTC_TIMESTAMP(3) - INTERVAL 1 HOUR - INTERVAL FLOOR(RAND() * 480) HOUR`
    return await whileOpen(db, wanted, due, async () => {
      const child = fork(resolve(import.meta.dirname, '../batch/app.ts'), { execPath: process.execPath })
      const answered = once(child, 'message')
      const gone = once(child, 'exit').then(() => null)
      const ask: BatchAsk = { databaseUrl: settings.databaseUrl, configDir: settings.configDir, key }
      child.send(ask)
      const first = await Promise.race([answered, gone])
      if (!first) throw new Error('the process that writes batches is gone')
      return first[0] as BatchMade
    })
  } finally {
    await forget(db, key)
    await close()
  }
}

/** Rows of the bench; numbers that it took stay taken. */
async function forget(db: ReturnType<typeof openDatabase>['db'], key: string): Promise<void> {
  const ofCut = sql`(SELECT id FROM oversight_cuts WHERE cut_key = ${key})`
  await db.execute(sql`DELETE f FROM oversight_files f JOIN oversight_batches b ON b.number = f.batch_number
    WHERE b.cut_id = ${ofCut}`)
  await db.execute(sql`DELETE FROM oversight_items WHERE cut_id = ${ofCut}`)
  await db.execute(sql`DELETE FROM oversight_batches WHERE cut_id = ${ofCut}`)
  await db.execute(sql`DELETE FROM oversight_cuts WHERE cut_key = ${key}`)
}
