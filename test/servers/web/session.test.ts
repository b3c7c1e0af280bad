import { createHash, createHmac } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { devices } from '../../../src/floor/agents/schema.ts'
import { sessions } from '../../../src/people/schema.ts'
import { longestMs } from '../../../src/people/sessions/opening.ts'
import { idleMs } from '../../../src/people/sessions/seen.ts'
import { aWeb, next, password, until, type World } from './world.ts'

test('an agent who logs in learns who he is, where to go and how his phone registers', async () => {
  const world = await aWeb()
  const { id } = await world.agent('1001')
  const answer = await world.post('/api/session', undefined, { username: '1001', password })
  expect(answer.statusCode).toBe(200)
  const cookie = answer.cookies.find(({ name }) => name === 'hotline_session')
  const known = answer.cookies.find(({ name }) => name === `hotline_device_${id}`)
  expect(known).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/session' })
  expect(cookie).toMatchObject({ name: 'hotline_session', httpOnly: true, sameSite: 'Strict', path: '/' })

  const view = answer.json()
  expect(view).toMatchObject({
    person: { id, username: '1001', roles: ['AGENT'] },
    homePage: '/desk',
    agent: { number: '1001' },
    site: { city: '长治', breakReasons: [{ code: 'meal', name: '用餐' }] },
    sip: { wsPath: '/sip', domain: '127.0.0.1' },
  })
  expect(view.rights).toContain('desk')
  expect(view.rights).not.toContain('floor')

  const token = cookie?.value ?? ''
  expect(view.sip.password).toBe(createHmac('sha256', token).update('sip').digest('base64url'))
  const [device] = await world.db.select().from(devices)
  expect(device).toMatchObject({ id: view.sip.endpoint, kind: 'BROWSER', userId: id })
  expect(device?.digest).toBe(
    createHash('md5').update(`${view.sip.endpoint}:asterisk:${view.sip.password}`).digest('hex'),
  )
  const [row] = await world.db.select().from(sessions)
  expect(row?.tokenHash).toBe(createHash('sha256').update(token).digest('hex'))
  expect(view.sip.endpoint).toBe(`b-${row?.id}`)

  const again = await world.get('/api/session', `hotline_session=${token}`)
  expect(again.json()).toEqual(view)
})

test('somebody without a phone gets no telephone', async () => {
  const world = await aWeb()
  await world.person('boss', ['SUPERVISOR'])
  const cookie = await world.logIn('boss')
  const view = (await world.get('/api/session', cookie)).json()
  expect(view).toMatchObject({ homePage: '/floor', sip: null, agent: null })
  expect(await world.db.select().from(devices)).toEqual([])
})

test('a wrong password and an unknown user are refused in the same words', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const wrong = await world.post('/api/session', undefined, { username: '1001', password: 'x' })
  const unknown = await world.post('/api/session', undefined, { username: 'nobody 🤷', password: 'x' })
  for (const answer of [wrong, unknown]) {
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(answer.json()).toMatchObject({ code: 'session.wrong-password', detail: '用户名或密码不正确，请重新输入。' })
  }
  const rows = await world.db.select().from(auditEvents)
  expect(rows.map((row) => [row.action, row.actor, row.isAllowed])).toEqual([
    ['session.refused', '1001', 0],
    ['session.refused', 'nobody 🤷', 0],
  ])
})

test('five wrong passwords lock the account for a quarter of an hour, even against the right one', async () => {
  const world = await aWeb()
  await world.agent('1001')
  await world.agent('1002')
  for (let i = 0; i < 5; i += 1) {
    const answer = await world.post('/api/session', undefined, { username: '1001', password: `wrong ${i}` })
    expect(answer.json().code).toBe('session.wrong-password')
  }
  const locked = await world.post('/api/session', undefined, { username: '1001', password })
  expect(locked.statusCode).toBe(429)
  expect(locked.json()).toMatchObject({ code: 'session.locked' })
  expect(locked.json().detail).toContain('15 分钟')
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(880)
  await world.logIn('1002')
})

