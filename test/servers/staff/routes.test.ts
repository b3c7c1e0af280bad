import { desc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { agents } from '../../../src/floor/agents/schema.ts'
import { passwordLinks, sessions, users } from '../../../src/people/schema.ts'
import { longestMs } from '../../../src/people/sessions/opening.ts'
import type { AgentId } from '../../../src/platform/types.ts'
import type { StaffMember } from '../../../src/staff/api.ts'
import { aWeb, next, password, until, type World } from '../web/world.ts'

const good = 'Taihang-Mountain-26'
const facts = {
  name: '崔新',
  roles: ['AGENT'],
  unitCode: null,
  agentNumber: '2001',
  skills: [{ skill: 'general', level: 2 }],
}
const put = (world: World, url: string, cookie: string, payload: object) =>
  world.web.inject({ method: 'PUT', url, headers: { cookie }, payload })

async function withAdmin() {
  const world = await aWeb()
  const admin = await world.person('admin', ['ADMIN'])
  return { world, admin, cookie: await world.logIn('admin') }
}

const actions = async (world: World) =>
  (await world.db.select().from(auditEvents).orderBy(desc(auditEvents.id))).map((row) => row.action)

test('a new agent is added, sets the own password by the link, once, and logs in with desk and skill', async () => {
  const { world, cookie } = await withAdmin()
  const added = await world.post('/api/admin/people', cookie, { username: 'cuixin', ...facts })
  expect(added.statusCode).toBe(201)
  const { person, link } = added.json()
  expect(person).toMatchObject({ username: 'cuixin', hasPassword: false, isActive: true, agentNumber: '2001' })
  expect(person.skills).toEqual([{ skill: 'general', level: 2 }])
  expect(JSON.stringify(await world.db.select().from(passwordLinks))).not.toContain(link.token)

  const early = await world.post('/api/session', undefined, { username: 'cuixin', password: '' })
  expect(early.statusCode).toBe(400)
  const guess = await world.post('/api/session', undefined, { username: 'cuixin', password: 'x' })
  expect(guess.json().code).toBe('session.wrong-password')

  const opened = await world.post('/api/password-links/open', undefined, { token: link.token })
  expect(opened.json()).toMatchObject({ username: 'cuixin', name: '崔新', agentNumber: '2001' })
  const weak = await world.post('/api/password-links/use', undefined, { token: link.token, password: 'cuixin-12345' })
  expect(weak.json()).toMatchObject({ code: 'password.weak', detail: expect.stringContaining('用户名') })
  const used = await world.post('/api/password-links/use', undefined, { token: link.token, password: good })
  expect(used.statusCode).toBe(204)
  const again = await world.post('/api/password-links/use', undefined, { token: link.token, password: `${good}x` })
  expect(again.json()).toMatchObject({ status: 404, code: 'password-link.over' })

  const logIn = await world.post('/api/session', undefined, { username: 'cuixin', password: good })
  expect(logIn.json()).toMatchObject({ homePage: '/desk', agent: { number: '2001' } })
  expect(await actions(world)).toEqual(
    expect.arrayContaining(['person.added', 'password.link-made', 'password.set', 'password.link-refused']),
  )
})

test('a link used by two at once sets one password', async () => {
  const { world, cookie } = await withAdmin()
  const { link } = (await world.post('/api/admin/people', cookie, { username: 'cuixin', ...facts })).json()
  const answers = await Promise.all(
    ['A', 'B', 'C'].map((end) =>
      world.post('/api/password-links/use', undefined, { token: link.token, password: good + end }),
    ),
  )
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 404, 404])
})

