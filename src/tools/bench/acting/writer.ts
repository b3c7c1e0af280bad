import { openBus } from '../../../bus.ts'
import { requireCalendarFiles } from '../../../calendar/load.ts'
import type { Db } from '../../../platform/database/database.ts'
import { createLogger } from '../../../platform/process/log.ts'
import type { Settings } from '../../../settings.ts'
import { requireLimitBook } from '../../../tickets/clocks/limits-file.ts'
import { openTiming } from '../../../tickets/clocks/timing.ts'
import { openWriter, type TicketWriter } from '../../../tickets/records/writer.ts'

/** The store as the web role has it. */
export async function writerOf(
  settings: Pick<Settings, 'redisUrl' | 'configDir'>,
  db: Db,
): Promise<{ writer: TicketWriter; close(): void }> {
  const bus = await openBus(settings, createLogger('bench', 'error'))
  const { configDir } = settings
  const rules = { workingTime: requireCalendarFiles(configDir).workingTime, limits: requireLimitBook(configDir) }
  return { writer: openWriter({ db, bus, timing: openTiming(db, rules) }), close: () => bus.close() }
}
