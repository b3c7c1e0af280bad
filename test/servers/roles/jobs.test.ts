import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { count, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { requireSeeds } from '../../../src/catalogue/load.ts'
import { syncSeeds } from '../../../src/catalogue/store.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { notifications, ticketEvents } from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, timing, unit } from '../tickets/world.ts'
import { until } from '../web/world.ts'

const checkout = resolve(import.meta.dirname, '../../..')
const dayMs = 24 * 3_600_000
/** Limits of P1 run day and night, so that the test needs no working day: everything of then is overdue by now. */
const longAgo = Date.now() - 3 * dayMs

let world: JobsWorld

beforeAll(async () => {
  world = await aJobsWorld()
  await syncSeeds(world.db, requireSeeds(resolve(checkout, 'config')), longAgo)
})
afterAll(() => world.close())

/** A real process of the jobs role. */
function aJobsProcess(): ChildProcess {
  const { databaseUrl, redisUrl } = world.servers
  const env = { ...process.env, ROLES: 'jobs', DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: checkout, env, stdio: 'ignore' })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return child
}

async function aTicket(): Promise<string> {
  const request = { by: null, now: longAgo, timing }
  const made = await createTicket(world.db, aMatter({ urgency: 'P1' }), { kind: 'register' }, request)
  if (!made.ok) throw new Error(made.refusal.code)
  return made.number
}

/** In the hands of a unit that has done nothing since. */
async function aForgottenTicket(): Promise<void> {
  const event = { lead: unit('luzhou'), coUnits: [], ruleKey: null, reason: '属地管理', returnBy: null }
  const request = { by: null, now: longAgo, timing }
  const acted = await actOnTicket(world.db, await aTicket(), { kind: 'dispatch', ...event }, null, request)
  if (!acted.ok) throw new Error(acted.refusal.code)
}

async function many(n: number, make: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < n; i += 1) await make()
}

async function eventsOf(kind: 'dispatch' | 'sign'): Promise<number> {
  const [row] = await world.db.select({ n: count() }).from(ticketEvents).where(eq(ticketEvents.kind, kind))
  return row?.n ?? 0
}
const undone = async () => {
  const [row] = await world.db.select({ n: count() }).from(outbox).where(isNull(outbox.doneAt))
  return row?.n ?? 0
}

test('two job processes, one killed at work and Redis emptied under the other: nothing twice, nothing lost', async () => {
  await many(30, aTicket)
  await many(15, aForgottenTicket)
  const [one] = [aJobsProcess(), aJobsProcess()]
  await until(
    () => eventsOf('dispatch'),
    (n) => n >= 15 + 5,
  )
  one.kill('SIGKILL')
  await until(undone, (n) => n === 0)
  expect(await eventsOf('dispatch')).toBe(45)

  await many(10, aTicket)
  await world.redis.flushdb()
  await until(
    () => eventsOf('dispatch'),
    (n) => n === 55,
  )
  await until(undone, (n) => n === 0)

  // Each clock of the forgotten ones rang once, and each was signed for its unit once.
  expect(await eventsOf('sign')).toBe(15)
  const told = await world.db.select().from(notifications).where(eq(notifications.topic, 'clock.red'))
  const ofUnits = told.filter((notice) => notice.unitCode !== null).map((notice) => notice.payload.clock)
  expect(ofUnits.filter((clock) => clock === 'SIGN')).toHaveLength(15)
  expect(ofUnits.filter((clock) => clock === 'HANDLE')).toHaveLength(15)
  const dispatched = await world.db.select().from(notifications).where(eq(notifications.topic, 'ticket.dispatch'))
  expect(new Set(dispatched.map((notice) => `${notice.ticketId} ${notice.unitCode}`)).size).toBe(dispatched.length)
  expect(new Set(dispatched.map((notice) => notice.ticketId)).size).toBe(55)
}, 120_000)
