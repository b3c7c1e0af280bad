import { openDatabase } from '../../../../src/platform/database/database.ts'
import { createTicket } from '../../../../src/tickets/records/store.ts'
import { aMatter, monday, timing } from '../world.ts'

/** A process of its own that hands tickets in and says their numbers. Arguments: database, how many. */

const [, , databaseUrl = '', count = '0'] = process.argv
// More at once than the pool has connections: the last ones wait for all before them, however slow the machine is.
const { db, close } = openDatabase({ databaseUrl }, { limitMs: 60_000 })
const outcomes = await Promise.all(
  Array.from({ length: Number(count) }, () =>
    createTicket(db, aMatter(), { kind: 'register' }, { by: null, now: monday, timing }),
  ),
)
console.log(JSON.stringify(outcomes.map((outcome) => (outcome.ok ? outcome.number : outcome.refusal.code))))
await close()
