import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { asc, eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import type { BatchDetail, BatchList } from '../../../src/oversight/batches/api.ts'
import type { CaseDetail, CaseList, Link } from '../../../src/oversight/thirteen710/api.ts'
import { outgoing13710 } from '../../../src/oversight/thirteen710/schema.ts'
import { followUnits, tellRed } from '../../../src/oversight/thirteen710/store.ts'
import { notifications, tickets } from '../../../src/tickets/records/schema.ts'
import { claimPorts } from '../../../src/tools/setup/ports.ts'
import { open13710 } from '../../../src/tools/thirteen710/http.ts'
import { newId, signed } from '../../../src/tools/thirteen710/message.ts'
import { unit } from '../tickets/world.ts'
import { until } from '../web/world.ts'
import { anOversight } from './world.ts'

/** The hotline and the program that plays the 13710 system: nothing but their messages between them. */

const secret = 'a secret of at least thirty-two signs'
const checkout = resolve(import.meta.dirname, '../../..')
const [hour, day] = [3_600_000, 86_400_000]

async function bothSides() {
  const port = await claimPorts(1)
  const dir = await mkdtemp(join(tmpdir(), '13710-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const thirteen710Url = `http://127.0.0.1:${port}`
  const world = await anOversight({ thirteen710Url, thirteen710Secret: secret })
  const hotlineUrl = `${await world.url()}/api/oversight/messages`
  const start = () =>
    open13710({ http: { host: '127.0.0.1', port }, hotlineUrl, secret, file: join(dir, '13710.sqlite') })
  let system = await start()
  onTestFinished(() => system.stop())
  async function tell(path: string, body: object) {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${thirteen710Url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as { ok: boolean; why?: string }
  }
  return {
    ...world,
    ...{ hotlineUrl, thirteen710Url, tell },
    received: async () => {
      const { messages } = await (await fetch(`${thirteen710Url}/received`)).json()
      return (messages as { message: Message }[]).map(({ message }) => message)
    },
    cases: async (query = '', who = 'overseer') =>
      (await world.get<CaseList>(who, `/api/oversight/13710${query}`)).cases,
    case: (id: string, who = 'overseer') => world.get<CaseDetail>(who, `/api/oversight/13710/${id}`),
    async step(who: string, id: string, action: string, more: object = {}) {
      const { version } = await world.get<CaseDetail>('overseer', `/api/oversight/13710/${id}`)
      return world.send(who, `/api/oversight/13710/${id}/actions`, { action, version, ...more })
    },
    /** Cut, written and sent. @returns the number of the batch that holds most */
    async transfer(key: string): Promise<string> {
      await world.send('overseer', '/api/oversight/batches', { key })
      await world.duties.look()
      await world.deliver()
      const { batches } = await world.get<BatchList>('overseer', '/api/oversight/batches')
      return batches.find(({ occasion, items }) => occasion === 'ON_DEMAND' && items > 0)?.number ?? ''
    },
    batch: (number: string) => world.get<BatchDetail>('overseer', `/api/oversight/batches/${number}`),
    async away() {
      await system.stop()
      return async () => {
        system = await start()
      }
    },
  }
}
type Sides = Awaited<ReturnType<typeof bothSides>>
interface Message {
  msg_id: string
  type: string
  body: Record<string, unknown>
}

/** One ticket in a case. */
async function opened(sides: Sides) {
  const ticket = await sides.overdue()
  const number = await sides.transfer('for-a-case')
  await until(
    () => sides.batch(number),
    ({ receipt }) => receipt === 'RECEIVED',
  )
  expect(await sides.tell('/items', { batch: number, ticket, kind: 'CASE_OPENED' })).toEqual({ ok: true })
  const [one] = await until(sides.cases, (cases) => cases.length === 1)
  if (!one) throw new Error('no case')
  return { ticket, number, id: one.id, caseNumber: one.caseNumber }
}
const deploy = { leader: '王局长', section: '市政科', measure: '当日查勘' }
const verified = { isDone: true, citizen: 'SOLVED', note: '回访属实' }

test('an overdue ticket goes to the 13710 system, becomes a case, and is cleared after it was verified', async () => {
  const sides = await bothSides()
  const { ticket, number, id, caseNumber } = await opened(sides)
  expect(caseNumber).toBe('13710-140400-00001')
  expect(await sides.case(id, 'cgj')).toMatchObject({
    ...{
      ticket,
      state: 'ENTERED',
      actions: ['deploy', 'ask-major'],
      marks: [{ day: 1, standing: 'RUNNING' }, {}, {}, {}],
    },
  })
  expect(sides.code(await sides.ask('rsj', `/api/oversight/13710/${id}`))).toBe('province-case.not-found')
  expect(await sides.cases('', 'rsj')).toEqual([])
  expect(sides.code(await sides.step('rsj', id, 'deploy', deploy))).toBe('province-case.not-found')
  expect((await sides.step('cgj', id, 'deploy', deploy)).statusCode).toBe(200)
  await sides.deliver()
  expect(await sides.tell('/cases', { number: caseNumber, what: 'URGE' })).toMatchObject({ ok: true })
  await until(
    () => sides.case(id),
    ({ urges }) => urges === 1,
  )
  const report = { done: '已换线缆', whyNot: '缺配件', nextOn: '2026-12-30' }
  expect((await sides.step('cgj', id, 'report', report)).statusCode).toBe(200)
  expect((await sides.step('cgj', id, 'claim', { result: '已全部点亮' })).statusCode).toBe(200)
  expect(sides.code(await sides.step('overseer', id, 'clear'))).toBe('province-case.not-verified')
  await sides.deliver()
  // Their officer cannot clear it before, neither by their own rule nor by ours.
  expect(await sides.tell('/cases', { number: caseNumber, what: 'CLEARED' })).toMatchObject({ ok: false })
  const early = {
    batch: number,
    ticket,
    kind: 'CLEARED',
    case_number: caseNumber,
    text: null,
    at: new Date().toISOString(),
  }
  expect(await post(sides, { type: 'RECEIPT', body: early })).toMatchObject({ reply: 'NACK', code: 301 })
  expect((await sides.step('overseer', id, 'verify', verified)).statusCode).toBe(200)
  await sides.deliver()
  expect(await sides.tell('/cases', { number: caseNumber, what: 'CLEARED' })).toMatchObject({ ok: true })
  const done = await until(
    () => sides.case(id),
    ({ state }) => state === 'CLEARED',
  )
  // Midnight in the city may have passed since it was entered.
  const isSameDay = (done.history[1]?.at ?? 0) <= (done.marks[0]?.dueAt ?? 0)
  expect(done.marks.map(({ standing }) => standing)).toEqual([isSameDay ? 'MET' : 'LATE', 'MET', 'MET', 'MET'])
  expect(done.history.map(({ kind }) => kind)).toEqual([
    'enter',
    'deploy',
    'urge',
    'report',
    'claim',
    'verify',
    'clear',
  ])
  expect((await sides.batch(number)).list).toMatchObject([{ ticket, step: 'CLEARED', caseNumber }])
  // Next week's batch holds it again: the office says the same number, which is the same case.
  const again = await sides.transfer('a-week-later')
  await sides.tell('/items', { batch: again, ticket, kind: 'CASE_OPENED' })
  await until(
    () => sides.batch(again),
    ({ list }) => list[0]?.caseNumber === caseNumber,
  )
  expect(await sides.cases('?shown=ALL')).toHaveLength(1)
})

/** As the system would. */
async function post(sides: Sides, said: { type: string; body: object; msg_id?: string }, by = secret) {
  const sent_at = new Date().toISOString()
  const message = signed(by, { msg_id: newId(), ver: 1, from: '13710', to: '140400', sent_at, ...said })
  const headers = { 'content-type': 'application/json' }
  return (await fetch(sides.hotlineUrl, { method: 'POST', headers, body: JSON.stringify(message) })).json()
}

test('messages are taken once, with the same answer each time, and only from who knows the secret', async () => {
  const sides = await bothSides()
  const { caseNumber, id } = await opened(sides)
  const at = new Date().toISOString()
  const urge = { type: 'URGE', body: { case_number: caseNumber, text: '请加快', at }, msg_id: newId() }
  expect(await post(sides, urge)).toMatchObject({ reply: 'ACK' })
  expect(await Promise.all([post(sides, urge), post(sides, urge)])).toMatchObject([{ reply: 'ACK' }, { reply: 'ACK' }])
  expect((await sides.case(id)).urges).toBe(1)
  expect(await post(sides, { ...urge, body: { ...urge.body, text: '别的' } })).toMatchObject({
    reply: 'NACK',
    code: 303,
  })
  expect(await post(sides, { ...urge, msg_id: newId() }, `another ${secret}`)).toMatchObject({
    reply: 'NACK',
    code: 201,
  })
  expect(await post(sides, { type: 'URGE', body: { case_number: 'none', text: '', at } })).toMatchObject({ code: 302 })
  expect(await post(sides, { type: 'PRAISE', body: {} })).toMatchObject({ reply: 'NACK', code: 101 })
  // A result that is not there cannot come back.
  const bounce = { type: 'BOUNCE', body: { case_number: caseNumber, text: '未办', at } }
  expect(await post(sides, bounce)).toMatchObject({ reply: 'NACK', code: 301 })
})

test('a mark that passes unmet is told to the unit and to overseers, once', async () => {
  const sides = await bothSides()
  const { id, ticket } = await opened(sides)
  const told = async () =>
    (await sides.db.select().from(notifications).where(eq(notifications.topic, 'case13710.red'))).map(
      ({ unitCode }) => unitCode,
    )
  const entered = (await sides.case(id)).enteredAt
  await tellRed(sides.db, entered)
  expect(await told()).toEqual([])
  for (let n = 0; n < 2; n += 1) await tellRed(sides.db, entered + 2 * day)
  expect((await told()).toSorted()).toEqual(['cgj', null].toSorted())
  // Nothing was deployed: each further mark is told all the same, each once.
  for (const [n, days] of [4, 5, 8, 9, 31, 40].entries()) {
    await tellRed(sides.db, entered + days * day)
    expect(await told()).toHaveLength(2 * (2 + Math.floor(n / 2)))
  }
  // Dispatched anew: the unit in charge now sees it and acts, the one before no longer.
  await sides.db
    .update(tickets)
    .set({ leadUnit: unit('rsj') })
    .where(eq(tickets.number, ticket))
  expect([await followUnits(sides.db, entered + day), await followUnits(sides.db, entered + day)]).toEqual([1, 0])
  expect(await sides.cases('', 'cgj')).toEqual([])
  expect(sides.code(await sides.step('cgj', id, 'deploy', deploy))).toBe('province-case.not-found')
  expect((await sides.step('rsj', id, 'deploy', deploy)).statusCode).toBe(200)
  expect((await sides.case(id, 'rsj')).history.map(({ kind }) => kind)).toEqual(['enter', 'move', 'deploy'])
})

test('an hour without the system loses nothing, doubles nothing and keeps the order', async () => {
  const sides = await bothSides()
  const { id, number, ticket } = await opened(sides)
  const come = await sides.away()
  expect((await sides.step('cgj', id, 'deploy', deploy)).statusCode).toBe(200)
  const second = await sides.overdue('rsj')
  const later = await sides.transfer('while-away')
  for (let minute = 0; minute < 60; minute += 1) {
    sides.clock.now += 60_000
    await sides.deliver()
    if (minute === 20) expect((await sides.step('cgj', id, 'report', { done: '进行中' })).statusCode).toBe(200)
  }
  await sides.db.update(tickets).set({ state: 'CLOSED' }).where(eq(tickets.number, second))
  sides.clock.now += day
  await sides.duties.look()
  expect(await sides.get<Link>('overseer', '/api/oversight/13710-link')).toMatchObject({ isLinked: true, refused: [] })
  const waiting = await sides.db.select().from(outgoing13710).where(eq(outgoing13710.state, 'WAITING'))
  expect(waiting.length).toBeGreaterThanOrEqual(4)
  expect(waiting[0]?.attempts).toBeGreaterThan(10)
  // The clock is set back by an hour: the next attempt does not wait for it.
  sides.clock.now -= hour
  await sides.deliver()
  const [first] = await sides.db
    .select()
    .from(outgoing13710)
    .where(eq(outgoing13710.seq, waiting[0]?.seq ?? 0))
  expect(first?.attempts).toBe((waiting[0]?.attempts ?? 0) + 1)
  sides.clock.now += hour

  await come()
  sides.clock.now += hour
  // Two processes at once.
  await Promise.all([sides.deliver(), sides.deliver()])
  await sides.deliver()
  const rows = await sides.db.select().from(outgoing13710).orderBy(asc(outgoing13710.seq))
  expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'ACKED'))
  expect((await sides.received()).map(({ msg_id }) => msg_id)).toEqual(rows.map((row) => row.id))
  expect((await sides.received()).slice(-5).map(({ type }) => type)).toContain('STRUCK')
  expect((await sides.batch(later)).list.map((item) => [item.ticket, item.struckAt !== null])).toEqual([
    ...[
      [ticket, false],
      [second, true],
    ],
  ])
  expect((await sides.batch(number)).items).toBe(1)
})

/** A real process of the jobs role. */
function aJobsProcess(sides: Sides): ChildProcess {
  const env = {
    ...{ ...process.env, ROLES: 'jobs', LOG_LEVEL: 'error', HOTLINE_VAR: sides.spoolDir },
    ...{ DATABASE_URL: sides.settings.databaseUrl, REDIS_URL: sides.settings.redisUrl },
    ...{ THIRTEEN710_URL: sides.thirteen710Url, THIRTEEN710_SECRET: secret },
  }
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: checkout, env, stdio: 'ignore' })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return child
}

