import { Writable } from 'node:stream'
import { openDatabase } from '../../src/platform/database/database.ts'
import { outbox } from '../../src/platform/database/schema.ts'
import { openFigures } from '../../src/platform/jobs/figures.ts'
import { openQueues } from '../../src/platform/jobs/queues.ts'
import { openRelay } from '../../src/platform/jobs/relay.ts'
import type { RunningWorker } from '../../src/platform/jobs/workers.ts'
import { createLogger } from '../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../src/platform/redis/redis.ts'
import { openWriter } from '../../src/tickets/records/writer.ts'
import type { Announcements } from '../../src/topics.ts'
import { monday, timing } from './tickets/world.ts'
import { freshServers } from './world.ts'

const log = createLogger('test', 'fatal', new Writable({ write: (_line, _encoding, done) => done() }))

/** Everything that a jobs role is put together from, with a clock that the test moves; for all tests of a file. */
export async function aJobsWorld() {
  const servers = await freshServers()
  const database = openDatabase(servers)
  const { db } = database
  const [redis, patient] = await Promise.all([openRedis(servers, 'commands', log), openRedis(servers, 'jobs', log)])
  const queues = openQueues(redis, log)
  const workers: RunningWorker[] = []
  const clock = { now: monday }
  const said: { topic: keyof Announcements; message: unknown }[] = []
  const bus = {
    publish: <T extends keyof Announcements>(topic: T, message: Announcements[T]) => void said.push({ topic, message }),
  }
  const now = () => clock.now
  const getTiming = async () => timing
  return {
    servers,
    db,
    redis,
    queues,
    clock,
    /** What was told on the bus, in order. */
    said,
    relay: openRelay({ db, redis, queues, log }),
    /** For workers and sweeps. */
    parts: {
      ...{ db, bus, queues, now, log },
      redis,
      timing: getTiming,
      figures: openFigures(redis, log),
      writer: openWriter({ db, bus, timing: getTiming }),
    },
    /** With the connection that a worker needs. */
    working: <Parts extends object>(parts: Parts) => ({ ...parts, redis: patient }),
    run<Worker extends RunningWorker>(worker: Worker): Worker {
      workers.push(worker)
      return worker
    },
    /** After each test: nobody works, and Redis and outbox are empty. */
    async rest() {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()))
      await redis.flushdb()
      await db.delete(outbox)
      said.length = 0
      clock.now = monday
    },
    async close() {
      closeRedis(patient)
      await queues.close()
      closeRedis(redis)
      await database.close()
    },
  }
}

export type JobsWorld = Awaited<ReturnType<typeof aJobsWorld>>