/** Log-ins as a browser makes them: from an address, with the cookies that it was given. */
function aBrowser(world: World, remoteAddress: string) {
  const cookies: Record<string, string> = {}
  return {
    cookies,
    async logIn(username: string, given: string): Promise<string> {
      const cookie = Object.entries(cookies).map((pair) => pair.join('='))
      const more = { remoteAddress, headers: cookie.length > 0 ? { cookie: cookie.join('; ') } : {} }
      const answer = await world.post('/api/session', undefined, { username, password: given }, more)
      for (const { name, value } of answer.cookies) cookies[name] = value
      return answer.statusCode === 200 ? 'in' : answer.json().code
    },
  }
}
const deviceOf = ({ cookies }: ReturnType<typeof aBrowser>) => {
  const [found] = Object.entries(cookies).filter(([name]) => name.startsWith('hotline_device_'))
  if (!found) throw new Error('no cookie of a known browser')
  return found
}

test('an attacker locks out nobody but themselves: neither from afar nor behind the same address', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const own = aBrowser(world, '192.0.2.1')
  expect(await own.logIn('1001', password)).toBe('in')
  const attacker = aBrowser(world, '192.0.2.1')
  for (let i = 0; i < 5; i += 1) await attacker.logIn('1001', `wrong ${i}`)
  expect(await attacker.logIn('1001', password)).toBe('session.locked')
  // The owner behind the same address, in the browser that the account knows; and anywhere else.
  expect(await own.logIn('1001', password)).toBe('in')
  expect(await aBrowser(world, '198.51.100.7').logIn('1001', password)).toBe('in')
  // Nor do tries on other names, from the same address.
  for (let i = 0; i < 30; i += 1) await attacker.logIn(`guess-${i}`, 'Summer2026')
  expect(await attacker.logIn('somebody', 'Summer2026')).toBe('session.too-many-failures')
  expect(await own.logIn('1001', password)).toBe('in')
})

test('a browser that is known has five tries as well, and one that only looks like it is unknown', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const { id } = await world.agent('1002')
  const own = aBrowser(world, '192.0.2.1')
  await own.logIn('1001', password)
  const [name, value] = deviceOf(own)
  for (let i = 0; i < 5; i += 1) expect(await own.logIn('1001', `wrong ${i}`)).toBe('session.wrong-password')
  expect(await own.logIn('1001', password)).toBe('session.locked')

  const forged: [name: string, value: string][] = [
    [name, value.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    [name, value.replace(/\.\d+\./, '.9999999999.')],
    [`hotline_device_${id}`, value],
    [name, 'x'],
  ]
  for (const [index, [itsName, itsValue]] of forged.entries()) {
    const username = itsName === name ? '1001' : '1002'
    const browser = aBrowser(world, `198.51.100.${index}`)
    for (let i = 0; i < 5; i += 1) await aBrowser(world, `198.51.100.${index}`).logIn(username, `wrong ${i}`)
    browser.cookies[itsName] = itsValue
    expect.soft(await browser.logIn(username, password), itsValue).toBe('session.locked')
  }
})

test('half a year later a browser is unknown', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const own = aBrowser(world, '192.0.2.1')
  await own.logIn('1001', password)
  expect(Number(deviceOf(own)[1].split('.')[1]) * 1_000).toBeGreaterThan(Date.now() + 179 * 86_400_000)
  world.wait(181 * 86_400_000)
  for (let i = 0; i < 5; i += 1) await aBrowser(world, '192.0.2.1').logIn('1001', `wrong ${i}`)
  expect(await own.logIn('1001', password)).toBe('session.locked')
})

