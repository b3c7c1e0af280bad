import { once } from 'node:events'
import type { Queue } from 'bullmq'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { outbox } from '../../../../src/platform/database/schema.ts'
import { mostAttempts, openRelay, type Relay } from '../../../../src/platform/jobs/relay.ts'
import { openWorker } from '../../../../src/platform/jobs/workers.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import { aJobsWorld, type JobsWorld } from '../../jobs.ts'
import { until } from '../../web/world.ts'

const now = Date.UTC(2026, 10, 23)

let world: JobsWorld
let relays: Relay[]
let queue: Queue

beforeAll(async () => {
  world = await aJobsWorld()
  relays = [world.relay, openRelay({ ...world, log: createLogger('test', 'silent') })]
  queue = world.queues.of('tickets')
})
afterEach(() => world.rest())
afterAll(() => world.close())

async function announce(...jobIds: string[]): Promise<void> {
  await world.db.insert(outbox).values(
    jobIds.map((jobId) => ({
      queue: 'tickets',
      jobId,
      topic: 'ticket.dispatched',
      payload: { jobId },
      createdAt: now,
    })),
  )
}

/** A worker that notes what it did. */
function work(): string[] {
  const done: string[] = []
  const parts = world.working(world.parts)
  world.run(openWorker('tickets', parts, async ({ data }: { data: { jobId: string } }) => done.push(data.jobId)))
  return done
}

test('an announcement becomes one job, and its row is marked', async () => {
  await announce('ticket:7:dispatched', '8')
  expect(await relays[0]?.moveOnce(now)).toBe(2)
  expect(await relays[0]?.moveOnce(now)).toBe(0)
  const jobs = await queue.getJobs(['waiting'])
  expect(jobs.map((job) => job.data.jobId).sort()).toEqual(['8', 'ticket:7:dispatched'])
  expect(await world.db.select({ at: outbox.relayedAt }).from(outbox)).toEqual([{ at: now }, { at: now }])
})

test('a relay that died between adding and marking makes no second job', async () => {
  await announce('a')
  await relays[0]?.moveOnce(now)
  await world.db.update(outbox).set({ relayedAt: null })
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
  await world.db.insert(outbox).values({ queue: 'no:such', jobId: 'x', topic: 't', payload: {}, createdAt: now })
  await announce('fine')
  expect(await relays[0]?.moveOnce(now)).toBe(1)
  const rows = await world.db.select().from(outbox).orderBy(outbox.id)
  expect(rows).toMatchObject([
    { attempts: 1, relayedAt: null, lastError: 'no such queue: no:such' },
    { relayedAt: now },
  ])
})

test('a row that fails too often waits for a person', async () => {
  const fate = { queue: 'none', jobId: 'x', topic: 't', payload: {}, createdAt: now, attempts: mostAttempts - 1 }
  await world.db.insert(outbox).values(fate)
  await world.relay.moveOnce(now)
  await world.relay.moveOnce(now)
  expect(await world.db.select().from(outbox)).toMatchObject([{ attempts: mostAttempts, relayedAt: null }])
})

test('what a worker has done is done, also for a Redis that forgets everything', async () => {
  const done = work()
  await announce('a')
  await world.relay.recover(now)
  await world.relay.moveOnce(now)
  const isDone = () => world.db.select({ at: outbox.doneAt }).from(outbox)
  await until(isDone, (rows) => rows.every((row) => row.at !== null))
  await world.redis.flushdb()
  expect(await world.relay.recover(now)).toBe(0)
  expect(await world.relay.moveOnce(now)).toBe(0)
  expect(done).toEqual(['a'])
})

test('jobs that went with Redis are moved again at once', async () => {
  await world.relay.recover(now)
  await announce('a', 'b')
  await world.relay.moveOnce(now)
  expect(await world.relay.recover(now)).toBe(0)
  await world.redis.flushdb()
  expect(await world.relay.recover(now)).toBe(2)
  await world.relay.moveOnce(now)
  const done = work()
  await until(
    async () => done,
    () => done.length === 2,
  )
})

test('a job of the last seconds before Redis went away is moved again at once when it is back', async () => {
  await world.relay.recover(now)
  await announce('lost', 'there')
  await world.relay.moveOnce(now)
  await queue.remove('o-lost')
  const isBack = once(world.redis, 'ready')
  world.redis.disconnect(true)
  await isBack
  expect(await world.relay.recover(now)).toBe(2)
  await world.relay.moveOnce(now)
  const jobs = await queue.getJobs(['waiting'])
  expect(jobs.map((job) => job.data.jobId).sort()).toEqual(['lost', 'there'])
  expect(await world.relay.recover(now)).toBe(0)
})

test('a job that was lost alone is moved again after a while, one that is still there is no second one', async () => {
  await world.relay.recover(now)
  await announce('lost', 'there')
  await world.relay.moveOnce(now)
  await queue.remove('o-lost')
  expect(await world.relay.recover(now + 60_000)).toBe(0)
  expect(await world.relay.recover(now + 11 * 60_000)).toBe(2)
  await world.relay.moveOnce(now)
  const jobs = await queue.getJobs(['waiting'])
  expect(jobs.map((job) => job.data.jobId).sort()).toEqual(['lost', 'there'])
})

test('rows that are done are thrown away after a week, no others', async () => {
  const day = 24 * 3_600_000
  await announce('old', 'fresh', 'undone')
  const [old, fresh] = await world.db.select().from(outbox).orderBy(outbox.id)
  await world.db
    .update(outbox)
    .set({ doneAt: now - 8 * day })
    .where(eq(outbox.id, old?.id ?? 0))
  await world.db
    .update(outbox)
    .set({ doneAt: now - 6 * day })
    .where(eq(outbox.id, fresh?.id ?? 0))
  expect(await world.relay.purge(now)).toBe(1)
  expect((await world.db.select().from(outbox)).map((row) => row.jobId).sort()).toEqual(['fresh', 'undone'])
})
