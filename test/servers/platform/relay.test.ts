import { Writable } from 'node:stream'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/platform/database.ts'
import { createLogger } from '../../../src/platform/log.ts'
import { closeRedis, openRedis } from '../../../src/platform/redis.ts'
import { openRelay, queuePrefix, type Relay } from '../../../src/platform/relay.ts'
import { outbox } from '../../../src/platform/schema.ts'
import { freshServers } from '../world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))
const now = Date.UTC(2026, 10, 23)

let database: Database
let redis: Redis
let relays: Relay[]
let queue: Queue

beforeEach(async () => {
  const servers = await freshServers()
  database = openDatabase(servers)
  redis = await openRedis(servers, 'jobs')
  relays = [openRelay(database.db, redis, log), openRelay(database.db, redis, log)]
  queue = new Queue('tickets', { connection: redis, prefix: queuePrefix })
})

afterEach(async () => {
  await queue.close()
  for (const relay of relays) await relay.close()
  closeRedis(redis)
  await database.close()
})

async function announce(...jobIds: string[]): Promise<void> {
  await database.db.insert(outbox).values(
    jobIds.map((jobId) => ({
      queue: 'tickets',
      jobId,
      topic: 'ticket.dispatched',
      payload: { jobId },
      createdAt: now,
    })),
  )
}

test('an announcement becomes one job, and its row is marked', async () => {
  await announce('ticket:7:dispatched', '8')
  expect(await relays[0]?.moveOnce(now)).toBe(2)
  expect(await relays[0]?.moveOnce(now)).toBe(0)
  const jobs = await queue.getJobs(['waiting'])
  expect(jobs.map((job) => job.data.jobId).sort()).toEqual(['8', 'ticket:7:dispatched'])
  expect(await database.db.select({ at: outbox.relayedAt }).from(outbox)).toEqual([{ at: now }, { at: now }])
})

test('a relay that died between adding and marking makes no second job', async () => {
  await announce('a')
  await relays[0]?.moveOnce(now)
  await database.db.update(outbox).set({ relayedAt: null })
  expect(await relays[1]?.moveOnce(now)).toBe(1)
  expect(await queue.getJobCountByTypes('waiting')).toBe(1)
})

test('two relays at once move everything and nothing twice', async () => {
  await announce(...Array.from({ length: 50 }, (_, index) => `job-${index}`))
  const moved = await Promise.all(relays.map((relay) => relay.moveOnce(now)))
  expect(moved.reduce((sum, count) => sum + count, 0)).toBe(50)
  expect(await queue.getJobCountByTypes('waiting')).toBe(50)
})

test('a row that cannot be relayed is kept with the reason, and the others go on', async () => {
  await database.db.insert(outbox).values({ queue: 'no:such', jobId: 'x', topic: 't', payload: {}, createdAt: now })
  await announce('fine')
  expect(await relays[0]?.moveOnce(now)).toBe(1)
  const rows = await database.db.select().from(outbox).orderBy(outbox.id)
  expect(rows).toMatchObject([
    { attempts: 1, relayedAt: null, lastError: expect.stringContaining(':') },
    { relayedAt: now },
  ])
})
