import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

export const redisKilled: Fault = {
  name: 'redis-killed',
  goals: ['R5'],
  title: 'Redis: kill -9',
  isShort: true,
  async inflict(world) {
    await world.kill(world.program('redis'))
    await world.untilReady()
  },
}

export const redisEmptied: Fault = {
  name: 'redis-emptied',
  goals: ['R5'],
  title: 'Redis: FLUSHALL',
  isShort: true,
  async inflict(world) {
    await world.withRedis((redis) => redis.flushall())
    await sleep(1_000)
    await world.untilReady()
  },
}

/** As after a power cut of its machine, or with a replica that lags behind. */
export const redisRolledBack: Fault = {
  name: 'redis-rolled-back',
  goals: ['R5'],
  title: 'Redis: kill -9, and back as it was 2 s before',
  isShort: false,
  async inflict(world) {
    const files = join(world.settings.varDir, 'redis', 'appendonlydir')
    const earlier = `${files}.earlier`
    await cp(files, earlier, { recursive: true })
    await sleep(2_000)
    await world.takeAway(world.program('redis'), 500, async () => {
      await rm(files, { recursive: true })
      await rename(earlier, files)
    })
    await world.untilReady()
  },
}

export const databaseKilled: Fault = {
  name: 'database-killed',
  goals: ['R4', 'R6'],
  title: 'MariaDB: kill -9',
  isShort: false,
  async inflict(world) {
    await world.kill(world.program('mariadb'))
    await world.untilReady()
  },
}

export const databaseAway: Fault = {
  name: 'database-away',
  goals: ['R6'],
  title: 'MariaDB away for 60 s (10 s in the short run)',
  isShort: true,
  async inflict(world) {
    await world.takeAway(world.program('mariadb'), world.isFull ? 60_000 : 10_000)
    await world.untilReady()
  },
}
