import { openDatabase } from '../../../platform/database/database.ts'
import type { CategoryCode } from '../../../platform/types.ts'
import type { Settings } from '../../../settings.ts'
import { closedLoop, type Passed } from '../load/loops.ts'
import { type Corrected, correctOnce } from './correct.ts'
import { writerOf } from './writer.ts'

/** One of the processes of P20: events of its tickets through the store, as many as go. */
export interface ActAsk {
  settings: Pick<Settings, 'databaseUrl' | 'redisUrl' | 'configDir'>
  tickets: Corrected[]
  categories: readonly [CategoryCode, CategoryCode]
  seconds: number
  atOnce: number
}

process.on('disconnect', () => process.exit(0))
process.once('message', (ask: ActAsk) => void act(ask))

async function act({ settings, tickets, categories, seconds, atOnce }: ActAsk): Promise<void> {
  const database = openDatabase(settings, { connections: atOnce })
  const { writer, close } = await writerOf(settings, database.db)
  const work = (index: number) => {
    const ticket = tickets[index % tickets.length]
    return ticket ? correctOnce(writer, ticket, categories) : Promise.resolve()
  }
  const passed: Passed = await closedLoop({ atOnce, seconds, signal: new AbortController().signal }, work)
  close()
  await database.close()
  process.send?.({ ...passed, failures: passed.failures.slice(0, 20) })
}
