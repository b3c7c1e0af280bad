import { hostname } from 'node:os'
import { openBus } from '../bus.ts'
import { openBoard } from '../calls/lead/board.ts'
import { openContender } from '../calls/lead/leadership.ts'
import { epochKey } from '../floor/queue/commands.ts'
import { standbyKey } from '../health/health.ts'
import { openDatabase } from '../platform/database/database.ts'
import { openTicker } from '../platform/jobs/ticker.ts'
import type { Log } from '../platform/process/log.ts'
import { isOfDead, nameOfThisProcess } from '../platform/process/process-id.ts'
import { closeRedis, openRedis } from '../platform/redis/redis.ts'
import type { Settings } from '../settings.ts'
import { requireSite } from '../site/load.ts'
import { eventSockets } from '../telephony/ari/ari-socket.ts'
import { leadCalls } from './calls/lead.ts'
import type { RunningRole } from './role.ts'

/**
 * The calls role: contends for the calls of one Asterisk. One process leads; any number may stand by, without an event
 * connection, until they see that its beats stop.
 */
export async function startCalls(settings: Settings, log: Log): Promise<RunningRole> {
  const site = requireSite(settings.configDir)
  const database = openDatabase(settings, { log })
  const redis = await openRedis(settings, 'commands', log)
  const bus = await openBus(settings, log)
  const ticker = openTicker(log)

  const { ariUrl: url, ARI_USERNAME: username, ariPassword: password } = settings
  const sockets = eventSockets({ url, username, password })
  const board = openBoard(settings)
  const owner = nameOfThisProcess(hostname())
  /** For people. */
  const name = `${hostname()}:${process.pid}`
  const contender = openContender({
    board,
    owner,
    isDead: isOfDead,
    async knownEpochs() {
      const known = await redis.get(epochKey(settings.NODE_NAME)).catch((error: unknown) => {
        log.warn({ err: error }, 'highest epoch not read from Redis: only the one at Asterisk counts')
        return null
      })
      return known === null ? [] : [Number(known)]
    },
    lead(lead) {
      // A process that still stands by signs again within a second.
      redis
        .del(standbyKey(settings.NODE_NAME))
        .catch((error: unknown) => log.debug({ err: error }, 'standby sign not deleted: it expires by itself'))
      return leadCalls({ settings, site, database, redis, bus, sockets, lead, name, log })
    },
    now: Date.now,
    log,
  })
  ticker.every(1_000, 'sign of life of a standby', async () => {
    if (contender.epoch() !== null) return
    await redis.set(standbyKey(settings.NODE_NAME), name, 'PX', 5_000)
    await sockets.prepare()
  })

  return {
    async stop() {
      ticker.stop()
      await contender.stop()
      board.close()
      bus.close()
      closeRedis(redis)
      await database.close()
    },
  }
}
