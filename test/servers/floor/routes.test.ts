import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { openQueue } from '../../../src/floor/queue/store.ts'
import type { AgentId, CallId, SkillId } from '../../../src/platform/types.ts'
import { aWeb, next, type Page, until, type World } from '../web/world.ts'

const open = (page: Page, signIn = false) => page.emitWithAck('desk:open', { tabId: 'tab', takeOver: true, signIn })

/** A supervisor, and an agent at the open desk whose phone is registered. */
async function aFloor() {
  const world = await aWeb()
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.logIn('boss')
  const person = await world.agent('1001')
  const cookie = await world.logIn('1001')
  const page = await world.page(cookie)
  await open(page)
  const id = String(person.id) as AgentId
  const endpoint = (await world.queue.agent(id))?.endpoint ?? ''
  await world.queue.setReachable(endpoint, true, Date.now())
  const set = (state: string, more: object = {}, as = boss) =>
    world.post(`/api/floor/agents/${id}/state`, as, { state, reason: '排队人多，请接听', ...more })
  return { world, boss, cookie, page, id, set }
}

const stateOf = async (world: World, id: AgentId) => (await world.queue.agent(id))?.state
const untilState = (world: World, id: AgentId, wanted: string) =>
  until(
    () => stateOf(world, id),
    (state) => state === wanted,
  )

async function talk(world: World, id: AgentId): Promise<CallId> {
  const callId = '01J00000000000000000000000' as CallId
  const skill = 'general' as SkillId
  const at = Date.now()
  await world.queue.restoreTalk({ callId, agentId: id, node: 'node-1', skill, state: 'TALKING', since: at }, at)
  return callId
}

test('a supervisor sets a state, the agent sees who did it and why, and it is audited', async () => {
  const { world, page, id, set } = await aFloor()
  const told = next(page, 'desk:forced')
  expect((await set('READY')).json()).toEqual({ takes: 'now' })
  expect(await stateOf(world, id)).toBe('READY')
  expect(await told).toMatchObject({ state: 'READY', by: 'boss的名字𠀀', reason: '排队人多，请接听' })

  expect((await set('BREAK', { breakReason: 'meal', reason: '去吃饭' })).statusCode).toBe(200)
  expect(await world.queue.agent(id)).toMatchObject({ state: 'BREAK', reason: 'meal' })
  // Also after a reload, until it is read.
  expect(await open(page)).toMatchObject({ snapshot: { forced: { state: 'BREAK', reason: '去吃饭' } } })
  expect(await page.emitWithAck('agent:forced-read')).toEqual({ ok: true })
  expect(await open(page)).toMatchObject({ snapshot: { forced: null } })

  await set('NOT_READY')
  expect(await world.queue.agent(id)).toMatchObject({ state: 'NOT_READY', reason: 'by-supervisor' })
  const rows = await world.db.select().from(auditEvents).where(eq(auditEvents.action, 'agent.state-set'))
  expect(rows.map(({ actor, subject, details }) => ({ actor, subject, ...details }))).toMatchObject([
    { actor: 'boss', subject: '1001', from: 'NOT_READY', state: 'READY', reason: '排队人多，请接听', takes: 'now' },
    { state: 'BREAK', breakReason: 'meal', reason: '去吃饭' },
    { state: 'NOT_READY' },
  ])
})

test('only supervisors may, and what cannot be is refused in words', async () => {
  const { world, cookie, id, set } = await aFloor()
  await world.person('head', ['DIRECTOR'])
  for (const other of [cookie, await world.logIn('head')]) expect((await set('READY', {}, other)).statusCode).toBe(403)
  expect((await set('BREAK', { breakReason: 'dance' })).json().code).toBe('agent.no-such-break')
  expect((await set('BREAK')).json().code).toBe('agent.no-such-break')
  expect((await set('READY', { reason: '' })).json().code).toBe('request.invalid')
  const endpoint = (await world.queue.agent(id))?.endpoint ?? ''
  await world.queue.setReachable(endpoint, false, Date.now())
  expect((await set('READY')).json().code).toBe('agent.phone-unreachable')
  expect(
    (
      await world.post('/api/floor/agents/4711/state', await world.logIn('boss'), { state: 'READY', reason: 'x' })
    ).json(),
  ).toMatchObject({ status: 409, code: 'agent.not-on-floor' })
})

