import { requireCalendarFiles } from '../calendar/load.ts'
import { syncCalendar } from '../calendar/store.ts'
import { openDatabase } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import { patiently } from '../platform/patient.ts'
import { closeRedis, openRedis } from '../platform/redis.ts'
import { openRelay } from '../platform/relay.ts'
import type { Settings } from '../settings.ts'
import { openDispatch } from '../tickets/jobs.ts'
import { requireLimits } from '../tickets/limits-file.ts'
import { openTiming } from '../tickets/timing.ts'
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
  const relay = openRelay(database.db, jobs, log)
  const timing = openTiming(database.db, { workingTime, limits })
  const dispatch = openDispatch({ db: database.db, redis: jobs, timing, now: Date.now, log })

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
    if (!isStopping) timer = setTimeout(() => void next(), delay)
  }
  let current: Promise<void> = Promise.resolve()
  const next = (): Promise<void> => {
    current = round()
    return current
  }
  await next()

  return {
    stop: async () => {
      isStopping = true
      stopping.abort()
      clearTimeout(timer)
      await current
      await dispatch.stop()
      closeRedis(jobs)
      await relay.close()
      closeRedis(redis)
      await database.close()
    },
  }
}
