import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import type { DeadLetterList } from '../../../src/admin/api.ts'
import { auditEvents } from '../../../src/audit/schema.ts'
import { outbox } from '../../../src/platform/database/schema.ts'
import { openQueues } from '../../../src/platform/jobs/queues.ts'
import { mostAttempts } from '../../../src/platform/jobs/relay.ts'
import { openWorker } from '../../../src/platform/jobs/workers.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import { closeRedis, openRedis } from '../../../src/platform/redis/redis.ts'
import { aWeb, until } from '../web/world.ts'

const log = createLogger('test', 'silent')

async function anAdministration() {
  const world = await aWeb()
  const [redis, patient] = await Promise.all([
    openRedis(world.settings, 'commands', log),
    openRedis(world.settings, 'jobs', log),
  ])
  const queues = openQueues(redis, log)
  let isBroken = true
  const done: string[] = []
  const parts = { db: world.db, redis: patient, now: Date.now, log }
  const worker = openWorker('dispatch', parts, async ({ data }: { data: { number: string } }) => {
    if (isBroken) throw new Error(`no unit\nparams: 13912345678`)
    done.push(data.number)
  })
  onTestFinished(async () => {
    await worker.stop()
    closeRedis(patient)
    await queues.close()
    closeRedis(redis)
  })
  await world.person('admin', ['ADMIN'])
  await world.person('dispatcher', ['DISPATCHER'])
  const [admin, dispatcher] = [await world.logIn('admin'), await world.logIn('dispatcher')]
  return { ...world, queues, done, admin, dispatcher, mend: () => (isBroken = false) }
}

test('what was given up is listed with its reason and runs again for an administrator who says why', async () => {
  const { db, queues, done, admin, dispatcher, mend, ...world } = await anAdministration()
  const number = 'CZ20261123000001'
  const job = await queues.of('dispatch').add('ticket.register', { number }, { jobId: 'o-x', attempts: 1 })
  const row = { queue: 'nowhere', jobId: 'y', topic: 'ticket.sign', payload: { number }, createdAt: 1 }
  await db.insert(outbox).values({ ...row, attempts: mostAttempts, lastError: 'no such queue: nowhere' })
  await until(() => job.isFailed(), Boolean)

  const read = async () => (await world.get('/api/admin/dead-letters', admin)).json<DeadLetterList>()
  const { deadLetters, total, queues: depths } = await read()
  expect(total).toBe(2)
  expect(deadLetters).toMatchObject([
    { id: 'dispatch~o-x', topic: 'ticket.register', number, reason: 'no unit', attempts: 1 },
    { queue: 'nowhere', reason: 'no such queue: nowhere', attempts: mostAttempts },
  ])
  expect(depths.find((queue) => queue.name === 'dispatch')).toMatchObject({ failed: 1, waiting: 0 })

  const replay = (id: string, payload: object, cookie = admin) =>
    world.post(`/api/admin/dead-letters/${id}/replay`, cookie, payload)
  const reason = '单位目录已修正'
  expect((await world.get('/api/admin/dead-letters', dispatcher)).statusCode).toBe(403)
  expect((await replay('dispatch~o-x', { reason }, dispatcher)).statusCode).toBe(403)
  expect((await replay('dispatch~o-x', {})).json()).toMatchObject({ code: 'request.invalid' })
  for (const id of ['dispatch~o-none', 'nowhere~o-x', 'outbox~0', 'outbox~x', 'x']) {
    expect((await replay(id, { reason })).json()).toMatchObject({ code: 'dead-letter.not-found' })
  }
  expect(done).toEqual([])

  mend()
  for (const { id } of deadLetters) expect((await replay(id, { reason })).statusCode).toBe(204)
  await until(
    async () => done,
    () => done.length === 1,
  )
  expect(await read()).toMatchObject({ deadLetters: [], total: 0 })
  expect((await replay('dispatch~o-x', { reason })).json()).toMatchObject({ code: 'dead-letter.not-found' })
  const written = await db.select().from(auditEvents).where(eq(auditEvents.action, 'dead-letter.replayed'))
  expect(written).toMatchObject([
    { actor: 'admin', subject: number, details: { id: 'dispatch~o-x', reason } },
    { actor: 'admin', details: { queue: 'nowhere', reason } },
  ])

  // The same in figures, and in bull-board, which shows and changes nothing.
  const figures = (await world.get('/metrics', admin)).body
  expect(figures).toContain('hotline_jobs{queue="dispatch",state="failed"} 0')
  expect(figures).toContain('hotline_outbox_waiting 1')
  const board = await world.get('/admin/queues', admin)
  expect(board.statusCode).toBe(200)
  expect(board.headers['content-security-policy']).toContain("base-uri 'self'")
  expect((await world.get('/admin/queues/api/queues', admin)).json()).toMatchObject({
    queues: expect.arrayContaining([expect.objectContaining({ name: 'dispatch', readOnlyMode: true })]),
  })
  const [script] = /static\/js\/main[^"]+/.exec(board.body) ?? []
  expect((await world.get(`/admin/queues/${script}`, admin)).statusCode).toBe(200)
  for (const address of ['/admin/queues', '/admin/queues/api/queues', `/admin/queues/${script}`]) {
    expect((await world.get(address)).statusCode).toBe(401)
    expect((await world.get(address, dispatcher)).statusCode).toBe(403)
  }
  const clean = '/admin/queues/api/queues/dispatch/clean/completed'
  const answer = await world.web.inject({ method: 'PUT', url: clean, headers: { cookie: admin } })
  expect(answer.statusCode).toBe(405)
})
