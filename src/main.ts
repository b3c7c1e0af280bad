import { createLogger } from './platform/process/log.ts'
import type { RunningRole, StartRole } from './roles/role.ts'
import { requireStructure } from './roles/structure.ts'
import { loadSettings, type Role, SettingsError } from './settings.ts'

/** Starts the roles named in ROLES, on a database of their own version, and stops them in reverse order; nothing else. */

const starters: Record<Role, () => Promise<StartRole>> = {
  calls: async () => (await import('./roles/calls.ts')).startCalls,
  web: async () => (await import('./roles/web.ts')).startWeb,
  jobs: async () => (await import('./roles/jobs.ts')).startJobs,
}

/** A role that does not stop in time is ended: its work is in the stores, and the supervisor starts it again. */
const stopLimitMs = 8_000

const settings = readSettings()
const log = createLogger('main', settings.LOG_LEVEL)
const running: { role: Role; stop: RunningRole['stop'] }[] = []
const stopping = new AbortController()
let isStopping = false

process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'unhandled rejection'))
process.on('uncaughtException', (error) => {
  // What the process still knows may be wrong now; the stores are not.
  log.fatal({ err: error }, 'uncaught exception: process exits')
  process.exit(1)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal, 0))

try {
  const modules = Promise.all(settings.ROLES.map(async (role) => ({ role, start: await starters[role]() })))
  await requireStructure(settings, log, stopping.signal, (error) => {
    log.fatal({ err: error }, 'database structure does not fit this version: stopping')
    void stop('foreign structure', 1)
  })
  for (const { role, start } of await modules) {
    const { stop: stopRole } = await start(settings, createLogger(role, settings.LOG_LEVEL))
    running.push({ role, stop: stopRole })
    log.info({ started: role }, 'role started')
  }
} catch (error) {
  log.fatal({ err: error }, 'start failed')
  await stop('failed start', 1)
}

async function stop(why: string, exitCode: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  stopping.abort()
  log.info({ why }, 'stopping')
  const limit = setTimeout(() => {
    log.error({ limitMs: stopLimitMs }, 'stop timed out: process exits')
    process.exit(1)
  }, stopLimitMs)
  limit.unref()
  for (const { role, stop: stopRole } of running.reverse()) {
    try {
      await stopRole()
      log.info({ stopped: role }, 'role stopped')
    } catch (error) {
      log.error({ err: error, stopped: role }, 'role failed to stop cleanly')
    }
  }
  process.exit(exitCode)
}

function readSettings() {
  try {
    return loadSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
