import { requireCalendarFiles } from '../calendar/load.ts'
import { syncCalendar } from '../calendar/store.ts'
import { openBus } from '../platform/bus.ts'
import { openDatabase } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import { patiently } from '../platform/patient.ts'
import { closeRedis, openRedis } from '../platform/redis.ts'
import { openRelay } from '../platform/relay.ts'
import type { Settings } from '../settings.ts'
import { openDispatch } from '../tickets/jobs.ts'
import { requireLimits } from '../tickets/limits-file.ts'
import { openTiming } from '../tickets/timing.ts'
import { openWriter } from '../tickets/writer.ts'
import type { RunningRole } from './role.ts'

const everyMs = 500
/** While a store is away there is no use in asking so often. */
const afterFailureMs = 3_000
const heartbeatSeconds = 15

/** Moves announcements to the job queues and works on them. Any number of these may run. */
export async function startJobs(settings: Settings, log: Log): Promise<RunningRole> {
  const { years, workingTime } = requireCalendarFiles(settings.configDir)
  const limits = requireLimits(settings.configDir)
  const stopping = new AbortController()
  const database = openDatabase(settings)
  const [redis, jobs] = await Promise.all([openRedis(settings, 'commands', log), openRedis(settings, 'jobs', log)])
  const bus = await openBus(settings, log)
  const relay = openRelay(database.db, jobs, log)
  const writer = openWriter({ db: database.db, bus, timing: openTiming(database.db, { workingTime, limits }) })
  const dispatch = openDispatch({ db: database.db, redis: jobs, writer, now: Date.now, log })

  void patiently(
    'working days in the database',
    async () => {
      const { loaded, refused, awaited } = await syncCalendar(database.db, years, Date.now())
      if (loaded.length > 0) log.info({ years: loaded }, 'working days loaded')
      if (refused.length > 0) {
        log.error({ years: refused }, 'working days were changed without a new version: raise it in config/calendar')
      }
      if (awaited.length > 0)
        log.warn({ years: awaited }, 'working days not loaded: no due date falls into these years')
    },
    { log, signal: stopping.signal },
  )

  let isStopping = false
  let isWell = true
  let timer: NodeJS.Timeout | undefined
  const round = async (): Promise<void> => {
    let delay = everyMs
    try {
      // Asked with a time limit first: adding to a job queue waits for Redis as long as it takes.
      await redis.set(`heartbeat:jobs:${process.pid}`, Date.now(), 'EX', heartbeatSeconds)
      const moved = await relay.moveOnce(Date.now())
      if (moved > 0) log.debug({ moved }, 'relayed')
      if (!isWell) log.info('relaying again')
      isWell = true
    } catch (error) {
      if (isWell) log.warn({ err: error }, 'relay waits for its stores')
      isWell = false
      delay = afterFailureMs
    }
    if (isStopping) return
    // What came while this round read may not have been in it.
    timer = setTimeout(() => void next(), isAskedAgain && isWell ? 0 : delay)
  }
  let current: Promise<void> | null = null
  let isAskedAgain = false
  const next = (): Promise<void> => {
    isAskedAgain = false
    current = round().finally(() => {
      current = null
    })
    return current
  }
  await next()
  const stopNudges = await bus.subscribe('outbox.filled', () => {
    isAskedAgain = true
    // Whoever waits after a failure waits on.
    if (isStopping || current !== null || !isWell) return
    clearTimeout(timer)
    void next()
  })

  return {
    stop: async () => {
      isStopping = true
      stopping.abort()
      clearTimeout(timer)
      stopNudges()
      await current
      await dispatch.stop()
      closeRedis(jobs)
      await relay.close()
      bus.close()
      closeRedis(redis)
      await database.close()
    },
  }
}