test('a link ends by its time, by a newer link and by a lock', async () => {
  const { world, cookie } = await withAdmin()
  const { person, link } = (await world.post('/api/admin/people', cookie, { username: 'cuixin', ...facts })).json()
  const path = `/api/admin/people/${person.id}`
  const isOpen = async (token: string) =>
    (await world.post('/api/password-links/open', undefined, { token })).statusCode === 200
  const newer = (await world.post(`${path}/password-link`, cookie, {})).json()
  expect([await isOpen(link.token), await isOpen(newer.token)]).toEqual([false, true])
  world.wait(25 * 3_600_000)
  expect(await isOpen(newer.token)).toBe(false)
  const admin = await world.logIn('admin')
  const third = (await world.post(`${path}/password-link`, admin, {})).json()
  expect((await world.post(`${path}/lock`, admin, { reason: '离职' })).json().isActive).toBe(false)
  expect(await isOpen(third.token)).toBe(false)
  expect((await world.post(`${path}/password-link`, admin, {})).json().code).toBe('person.is-locked')
  await world.post(`${path}/unlock`, admin, { reason: '返岗' })
  expect(await isOpen(third.token)).toBe(false)
})

test('the owner of an account reads at the next log-in who made a link to its password, and that it was used', async () => {
  const { world, cookie } = await withAdmin()
  const director = await world.person('director', ['DIRECTOR'])
  const link = (await world.post(`/api/admin/people/${director.id}/password-link`, cookie, {})).json()
  const told = async (as: string) =>
    (await world.get('/api/notifications', as))
      .json()
      .notifications.map((notice: { topic: string; by: string }) => [notice.topic, notice.by])
  const maker = 'admin的名字𠀀'
  const made = ['password.link-made', maker]
  expect(await told(await world.logIn('director'))).toEqual([made])
  expect(
    (await world.post('/api/password-links/use', undefined, { token: link.token, password: good })).statusCode,
  ).toBe(204)
  const logIn = await world.post('/api/session', undefined, { username: 'director', password: good })
  const own = `hotline_session=${logIn.cookies.find(({ name }) => name === 'hotline_session')?.value}`
  expect(await told(own)).toEqual([['password.set-by-link', maker], made])
  expect(await told(cookie)).toEqual([])
})

test('only administrators come to people, and a refused attempt is written down', async () => {
  const { world } = await withAdmin()
  await world.person('boss', ['SUPERVISOR'])
  const boss = await world.logIn('boss')
  for (const answer of [
    await world.get('/api/admin/people', boss),
    await world.post('/api/admin/people', boss, { username: 'x', ...facts }),
    await put(world, '/api/admin/people/1', boss, facts),
    await world.post('/api/admin/people/1/lock', boss, { reason: 'x' }),
    await world.post('/api/admin/people/1/password-link', boss, {}),
  ]) {
    expect(answer.statusCode).toBe(403)
  }
  expect((await actions(world)).filter((action) => action === 'access.denied')).toHaveLength(5)
})

test('what does not fit is said beside its field', async () => {
  const { world, cookie } = await withAdmin()
  await world.agent('1001')
  const add = async (change: object) =>
    (await world.post('/api/admin/people', cookie, { username: 'cuixin', ...facts, ...change })).json()
  expect(await add({ roles: ['CLERK'] })).toMatchObject({ faults: [{ path: 'body.unitCode' }] })
  expect(await add({ roles: ['CLERK'], unitCode: 'no-such' })).toMatchObject({ faults: [{ path: 'body.unitCode' }] })
  expect(await add({ agentNumber: null })).toMatchObject({ faults: [{ path: 'body.agentNumber' }] })
  expect(await add({ skills: [{ skill: 'dance', level: 1 }] })).toMatchObject({ faults: [{ path: 'body.skills' }] })
  expect(await add({ roles: ['ADMIN', 'AUDITOR'] })).toMatchObject({ faults: [{ path: 'body.roles' }] })
  expect(await add({ agentNumber: '1001' })).toMatchObject({ code: 'person.number-taken' })
  expect(await add({ username: 'ADMIN' })).toMatchObject({ code: 'person.username-taken' })
  expect(await add({ username: 'a b' })).toMatchObject({ code: 'request.invalid' })
  expect(await world.db.select().from(users)).toHaveLength(2)
  // As it is typed at the log-in, too.
  expect(await add({ username: '２００１' })).toMatchObject({ person: { username: '2001' } })
})