test('a hundred wrong passwords from many addresses lock an account for browsers that do not know it', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const own = aBrowser(world, '192.0.2.1')
  await own.logIn('1001', password)
  const tries = Array.from({ length: 100 }, (_, i) =>
    aBrowser(world, `198.51.100.${Math.floor(i / 4)}`).logIn('1001', 'wrong'),
  )
  expect(new Set(await Promise.all(tries))).toEqual(new Set(['session.wrong-password']))
  expect(await aBrowser(world, '203.0.113.9').logIn('1001', password)).toBe('session.locked')
  expect(await own.logIn('1001', password)).toBe('in')
})

test('wrong passwords that are tried all at once are counted all the same', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const tries = Array.from({ length: 20 }, (_, i) =>
    world.post('/api/session', undefined, { username: '1001', password: `wrong ${i}` }),
  )
  const codes = (await Promise.all(tries)).map((answer) => answer.json().code)
  expect(codes.filter((code) => code === 'session.wrong-password')).toHaveLength(5)
  expect(codes.filter((code) => code === 'session.locked')).toHaveLength(15)
})

test('one password tried on many names is slowed down, and people who know theirs do not use the tries up', async () => {
  const world = await aWeb()
  await world.person('boss', ['SUPERVISOR'])
  for (let i = 0; i < 32; i += 1) await world.logIn('boss')
  const tries = Array.from({ length: 31 }, (_, i) =>
    world.post('/api/session', undefined, { username: `guess-${i}`, password: 'Summer2026' }),
  )
  const codes = (await Promise.all(tries)).map((answer) => answer.json().code)
  expect(codes.filter((code) => code === 'session.too-many-failures')).toHaveLength(1)
})

test('a second log-in of an agent ends the first, tells its page and withdraws its phone', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const first = await world.logIn('1001')
  const page = await world.page(first)
  const told = next(page, 'session:ended')
  const withdrawn = new Promise<string>((resolve) => {
    void world.bus.subscribe('devices.changed', ({ deviceId }) => resolve(deviceId))
  })
  const second = await world.logIn('1001')
  expect(await told).toEqual({ reason: 'replaced' })
  expect((await world.get('/api/session', first)).json()).toMatchObject({ status: 401, code: 'session.required' })
  expect((await world.get('/api/session', second)).statusCode).toBe(200)
  const rows = await world.db.select().from(sessions)
  expect(rows.map((row) => row.endReason)).toEqual(['replaced', null])
  expect(await withdrawn).toBe(`b-${rows[0]?.id}`)
  const [phone] = await world.db
    .select()
    .from(devices)
    .where(eq(devices.id, `b-${rows[0]?.id}`))
  expect(phone?.withdrawnAt).not.toBeNull()
})

test('two log-ins of one agent in the same moment leave one', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookies = await Promise.all([world.logIn('1001'), world.logIn('1001'), world.logIn('1001')])
  const answers = await Promise.all(cookies.map((cookie) => world.get('/api/session', cookie)))
  expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(1)
})

test('supervisors may be logged in at several places', async () => {
  const world = await aWeb()
  await world.person('boss', ['SUPERVISOR'])
  const cookies = [await world.logIn('boss'), await world.logIn('boss')]
  for (const cookie of cookies) expect((await world.get('/api/session', cookie)).statusCode).toBe(200)
})

test('who logs out is out at once, on every page', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const page = await world.page(cookie)
  const told = next(page, 'session:ended')
  expect((await world.delete('/api/session', cookie)).statusCode).toBe(204)
  expect(await told).toEqual({ reason: 'logged-out' })
  expect((await world.get('/api/session', cookie)).statusCode).toBe(401)
  expect((await world.delete('/api/session', cookie)).statusCode).toBe(204)
  const actions = (await world.db.select().from(auditEvents)).map((row) => row.action)
  expect(actions).toEqual(['session.opened', 'session.ended'])
})

