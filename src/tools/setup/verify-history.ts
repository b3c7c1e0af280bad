import { parseArgs } from 'node:util'
import { openDatabase } from '../../platform/database/database.ts'
import type { TicketId } from '../../platform/types.ts'
import type { HistoryFault } from '../../tickets/records/history.ts'
import { type CheckedBatch, checkBatch } from '../../tickets/records/history-check.ts'
import { explain } from './failure.ts'
import { settingsBeside } from './running.ts'
import { loadSecrets, withSecrets } from './secrets.ts'

/** `npm run verify:history`: checks every ticket's history against its digests. */

const usage = `npm run verify:history

Reads the history of every ticket and compares each row with its digest, which contains that of the row before it. Reads
only; the hotline may run. Without DATABASE_URL it asks the private MariaDB of HOTLINE_VAR, which has to run (npm start).

Ends with 0 when every row is as it was written, with 1 and a line for each row that was changed, is missing or was
added, with 2 when the histories could not be read.`

const words: Record<HistoryFault['what'], string> = {
  CHANGED: 'was changed',
  MISSING: 'is missing',
  ADDED: 'was added: the ticket had fewer events',
}
const statementLimitMs = 60_000
const tellEveryMs = 5_000

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } })
  if (values.help) process.stdout.write(`${usage}\n`)
  else process.exitCode = (await verify()) === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`\n✗ ${explain(error)}\n`)
  process.exitCode = 2
}
process.exit()

/** @returns how many rows are not as they were written */
async function verify(): Promise<number> {
  const { settings: given } = await settingsBeside()
  const settings = withSecrets(given, await loadSecrets(given.varDir))
  process.stdout.write(`Histories of ${new URL(settings.databaseUrl).host}\n`)
  const database = openDatabase(settings, { connections: 1, limitMs: statementLimitMs })
  const sum = { tickets: 0, events: 0, faults: 0 }
  let toldAt = Date.now()
  try {
    for (let after: TicketId | '' | null = ''; after !== null; ) {
      const from: TicketId | '' = after
      const checked: CheckedBatch = await database.db.transaction((tx) => checkBatch(tx, from))
      const { lastId, found, ...looked } = checked
      for (const { number, seq, what } of found) process.stdout.write(`✗ ${number} row ${seq} ${words[what]}\n`)
      sum.tickets += looked.tickets
      sum.events += looked.events
      sum.faults += found.length
      after = lastId
      if (Date.now() - toldAt < tellEveryMs) continue
      toldAt = Date.now()
      process.stdout.write(`  ${sum.tickets} tickets so far\n`)
    }
  } finally {
    await database.close()
  }
  const end = sum.faults === 0 ? '✓ all as they were written' : `✗ ${sum.faults} not as they were written`
  process.stdout.write(`${end}: ${sum.tickets} tickets, ${sum.events} rows\n`)
  return sum.faults
}
