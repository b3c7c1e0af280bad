import { setTimeout as sleep } from 'node:timers/promises'
import { openReadings } from '../../audit/readings.ts'
import { audit } from '../../audit/store.ts'
import { openBus } from '../../bus.ts'
import { openLiveCalls } from '../../calls/records/living.ts'
import { openNumbersAsked } from '../../citizens/numbers-asked.ts'
import { openForced } from '../../desk/forced.ts'
import { openAgents } from '../../floor/agents/store.ts'
import { openDay } from '../../floor/day.ts'
import type { ExposedSettings } from '../../health/exposure.ts'
import { openGuard } from '../../people/guard.ts'
import { openSessions } from '../../people/sessions/sessions.ts'
import { openGuests } from '../../phone/guests.ts'
import { openSipProxy } from '../../phone/sip-proxy.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { openQueues } from '../../platform/jobs/queues.ts'
import type { Log } from '../../platform/process/log.ts'
import { closeRedis, openRedis } from '../../platform/redis/redis.ts'
import type { Instant } from '../../platform/types.ts'
import { openOrigins } from '../../platform/web/origin.ts'
import type { Settings } from '../../settings.ts'
import type { Site } from '../../site/site.ts'
import type { TimingRules } from '../../tickets/clocks/timing.ts'

const drainMs = 2_000

export type WebSettings = Pick<
  Settings,
  | 'databaseUrl'
  | 'redisUrl'
  | 'ariUrl'
  | 'spoolDir'
  | 'varDir'
  | 'attachmentsDir'
  | 'NODE_NAME'
  | keyof ExposedSettings
  | 'REQUESTS_PER_MINUTE'
  | 'publicUrl'
  | 'GUEST_PHONE'
  | 'SAMPLE_PROVINCE'
  | 'SIP_PORT'
  | 'provinceUrl'
  | 'provinceSecret'
  | 'emergencyUrl'
  | 'messagesSecret'
  | 'thirteen710Url'
  | 'thirteen710Secret'
>

export interface WebParts {
  settings: WebSettings
  site: Site
  rules: TimingRules
  now(): Instant
  log: Log
}

export type WebEdges = Awaited<ReturnType<typeof openWebEdges>>

/** What routes and live connections share: the stores, who is logged in, the phones' way to Asterisk. */
export async function openWebEdges({ settings, site, now, log }: WebParts) {
  const database = openDatabase(settings, { log })
  const { db } = database
  const redis = await openRedis(settings, 'commands', log)
  const bus = await openBus(settings, log)
  const queues = openQueues(redis, log)
  const agents = openAgents({ redis, db, bus, log })
  const { areaCode } = site

  const sessions = openSessions({ database, redis, bus, agents, now, log })
  const guests = openGuests({ db, redis, bus, now, log })
  const sip = openSipProxy({
    ariUrl: settings.ariUrl,
    now,
    onForeign(actor, { address }, why) {
      const event = { at: now(), actorId: null, actor, action: 'sip.refused' as const, address, isAllowed: false }
      audit(db, { ...event, details: { why } }).catch((error: unknown) =>
        log.error({ err: error, phone: actor }, 'audit row of a refused SIP message not written'),
      )
    },
    log,
  })
  const guard = openGuard({ sessions, db, now })
  return {
    ...{ database, db, redis, bus, queues, agents, sessions, guests, sip, guard, areaCode },
    forced: openForced({ redis, queue: agents.queue, now }),
    day: openDay({ db, now }),
    numbersAsked: openNumbersAsked({ areaCode, db, redis, guard, log }),
    readings: openReadings({ db, redis, bus, guard, bounds: site.reading, now, log }),
    liveCalls: openLiveCalls({ redis, db, areaCode, log }),
    origins: openOrigins(settings),
    async stop() {
      // What the database does not take in time, `catchUp` of another process writes.
      await Promise.race([agents.drain(), sleep(drainMs)])
      agents.stop()
      await queues.close()
      bus.close()
      closeRedis(redis)
      await database.close()
    },
  }
}
