import { and, count, isNull, lt, min } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Db } from '../platform/database/database.ts'
import { outbox } from '../platform/database/schema.ts'
import { readFigures } from '../platform/jobs/figures.ts'
import type { Queues } from '../platform/jobs/queues.ts'
import { mostAttempts } from '../platform/jobs/relay.ts'
import type { Instant } from '../platform/types.ts'
import { lastCheck } from '../tickets/records/history-check.ts'
import { depthsOf } from './dead-letters.ts'

export interface FigureParts {
  registry: Registry
  db: Db
  redis: Redis
  queues: Queues
  now(): Instant
}

/** The job queues' figures for `/metrics`. Read from their stores, so that any web process can report them. */
export function countJobs({ registry, db, redis, queues, now }: FigureParts): void {
  const registers = [registry]
  new Gauge({
    name: 'hotline_jobs',
    help: 'jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      this.reset()
      for (const { name, ...states } of await Promise.all(queues.all.map(depthsOf))) {
        for (const [state, jobs] of Object.entries(states)) this.set({ queue: name, state }, jobs)
      }
    },
  })
  const waiting = () =>
    db
      .select({ rows: count(), oldest: min(outbox.createdAt) })
      .from(outbox)
      .where(and(isNull(outbox.relayedAt), lt(outbox.attempts, mostAttempts)))
  new Gauge({
    name: 'hotline_outbox_waiting',
    help: 'announcements that are no jobs yet',
    registers,
    async collect() {
      this.set((await waiting())[0]?.rows ?? 0)
    },
  })
  new Gauge({
    name: 'hotline_outbox_oldest_seconds',
    help: 'age of the oldest of them',
    registers,
    async collect() {
      const oldest = (await waiting())[0]?.oldest
      this.set(oldest == null ? 0 : Math.max(0, now() - oldest) / 1_000)
    },
  })
  new Counter({
    name: 'hotline_alarms_total',
    help: 'clocks of tickets that rang, by lamp; nothing: met, changed or early when they did',
    labelNames: ['lamp'],
    registers,
    async collect() {
      const figures = await readFigures(redis)
      this.reset()
      this.inc({ lamp: 'yellow' }, figures.alarms_yellow)
      this.inc({ lamp: 'red' }, figures.alarms_red)
      this.inc({ lamp: 'nothing' }, figures.alarms_for_nothing)
    },
  })
  new Counter({
    name: 'hotline_mails_total',
    help: 'letters to units, by try',
    labelNames: ['outcome'],
    registers,
    async collect() {
      const figures = await readFigures(redis)
      this.reset()
      this.inc({ outcome: 'sent' }, figures.mails_sent)
      this.inc({ outcome: 'failed' }, figures.mails_failed)
    },
  })
  new Gauge({
    name: 'hotline_history_faults',
    help: 'rows of histories that the last check found changed, missing or added',
    registers,
    async collect() {
      this.set((await lastCheck(db))?.faults ?? 0)
    },
  })
  new Gauge({
    name: 'hotline_sweep_seconds',
    help: 'how long the last sweep of the clocks took',
    registers,
    async collect() {
      this.set((await readFigures(redis)).sweep_ms / 1_000)
    },
  })
}