test('of administrators who give one 工号 or one user name at once, one succeeds and the others are told', async () => {
  const { world, cookie } = await withAdmin()
  const add = async (username: string, change: object) =>
    (await world.post('/api/admin/people', cookie, { username, ...facts, ...change })).json()
  const numbers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => add(`new-${name}`, {})))
  expect(numbers.map((answer) => answer.code).sort()).toEqual([...Array(3).fill('person.number-taken'), undefined])
  const rows = await world.db.select().from(agents)
  expect(rows.map((row) => row.userId)).toEqual([numbers.find((answer) => answer.person).person.id])

  const names = await Promise.all(['2101', '2102', '2103'].map((agentNumber) => add('same', { agentNumber })))
  expect(names.map((answer) => answer.code).sort()).toEqual([...Array(2).fill('person.username-taken'), undefined])
  const twice = await add('twice', { roles: ['AGENT', 'AGENT'], agentNumber: '2104' })
  expect(twice.person.roles).toEqual(['AGENT'])
})

test('nobody locks themselves out, and of two administrators who lock each other one remains', async () => {
  const { world, admin, cookie } = await withAdmin()
  const own = `/api/admin/people/${admin.id}`
  expect((await world.post(`${own}/lock`, cookie, { reason: 'x' })).json().code).toBe('person.own-lock')
  const demoted = await put(world, own, cookie, { ...facts, roles: ['SUPERVISOR'], agentNumber: null, skills: [] })
  expect(demoted.json().code).toBe('person.last-admin')

  const self = { ...facts, agentNumber: null, skills: [] }
  const both = await put(world, own, cookie, { ...self, roles: ['ADMIN', 'DIRECTOR'] })
  expect(both.json()).toMatchObject({ status: 400, faults: [{ path: 'body.roles' }] })

  const second = await world.person('admin2', ['ADMIN'])
  expect((await put(world, own, cookie, { ...self, roles: ['DIRECTOR'] })).json().code).toBe('person.own-role')
  expect((await put(world, own, cookie, { ...self, roles: ['ADMIN'] })).statusCode).toBe(200)
  const other = await world.logIn('admin2')
  const codes = await Promise.all([
    world.post(`/api/admin/people/${second.id}/lock`, cookie, { reason: 'x' }),
    world.post(`${own}/lock`, other, { reason: 'x' }),
  ])
  expect(codes.map((answer) => answer.statusCode).sort()).toEqual([200, 409])
  const left = await world.db.select().from(users).where(eq(users.isActive, true))
  expect(left).toHaveLength(1)
})

test('a role that is taken away is gone with the next request and from the open page', async () => {
  const { world, cookie } = await withAdmin()
  const boss = await world.person('boss', ['SUPERVISOR'])
  const theirs = await world.logIn('boss')
  expect((await world.get('/api/calls', theirs)).statusCode).toBe(200)
  const page = await world.page(theirs)
  await page.emitWithAck('floor:watch')
  const closed = new Promise((resolve) => page.once('disconnect', resolve))
  const told = next(page, 'session:changed')
  const changed = await put(world, `/api/admin/people/${boss.id}`, cookie, {
    ...facts,
    name: '王慧敏',
    roles: ['LEADER'],
    agentNumber: null,
    skills: [],
  })
  expect(changed.json()).toMatchObject({ roles: ['LEADER'], openSessions: 1 })
  expect((await world.get('/api/calls', theirs)).statusCode).toBe(403)
  expect((await world.get('/api/session', theirs)).json().person).toMatchObject({ name: '王慧敏', roles: ['LEADER'] })
  await Promise.all([told, closed])
})

