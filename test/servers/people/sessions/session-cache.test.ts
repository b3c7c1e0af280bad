import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { openSessionCache } from '../../../../src/people/sessions/session-cache.ts'
import type { Session } from '../../../../src/people/store.ts'
import { closeRedis, openRedis } from '../../../../src/platform/redis/redis.ts'
import type { SessionId } from '../../../../src/platform/types.ts'
import { freshRedisUrl } from '../../world.ts'

const session: Session = {
  id: 'S1' as SessionId,
  person: { id: 1, username: 'boss', name: '王慧敏', roles: ['SUPERVISOR'], unitCode: null },
  agentNumber: null,
  createdAt: 1,
  expiresAt: 2,
}

async function aCache() {
  const redis = await openRedis({ redisUrl: await freshRedisUrl() }, 'commands')
  onTestFinished(async () => closeRedis(redis))
  return openSessionCache(redis, pino({ level: 'silent' }))
}

test('a log-in that has ended does not come back, whatever was on its way to be written', async () => {
  const cache = await aCache()
  for (let round = 0; round < 200; round += 1) {
    const hash = `hash-${round}`
    await cache.write(hash, session)
    await Promise.all([cache.replace(hash, session), cache.forget(hash), cache.write(hash, session)])
    expect(await cache.read(hash)).toEqual({ isEnded: true, fresh: null, kept: null })
  }
})

test('what changed is written over what is there; an older answer of the database is not', async () => {
  const cache = await aCache()
  await cache.write('hash', session)
  const changed = { ...session, person: { ...session.person, name: '王慧' } }
  await cache.replace('hash', changed)
  await cache.write('hash', session)
  expect(await cache.read('hash')).toEqual({ isEnded: false, fresh: changed, kept: changed })
})
