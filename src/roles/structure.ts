import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../platform/database/database.ts'
import { openStructureCheck, structureWords } from '../platform/database/structure/check.ts'
import type { StructureFault } from '../platform/database/structure/migrations.ts'
import type { Log } from '../platform/process/log.ts'
import { patiently } from '../platform/process/patient.ts'
import type { Settings } from '../settings.ts'

/** A role starts without a database, and does not wait for a hung one. */
const waitMs = 500

export class ForeignStructure extends Error {}

/**
 * A role works only on the structure that it was written for: otherwise it would misread and miswrite data. Checked
 * once, at the start; a newer version may migrate while the older one still runs.
 * @param onForeign called when the database was unreachable at the start and turns out to have another version's
 *   structure
 * @throws ForeignStructure
 */
export async function requireStructure(
  settings: Pick<Settings, 'databaseUrl'>,
  log: Log,
  signal: AbortSignal,
  onForeign: (error: ForeignStructure) => void,
): Promise<void> {
  const asking = askForFaults(settings, log, signal)
  const foreign = await Promise.race([asking, sleep(waitMs, null)])
  if (foreign) throw foreign
  void asking.then((late) => {
    if (late) onForeign(late)
  })
}

async function askForFaults(
  settings: Pick<Settings, 'databaseUrl'>,
  log: Log,
  signal: AbortSignal,
): Promise<ForeignStructure | null> {
  const database = openDatabase(settings, { connections: 1 })
  const check = openStructureCheck(database.pool)
  const found: StructureFault[] = []
  const ask = async () => {
    const faults = await check.faults()
    if (faults === null) log.warn('database structure not checked: grant SELECT on schema_migrations')
    found.push(...(faults ?? []))
  }
  const isAnswered = await patiently('database structure', ask, { log, signal })
  await database.close()
  return isAnswered && found.length > 0 ? new ForeignStructure(structureWords(found)) : null
}