test('a request with a log-in that is over is told why, whatever ended it', async () => {
  const { world, cookie } = await withAdmin()
  const causes: Record<string, (id: number, own: string) => Promise<unknown>> = {
    locked: (id) => world.post(`/api/admin/people/${id}/lock`, cookie, { reason: '离职' }),
    revoked: (id) => world.post(`/api/admin/people/${id}/sign-out`, cookie, { reason: '换班' }),
    changed: (id) => put(world, `/api/admin/people/${id}`, cookie, { ...facts, roles: ['AGENT', 'SUPERVISOR'] }),
    'logged-out': (_id, own) => world.delete('/api/session', own),
    password: async (id) => {
      const { token } = (await world.post(`/api/admin/people/${id}/password-link`, cookie, {})).json()
      return world.post('/api/password-links/use', undefined, { token, password: good })
    },
    replaced: () => world.logIn('replaced'),
  }
  for (const [reason, end] of Object.entries(causes)) {
    const person = reason === 'replaced' ? await world.agent(reason) : await world.person(reason, ['SUPERVISOR'])
    const own = await world.logIn(reason)
    await end(person.id, own)
    for (const path of ['/api/session', '/api/agents']) {
      expect((await world.get(path, own)).json(), reason).toMatchObject({ code: 'session.required', reason })
    }
  }
  await world.person('late', ['SUPERVISOR'])
  const late = await world.logIn('late')
  world.wait(longestMs)
  expect((await world.get('/api/session', late)).json()).toMatchObject({ reason: 'expired' })
  expect((await world.get('/api/session')).json()).not.toHaveProperty('reason')
})

test('who is locked after another role ended the log-in reads that the account is locked', async () => {
  const { world, cookie } = await withAdmin()
  const boss = await world.person('boss', ['SUPERVISOR'])
  const own = await world.logIn('boss')
  await put(world, `/api/admin/people/${boss.id}`, cookie, { ...facts, roles: ['AGENT'] })
  expect((await world.get('/api/session', own)).json()).toMatchObject({ reason: 'changed' })
  await world.post(`/api/admin/people/${boss.id}/lock`, cookie, { reason: '离职' })
  expect((await world.get('/api/session', own)).json()).toMatchObject({ reason: 'locked' })
})

test('an agent who is locked in a call leaves the floor after it, and one who waits leaves at once', async () => {
  const { world, cookie } = await withAdmin()
  const talking = await world.agent('1001')
  const waiting = await world.agent('1002')
  const cookies = [await world.logIn('1001'), await world.logIn('1002')]
  for (const own of cookies) {
    const page = await world.page(own)
    await page.emitWithAck('desk:open', { tabId: 'tab', takeOver: false })
  }
  const stateOf = async (id: number) => (await world.queue.agent(String(id) as AgentId))?.state
  const callId = '01J00000000000000000000000' as never
  const id = String(talking.id) as AgentId
  await world.queue.restoreTalk(
    { callId, agentId: id, node: 'node-1', skill: 'general' as never, state: 'TALKING', since: Date.now() },
    Date.now(),
  )
  for (const one of [talking, waiting]) {
    await world.post(`/api/admin/people/${one.id}/lock`, cookie, { reason: '离职' })
  }
  expect([await stateOf(talking.id), await stateOf(waiting.id)]).toEqual(['TALKING', 'OFFLINE'])
  await world.queue.finishCall(id, callId, Date.now(), 0)
  await world.queue.finishWrapUp(id, Date.now())
  expect(await stateOf(talking.id)).toBe('OFFLINE')
  for (const own of cookies) expect((await world.get('/api/session', own)).statusCode).toBe(401)
  expect((await world.post('/api/session', undefined, { username: '1002', password })).json().code).toBe(
    'session.wrong-password',
  )
})

