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
