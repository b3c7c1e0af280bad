import { expect, test } from 'vitest'
import { closeRedis, openRedis, reconnectDelay } from '../../../../src/platform/redis/redis.ts'
import { eventually } from '../../../../src/tools/setup/files.ts'
import { aRedisOfItsOwn } from '../../world.ts'

test('a command fails at once while Redis is away, is never run later, and works when it is back', async () => {
  const server = await aRedisOfItsOwn()
  const redis = await openRedis(server, 'commands')
  await redis.set('before', '1')
  await server.stop()
  await expect(redis.set('given-up', '1')).rejects.toThrow()

  await server.start()
  expect(await eventually(async () => redis.status === 'ready', 10_000)).toBe(true)
  expect(await redis.get('given-up')).toBeNull()
  // What had been written before is still there: the private Redis keeps its log.
  expect(await redis.get('before')).toBe('1')
  closeRedis(redis)
})

test('a Redis that is not there yet ends nothing', async () => {
  const redis = await openRedis({ redisUrl: 'redis://127.0.0.1:1' }, 'commands', undefined, 50)
  await expect(redis.get('x')).rejects.toThrow()
  closeRedis(redis)
})

test('reconnects come slower and slower, at most two seconds apart, and not all at once', () => {
  for (const attempt of [1, 5, 50, 5_000]) {
    expect(reconnectDelay(attempt, 0)).toBeGreaterThan(0)
    expect(reconnectDelay(attempt, 0)).toBeLessThan(reconnectDelay(attempt, 1))
    expect(reconnectDelay(attempt, 1)).toBeLessThanOrEqual(2_000)
  }
})