test('who is signed out does not sign in again by a reload, but by asking for it', async () => {
  const { world, page, cookie, id, set } = await aFloor()
  const told = next(page, 'desk:signed-out')
  expect((await set('OFFLINE', { reason: '下班了' })).json()).toEqual({ takes: 'now' })
  expect(await stateOf(world, id)).toBe('OFFLINE')
  expect(await told).toMatchObject({ state: 'OFFLINE', reason: '下班了' })
  const reloaded = await world.page(cookie)
  expect(await open(reloaded)).toMatchObject({ status: 'signed-out', forced: { reason: '下班了' } })
  expect(await stateOf(world, id)).toBe('OFFLINE')
  expect(await reloaded.emitWithAck('agent:set', { state: 'READY' })).toMatchObject({ code: 'desk.not-active' })
  expect(await open(reloaded, true)).toMatchObject({
    status: 'open',
    snapshot: { me: { state: 'NOT_READY' }, forced: null },
  })
})

test('a page whose word of it was lost is told by the next pulse, and does not sign in again', async () => {
  const { world, page, id } = await aFloor()
  // As a controller has found it: else whoever is not on the floor is thought to be lost with it.
  await world.redis.set('{hotline}:floor:alive', '1')
  const told = next(page, 'desk:signed-out')
  const sessionId = (await world.queue.agent(id))?.sessionId ?? null
  const notice = { at: Date.now(), by: '王慧敏', state: 'OFFLINE', breakReason: null, reason: '下班了', sessionId }
  await world.redis.hset('{hotline}:forced', id, JSON.stringify(notice))
  // A floor that tells nobody.
  await openQueue(world.redis).force(id, 'OFFLINE', null, Date.now())
  expect(await told).toMatchObject({ reason: '下班了' })
  expect(await stateOf(world, id)).toBe('OFFLINE')
})

test('in a call it comes after it: the page steers the call until then, survives a reload, and takes no other call', async () => {
  const { world, page, cookie, id, set } = await aFloor()
  const callId = await talk(world, id)
  expect((await set('OFFLINE', { reason: '交接班' })).json()).toEqual({ takes: 'after-call' })
  expect(await world.queue.agent(id)).toMatchObject({ state: 'TALKING', next: { state: 'NOT_READY' } })
  const reloaded = await world.page(cookie)
  expect(await open(reloaded)).toMatchObject({
    status: 'open',
    snapshot: { me: { state: 'TALKING' }, forced: { state: 'OFFLINE' } },
  })
  expect(await reloaded.emitWithAck('agent:set', { state: 'READY' })).toMatchObject({ code: 'agent.signing-out' })
  expect(page.connected).toBe(true)
  const told = next(reloaded, 'desk:signed-out')
  await world.queue.finishCall(id, callId, Date.now(), 60_000)
  expect(await stateOf(world, id)).toBe('WRAP_UP')
  await reloaded.emitWithAck('agent:wrap-up', { do: 'finish' })
  expect(await told).toMatchObject({ reason: '交接班' })
  await untilState(world, id, 'OFFLINE')
})

test('a new log-in of somebody who was signed out begins as every shift', async () => {
  const { world, id, set } = await aFloor()
  await set('OFFLINE')
  const page = await world.page(await world.logIn('1001'))
  expect(await open(page)).toMatchObject({ status: 'open', snapshot: { me: { state: 'NOT_READY' }, forced: null } })
  expect(await stateOf(world, id)).toBe('NOT_READY')
})

test('an open floor is told how the day goes, and again when a call comes', async () => {
  const { world, boss } = await aFloor()
  const page = await world.page(boss)
  const snapshot = await page.emitWithAck('floor:watch')
  expect(snapshot.day?.today).toMatchObject({ arrived: 0, offered: 0 })
  await world.call({ arrivedAt: Date.now() - 9_000, queuedAt: Date.now() - 5_000, answeredAt: Date.now() - 1_000 })
  const day = await new Promise<typeof snapshot.day>((resolve) => {
    page.on('floor:day', (told) => {
      if (told.last24h.answered === 1) resolve(told)
    })
  })
  expect(day?.last24h).toMatchObject({ arrived: 1, offered: 1, answered: 1, answeredWithin15s: 1 })
})
