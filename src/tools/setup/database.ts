import { join } from 'node:path'
import { calendarOf } from '../../calendar/calendar.ts'
import { requireCalendarFiles } from '../../calendar/load.ts'
import { syncCalendar } from '../../calendar/store.ts'
import { recordingFolder } from '../../calls/recordings/folder.ts'
import { requireSeeds } from '../../catalogue/load.ts'
import { syncSeeds } from '../../catalogue/store.ts'
import { syncDirectory } from '../../directory/store.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { MigrationError, migrate } from '../../platform/database/structure/migrate.ts'
import type { RecordingName } from '../../platform/types.ts'
import { reachOf, type Settings } from '../../settings.ts'
import type { Site } from '../../site/site.ts'
import type { Timing } from '../../tickets/clocks/deadlines.ts'
import { requireLimits } from '../../tickets/clocks/limits-file.ts'
import { SetupFailure } from './failure.ts'
import type { KeeperOptions } from './keeper.ts'
import { speakWords } from './prompts.ts'
import { type Account, loadSample } from './sample/sample.ts'
import { loadSampleCalls } from './sample/sample-calls.ts'
import { loadSampleTickets } from './sample/sample-tickets.ts'
import { loadSampleWorkstations } from './sample/sample-workstations.ts'
import type { Secrets } from './secrets.ts'
import { grantRights, ownerUrl, type PrivateMariadb, startMariadb } from './servers/mariadb.ts'
import type { Steps } from './steps.ts'

export interface DatabaseStart extends KeeperOptions {
  signal?: AbortSignal
  isThrowaway?: boolean
  /** Without the sample's tickets. */
  isBare?: boolean
}

/** The database with its structure and the data that every hotline has; starts a private MariaDB if needed. */
export async function startDatabase(
  settings: Settings,
  secrets: Secrets,
  site: Site,
  options: DatabaseStart,
  steps: Steps,
): Promise<{ url: string; accounts: Account[]; made: Account[] }> {
  if (settings.isPrivate.database) {
    const mariadb = privateMariadb(settings, secrets, options)
    await steps.step(`MariaDB on 127.0.0.1:${mariadb.port}`, async () => {
      await startMariadb(mariadb)
    })
  }
  options.signal?.throwIfAborted()
  const url = ownersUrl(settings, secrets)
  const { accounts, made } = await steps.step('database structure and sample data', async () => {
    await migrate(url).catch(refuseStructure)
    if (settings.isPrivate.database) await grantRights(url)
    const database = openDatabase({ databaseUrl: url }, { connections: 2, limitMs: 20_000 })
    try {
      const isForReal = !settings.isPrivate.database || reachOf(settings).length > 0
      await syncSeeds(database.db, requireSeeds(settings.configDir), Date.now())
      await syncDirectory(database.db, site, Date.now())
      // Before the first sweep: otherwise a year that is about to be loaded would be reported as missing.
      await syncCalendar(database.db, requireCalendarFiles(settings.configDir).years, Date.now())
      const loaded = await loadSample(database.db, settings.varDir, site, Date.now(), { isForReal })
      if (!isForReal) await loadSampleWorkstations(database.db, Date.now())
      if (!isForReal && !options.isBare) {
        const parts = { site, node: settings.NODE_NAME, speak: speakerOf(settings, options.signal) }
        await loadSampleCalls(database.db, parts, Date.now())
        await loadSampleTickets(database.db, { ...parts, timing: timingOf(settings) }, Date.now())
      }
      return loaded
    } finally {
      await database.close()
    }
  })
  return { url, accounts, made }
}

/** The database does not fit this version: the sentence says it all, a stack trace would hide it. */
function refuseStructure(error: unknown): never {
  if (!(error instanceof MigrationError)) throw error
  throw new SetupFailure(error.message, 'see docs/operations.md, 5 (servers of your own) and 10 (upgrade)')
}

/** Makes the sound of a citizen's message, where Asterisk would have put it. */
function speakerOf({ spoolDir }: Settings, signal: AbortSignal | undefined) {
  return (name: RecordingName, words: string): Promise<void> =>
    speakWords(words, join(recordingFolder(spoolDir), `${name}.wav`), signal)
}

function timingOf({ configDir }: Settings): Timing {
  const { years, workingTime } = requireCalendarFiles(configDir)
  return { calendar: calendarOf(years, workingTime), limits: requireLimits(configDir) }
}

/** The user who may change the structure: on a server of the site's own it is the only user. */
export function ownersUrl(settings: Settings, secrets: Secrets): string {
  if (!settings.isPrivate.database) return settings.databaseUrl
  return ownerUrl({ port: portOf(settings), ownerPassword: secrets.databaseOwner })
}

function privateMariadb(settings: Settings, secrets: Secrets, options: DatabaseStart): PrivateMariadb {
  return {
    ...options,
    dir: join(settings.varDir, 'mariadb'),
    port: portOf(settings),
    memoryMb: settings.DATABASE_MEMORY_MB,
    ownerPassword: secrets.databaseOwner,
    password: secrets.database,
  }
}

const portOf = (settings: Settings) => Number(new URL(settings.databaseUrl).port)