test('jobs killed at work, Redis emptied, the system away in between: each message arrives once, in order', async () => {
  const sides = await bothSides()
  const { id } = await opened(sides)
  const [one] = [aJobsProcess(sides), aJobsProcess(sides)]
  const come = await sides.away()
  await sides.step('cgj', id, 'deploy', deploy)
  for (let n = 0; n < 12; n += 1) await sides.step('cgj', id, 'report', { done: `第 ${n + 1} 次` })
  await sides.deliver()
  await sides.overdue('rsj')
  await sides.send('overseer', '/api/oversight/batches', { key: 'cut-by-jobs' })
  const attempts = async () => (await sides.db.select().from(outgoing13710)).map((row) => row.attempts)
  await until(attempts, (all) => all.some((n) => n > 1))
  await come()
  await until(sides.received, (all) => all.length > 3)
  one.kill('SIGKILL')
  await sides.redis.flushdb()
  await sides.step('cgj', id, 'claim', { result: '已办结' })
  const rows = () => sides.db.select().from(outgoing13710).orderBy(asc(outgoing13710.seq))
  const all = await until(rows, (some) => some.every(({ state }) => state === 'ACKED') && some.length >= 16)
  expect((await sides.received()).map(({ msg_id }) => msg_id)).toEqual(all.map((row) => row.id))
  expect(all.filter(({ type }) => type === 'BATCH').length).toBeGreaterThanOrEqual(2)
  const said = all.filter(({ type }) => type === 'CASE').map(({ body }) => body.done ?? body.event)
  expect(said).toEqual(['deploy', ...Array.from({ length: 12 }, (_, n) => `第 ${n + 1} 次`), 'claim'])
}, 120_000)
