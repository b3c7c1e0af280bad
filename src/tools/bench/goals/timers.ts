import { type Job, Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { openDatabase } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/database/ids.ts'
import { openQueues, type Queues } from '../../../platform/jobs/queues.ts'
import { openWorker } from '../../../platform/jobs/workers.ts'
import { createLogger, type Log } from '../../../platform/process/log.ts'
import { closeRedis, openRedis } from '../../../platform/redis/redis.ts'
import type { Alarm } from '../../../tickets/clocks/alarm.ts'
import { setAlarms } from '../../../tickets/clockwork/sweep.ts'
import { eventually } from '../../setup/files.ts'
import type { Figure } from '../goal.ts'
import { elsewhere } from '../load/redis.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { abba, median, percentile, rangeOf } from '../statistics.ts'

const perSecond = 200
const batch = 1_000
const dayMs = 86_400_000
/** The same as the product's workers. */
const concurrency = 4

/** Both arms: add alarms to a job queue, and process the due ones. */
interface Arm {
  add(alarms: Alarm[]): Promise<unknown>
  work(heard: (alarm: Alarm) => void): { stop(): Promise<unknown> }
}

interface Turn {
  added: number
  worked: number
}

export const timers: Measurement = {
  name: 'timers',
  goals: ['P13'],
  title: 'every clock rings to the second, once, however many are set',
  how: `alarms of clocks in BullMQ as the sweep sets them and the worker of the jobs role takes them, in a Redis database of their own; ${perSecond}/s become due while the others wait; against a bare queue and worker with the same data`,
  async run(bench) {
    const { settings } = await bench.hotline()
    const log = createLogger('bench', 'error')
    const redis = await openRedis({ redisUrl: elsewhere(settings.redisUrl) }, 'jobs', log)
    const database = openDatabase(settings, { connections: 1 })
    const queues = openQueues(redis, log)
    const bareQueue = new Queue('bare', { connection: redis, prefix: 'bench', defaultJobOptions: bareOptions })
    try {
      await redis.flushdb()
      const arms = { P: ours(queues, redis, database.db, log), bare: bare(bareQueue, redis) }
      const turns = await takeTurns(bench, redis, arms)
      const waiting = await fill(bench, redis, arms.P)
      return [...(await ring(bench, arms.P, waiting.count)), waiting.figure, ...ratios(turns)]
    } finally {
      await redis.flushdb()
      await Promise.all([queues.close(), bareQueue.close()])
      closeRedis(redis)
      await database.close()
    }
  },
}

const bareOptions = { removeOnComplete: true, removeOnFail: true }

function ours(queues: Queues, redis: Redis, db: ReturnType<typeof openDatabase>['db'], log: Log): Arm {
  const now = Date.now
  return {
    add: (alarms) => setAlarms({ queues, now }, alarms),
    work: (heard) =>
      openWorker('sla', { db, redis, now, log }, async ({ data }: Job<Alarm>) => heard(data), concurrency),
  }
}

function bare(queue: Queue, redis: Redis): Arm {
  return {
    add: (alarms) =>
      queue.addBulk(
        alarms.map((data) => ({ name: data.lamp, data, opts: { delay: Math.max(0, data.at - Date.now()) } })),
      ),
    work(heard) {
      const options = { connection: redis, prefix: 'bench', concurrency }
      const worker = new Worker('bare', async ({ data }: Job<Alarm>) => heard(data), options)
      worker.on('error', () => {})
      return { stop: () => worker.close() }
    },
  }
}

const alarmAt = (at: number): Alarm => ({ deadlineId: newId(), lamp: 'RED', at: Math.round(at) })
const alarms = (count: number, at: (index: number) => number): Alarm[] =>
  Array.from({ length: count }, (_, index) => alarmAt(at(index)))

async function addAll(arm: Arm, all: Alarm[]): Promise<number> {
  const beganAt = performance.now()
  for (let from = 0; from < all.length; from += batch) await arm.add(all.slice(from, from + batch))
  return (all.length * 1_000) / (performance.now() - beganAt)
}

/** Adds alarms that are due far in the future, and processes those that are due at once. */
async function takeTurns(bench: Bench, redis: Redis, arms: Record<'P' | 'bare', Arm>) {
  const [coming, due] = bench.isFull ? [20_000, 20_000] : [8_000, 8_000]
  const turns: { arm: 'P' | 'bare'; turn: Turn }[] = []
  const order = abba(['P', 'bare'] as const, bench.isFull ? 6 : 2)
  // The first ones load the scripts into Redis and warm up Node.
  for (const arm of ['P', 'bare'] as const) await turnOf(arms[arm], 500, 500)
  for (const arm of order) {
    bench.signal.throwIfAborted()
    await redis.flushdb()
    const turn = await turnOf(arms[arm], coming, due)
    turns.push({ arm, turn })
    bench.say(`${arm}: ${turn.added.toFixed(0)} added/s, ${turn.worked.toFixed(0)} worked on/s`)
  }
  await redis.flushdb()
  return turns
}

async function turnOf(arm: Arm, coming: number, due: number): Promise<Turn> {
  const added = await addAll(
    arm,
    alarms(coming, (index) => Date.now() + dayMs + index),
  )
  await addAll(
    arm,
    alarms(due, () => Date.now()),
  )
  const done = Promise.withResolvers<number>()
  let heard = 0
  const beganAt = performance.now()
  const worker = arm.work(() => {
    heard += 1
    if (heard === due) done.resolve(performance.now() - beganAt)
  })
  const ms = await done.promise
  await worker.stop()
  return { added, worked: (due * 1_000) / ms }
}

/** Enough waiting jobs that a city's clocks of months make no difference. */
async function fill(bench: Bench, redis: Redis, arm: Arm): Promise<{ count: number; figure: Figure }> {
  const wanted = bench.isFull ? 250_000 : 20_000
  const before = await memoryOf(redis)
  const spread = 30 * dayMs
  await addAll(
    arm,
    alarms(wanted, (index) => Date.now() + dayMs + (index * spread) / wanted),
  )
  const kb = ((await memoryOf(redis)) - before) / wanted / 1_000
  bench.say(`${wanted} wait, ${kb.toFixed(2)} kB each`)
  const figure: Figure = {
    ...{ goal: 'P13', what: 'memory of an alarm that waits, in Redis', value: kb, unit: 'kB' },
    ...{ target: { atMost: 2.5 }, samples: wanted, voids: [] },
  }
  return { count: wanted, figure }
}

async function memoryOf(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
}

async function ring(bench: Bench, arm: Arm, waiting: number): Promise<Figure[]> {
  const count = perSecond * (bench.isFull ? 60 : 4)
  const from = Date.now() + 1_500
  const due = alarms(count, (index) => from + (index * 1_000) / perSecond)
  await addAll(arm, due)
  const heard = new Map<string, number>()
  const late: number[] = []
  const worker = arm.work(({ deadlineId, at }) => {
    late.push(Date.now() - at)
    heard.set(deadlineId, (heard.get(deadlineId) ?? 0) + 1)
  })
  await eventually(async () => heard.size >= count || bench.signal.aborted, count * 5 + 10_000, 100)
  await worker.stop()
  const lost = due.filter(({ deadlineId }) => !heard.has(deadlineId)).length
  const doubled = [...heard.values()].filter((times) => times > 1).length
  const note = `${waiting.toLocaleString('en-US')} others wait`
  const common = { goal: 'P13' as const, samples: count, voids: [], note }
  return [
    {
      ...common,
      what: `due → worked on at ${perSecond}/s, p99`,
      value: percentile(late, 0.99),
      unit: 'ms',
      target: { atMost: 1_000 },
    },
    {
      ...common,
      what: 'alarms lost or given twice',
      value: lost + doubled,
      unit: 'alarms',
      target: { atMost: 0 },
    },
  ]
}

function ratios(turns: { arm: 'P' | 'bare'; turn: Turn }[]): Figure[] {
  const of = (arm: 'P' | 'bare', key: keyof Turn) => turns.filter((one) => one.arm === arm).map(({ turn }) => turn[key])
  return (['added', 'worked'] as const).map((key) => {
    const [p, arm] = [of('P', key), median(of('bare', key))]
    return {
      goal: 'P13',
      what: `alarms ${key === 'added' ? 'set' : 'worked on'}, of the rate of bare BullMQ`,
      value: median(p) / arm,
      range: rangeOf(p.map((rate) => rate / arm)),
      unit: '×',
      target: { atLeast: key === 'added' ? 0.9 : 0.8 },
      samples: p.length,
      voids: [],
      note: `${Math.round(median(p))}/s for ${Math.round(arm)}/s`,
    }
  })
}