test('a log-in ends after its longest time, and earlier when nobody uses it', async () => {
  const world = await aWeb()
  await world.person('busy', ['SUPERVISOR'])
  await world.person('lazy', ['SUPERVISOR'])
  const [busy, lazy] = [await world.logIn('busy'), await world.logIn('lazy')]
  await world.get('/api/session', busy)
  await world.get('/api/session', lazy)
  await until(
    () => world.redis.hlen('{hotline}:sessions-seen'),
    (count) => count === 2,
  )
  world.wait(idleMs - 60_000)
  await world.get('/api/session', busy)
  world.wait(120_000)
  await until(
    () => world.redis.hvals('{hotline}:sessions-seen'),
    (seen) => Number(seen[0]) !== Number(seen[1]),
  )
  await world.sweep()
  world.wait(60_000)
  await world.sweep()
  expect((await world.get('/api/session', lazy)).statusCode).toBe(401)
  expect((await world.get('/api/session', busy)).statusCode).toBe(200)
  world.wait(longestMs)
  expect((await world.get('/api/session', busy)).statusCode).toBe(401)
})

test('nobody is logged out because the clock was set', async () => {
  const world = await aWeb()
  await world.person('busy', ['SUPERVISOR'])
  const busy = await world.logIn('busy')
  await world.get('/api/session', busy)
  const seenAt = async () => Number((await world.redis.hvals('{hotline}:sessions-seen'))[0])
  const before = await until(seenAt, (at) => at > 0)
  world.wait(3_600_000)
  await world.sweep()
  await world.get('/api/session', busy)
  await until(seenAt, (at) => at >= before + 3_600_000)
  world.wait(60_000)
  await world.sweep()
  expect((await world.get('/api/session', busy)).statusCode).toBe(200)
})

test('cookies that are forged or broken are nobody', async () => {
  const world = await aWeb()
  for (const value of ['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}%00`, "' OR 1=1 --", '🐎', 'A'.repeat(4000)]) {
    const answer = await world.get('/api/session', `hotline_session=${encodeURIComponent(value)}`)
    expect(answer.statusCode).toBe(401)
    expect(answer.json().code).toBe('session.required')
  }
})

test('requests from pages of another site change nothing', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:81' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://localhost', 'sec-fetch-site': 'same-site' },
  ]) {
    const answer = await world.web.inject({ method: 'DELETE', url: '/api/session', headers: { ...headers, cookie } })
    expect(answer.json()).toMatchObject({ status: 403, code: 'request.foreign-origin' })
  }
  const own = { origin: 'http://localhost:80', host: 'localhost:80', 'sec-fetch-site': 'same-origin', cookie }
  expect((await world.web.inject({ method: 'DELETE', url: '/api/session', headers: own })).statusCode).toBe(204)
})

test('a log-in outlives an absence of the database, and nobody new gets in meanwhile', async () => {
  const world = await aWeb()
  await world.agent('1001')
  await world.person('boss', ['SUPERVISOR'])
  const cookie = await world.logIn('1001')
  await world.get('/api/session', cookie)
  await world.ways.database.cut()
  // As a minute later.
  for (const key of await world.redis.keys('{hotline}:session:*')) await world.redis.del(key)
  expect((await world.get('/api/session', cookie)).statusCode).toBe(200)
  const refused = await world.post('/api/session', undefined, { username: 'boss', password })
  expect(refused.json()).toMatchObject({
    status: 503,
    code: 'database.away',
    detail: '数据库暂时无法访问，请稍后重试。',
  })
  const strange = await world.get('/api/session', `hotline_session=${'A'.repeat(43)}`)
  expect(strange.json()).toMatchObject({ status: 503, code: 'database.away' })
  await world.ways.database.mend()
  await world.logIn('boss')
})

test('without Redis those who are logged in stay so, and the database is asked', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  await world.ways.redis.cut()
  expect((await world.get('/api/session', cookie)).statusCode).toBe(200)
  const refused = await world.post('/api/session', undefined, { username: '1001', password })
  expect(refused.json()).toMatchObject({ status: 503, code: 'redis.away' })
})