test('an agent whose log-in ended while Redis was away is found on the floor and signed out', async () => {
  const { world } = await withAdmin()
  const agent = await world.agent('1001')
  const page = await world.page(await world.logIn('1001'))
  await page.emitWithAck('desk:open', { tabId: 'tab', takeOver: false })
  // As a process leaves it that dies between the two stores.
  await world.db
    .update(sessions)
    .set({ endedAt: Date.now(), endReason: 'expired' })
    .where(eq(sessions.userId, agent.id))
  expect((await world.queue.agent(String(agent.id) as AgentId))?.state).toBe('NOT_READY')
  await world.clearFloor()
  await until(
    async () => (await world.queue.agent(String(agent.id) as AgentId))?.state,
    (state) => state === 'OFFLINE',
  )
})

test('skills and name of an agent who is signed in follow at once', async () => {
  const { world, cookie } = await withAdmin()
  const agent = await world.agent('1001')
  const page = await world.page(await world.logIn('1001'))
  await page.emitWithAck('desk:open', { tabId: 'tab', takeOver: false })
  const wanted = { ...facts, name: '李燕', agentNumber: '1001' }
  await put(world, `/api/admin/people/${agent.id}`, cookie, wanted)
  expect(await world.queue.agent(String(agent.id) as AgentId)).toMatchObject({ name: '李燕', state: 'NOT_READY' })
})

test('without the desk an agent is logged out, and keeps the 工号 that records name', async () => {
  const { world, cookie } = await withAdmin()
  const agent = await world.agent('1001')
  const theirs = await world.logIn('1001')
  const page = await world.page(theirs)
  const told = next(page, 'session:ended')
  const changed = await put(world, `/api/admin/people/${agent.id}`, cookie, {
    ...facts,
    roles: ['QUALITY'],
    agentNumber: null,
    skills: [],
  })
  expect(changed.json()).toMatchObject({ roles: ['QUALITY'], agentNumber: '1001', openSessions: 0 })
  expect(await told).toEqual({ reason: 'changed' })
})

test('one’s own password needs the old one, ends other log-ins and is audited', async () => {
  const { world } = await withAdmin()
  const boss = await world.person('boss', ['SUPERVISOR'])
  const here = await world.logIn('boss')
  const there = await world.logIn('boss')
  const change = async (old: string, wanted: string) =>
    world.post('/api/session/password', here, { old, password: wanted })
  expect((await change('wrong', good)).json()).toMatchObject({ status: 403, code: 'password.wrong' })
  expect((await change(password, 'short')).json().code).toBe('password.weak')
  expect((await change(password, password)).json().code).toBe('password.same')
  expect((await change(password, good)).statusCode).toBe(204)
  expect((await world.get('/api/session', here)).statusCode).toBe(200)
  expect((await world.get('/api/session', there)).statusCode).toBe(401)
  const rows = await world.db
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, String(boss.id)))
  expect(rows.map((row) => [row.action, row.isAllowed])).toEqual([
    ['password.refused', 0],
    ['password.changed', 1],
  ])
  for (let tries = 0; tries < 5; tries += 1) expect((await change('wrong', `${good}!`)).statusCode).toBe(403)
  expect((await change(good, `${good}!`)).json()).toMatchObject({ code: 'password.too-many-failures' })
})

test('the list is searched, narrowed and read in pages', async () => {
  const { world, cookie } = await withAdmin()
  for (const number of ['1001', '1002', '1003']) await world.agent(number)
  await world.person('100%_boss', ['SUPERVISOR'])
  const names = async (query: string) =>
    (await world.get(`/api/admin/people${query}`, cookie)).json().people.map((one: StaffMember) => one.username)
  expect(await names('')).toEqual(['admin', '1001', '1002', '1003', '100%_boss'])
  expect(await names('?search=100')).toHaveLength(4)
  expect(await names(`?search=${encodeURIComponent('0%_')}`)).toEqual(['100%_boss'])
  expect(await names('?role=AGENT')).toEqual(['1001', '1002', '1003'])
  expect(await names('?state=locked')).toEqual([])
  const first = (await world.get('/api/admin/people?limit=2', cookie)).json()
  expect(first.next).not.toBeNull()
  expect(await names(`?limit=2&cursor=${first.next}`)).toEqual(['1002', '1003'])
})
