import { mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { expect, onTestFinished, test } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import { originFile } from '../../../src/health/asterisk.ts'
import { users } from '../../../src/people/schema.ts'
import { createLogger } from '../../../src/platform/process/log.ts'
import { openHttp } from '../../../src/platform/web/http.ts'
import { problems } from '../../../src/platform/web/problem.ts'
import { aWeb, password } from './world.ts'

test('every refusal has a code, a status and a sentence', () => {
  for (const [code, { status, title }] of Object.entries(problems)) {
    expect(code).toMatch(/^[a-z-]+(\.[a-z-]+)?$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).toMatch(/[\u4e00-\u9fff].*。$/)
  }
})

test('broken requests get a clear answer and nothing happens', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const send = (payload: string, contentType = 'application/json') =>
    world.web.inject({ method: 'POST', url: '/api/session', headers: { 'content-type': contentType }, payload })
  const cases: [string, Awaited<ReturnType<typeof send>>, number, string][] = [
    ['no JSON', await send('{"username":'), 400, 'request.malformed'],
    ['empty', await send(''), 400, 'request.malformed'],
    ['a list', await send('[]'), 400, 'request.invalid'],
    ['nothing in it', await send('{}'), 400, 'request.invalid'],
    ['wrong types', await send('{"username":1,"password":{}}'), 400, 'request.invalid'],
    ['poisoned', await send('{"__proto__":{"username":"1001"},"password":"x"}'), 400, 'request.malformed'],
    ['a form', await send('username=1001', 'application/x-www-form-urlencoded'), 415, 'request.unsupported-media'],
    ['1 MB', await send(JSON.stringify({ username: 'x'.repeat(1 << 20), password })), 413, 'request.too-large'],
    ['too long', await send(JSON.stringify({ username: 'x'.repeat(65), password })), 400, 'request.invalid'],
    ...(await Promise.all(
      ['1001\ud800'].map(
        async (username): Promise<[string, Awaited<ReturnType<typeof send>>, number, string]> => [
          JSON.stringify(username),
          await send(JSON.stringify({ username, password })),
          400,
          'request.control-characters',
        ],
      ),
    )),
  ]
  for (const [name, answer, status, code] of cases) {
    expect.soft(answer.json(), name).toMatchObject({ status, code })
    expect.soft(answer.statusCode, name).toBe(status)
    expect.soft(answer.headers['content-type'], name).toMatch('application/problem+json')
    expect.soft(answer.json().detail, name).toMatch(/[\u4e00-\u9fff]/)
  }
  const invalid = await send('{"username":"","password":"x"}')
  expect(invalid.json()).toMatchObject({ detail: '请填写用户名', faults: [{ path: 'body.username' }] })
})

test('addresses that are nobody’s are problems below /api and pages elsewhere', async () => {
  const world = await aWeb()
  for (const url of ['/api/nothing', '/api/calls/%E0%A4%A', '/missing.js', '/..%2f..%2fpackage.json', '/socket.io']) {
    const answer = await world.get(url)
    expect.soft([400, 404], url).toContain(answer.statusCode)
    expect.soft(answer.headers['content-type'], url).toMatch('application/problem+json')
  }
  const wrongMethod = await world.web.inject({ method: 'PUT', url: '/api/session', payload: {} })
  expect(wrongMethod.json().code).toBe('page.not-found')
  const page = await world.get('/desk')
  expect(page.statusCode === 200 || page.json().code === 'pages.not-built').toBe(true)
})

test('bytes that are no HTTP are answered and the server goes on', async () => {
  const world = await aWeb()
  const { port, hostname } = new URL(await world.url())
  const talk = (bytes: string) =>
    new Promise<string>((resolve) => {
      let heard = ''
      const socket = connect(Number(port), hostname, () => socket.write(bytes))
      socket.on('data', (chunk) => {
        heard += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(heard))
    })
  expect(await talk('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await talk(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
  expect(await talk('GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 404 [\s\S]*page\.not-found/,
  )
  expect((await fetch(`${await world.url()}/healthz`)).status).toBe(200)
})

test('every answer tells browsers to keep others out', async () => {
  const world = await aWeb()
  for (const url of ['/healthz', '/api/session', '/desk', '/nothing.js']) {
    const { headers } = await world.get(url)
    expect.soft(headers['content-security-policy'], url).toContain("script-src 'self';")
    expect.soft(headers['content-security-policy'], url).toContain("frame-ancestors 'none'")
    expect.soft(headers['x-content-type-options'], url).toBe('nosniff')
    expect.soft(headers['x-request-id'], url).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('the API is described where one can try it, from this server alone', async () => {
  const world = await aWeb()
  const page = await world.get('/api/docs/')
  expect(page.statusCode).toBe(200)
  expect(page.body).not.toMatch(/(src|href)="https?:/)
  const { paths } = (await world.get('/api/docs/json')).json()
  for (const path of ['/api/session', '/api/calls', '/api/calls/{id}', '/api/devices', '/api/phone', '/readyz']) {
    expect(Object.keys(paths)).toContain(path)
  }
})

test('who is refused counts as well, however the way to the API is written', async () => {
  const most = 100
  const world = await aWeb({ REQUESTS_PER_MINUTE: most })
  const ways = ['/api/session', '/%61pi/session', '/api/nothing', '/%61pi/%73ession']
  const ask = async (number: number) => {
    const { headers, statusCode } = await world.get(ways[number % ways.length] ?? '')
    expect(headers['cache-control']).toBe('no-store')
    return statusCode
  }
  for (let asked = 0; asked < most; asked += 1) expect(await ask(asked)).toBeOneOf([401, 404])
  for (const [number] of ways.entries()) expect(await ask(number)).toBe(429)
  // Another address, and what is no question to the API.
  expect((await world.get('/api/session', undefined, { remoteAddress: '10.0.0.9' })).statusCode).toBe(401)
  expect((await world.get('/healthz')).statusCode).toBe(200)
})

test('each log-in has requests of its own, behind one address with all others and with whoever floods from there', async () => {
  const world = await aWeb({ REQUESTS_PER_MINUTE: 100 })
  await world.person('boss', ['SUPERVISOR'])
  await world.person('other', ['SUPERVISOR'])
  const [boss, other] = [await world.logIn('boss'), await world.logIn('other')]
  const flood = async (cookie?: string) => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.get('/api/session', cookie)))
    return answers.filter(({ statusCode }) => statusCode === 429).length
  }
  // Two of the address' are spent: the log-ins.
  expect(await flood()).toBe(2)
  expect(await flood(`hotline_session=${'A'.repeat(43)}`)).toBe(100)
  expect(await flood(boss)).toBe(0)
  expect((await world.get('/api/session', boss)).json()).toMatchObject({ status: 429, code: 'request.too-many' })
  expect((await world.get('/api/session', other)).statusCode).toBe(200)
})

test('a log-in that has spent all its requests can still call an emergency', async () => {
  const world = await aWeb({ REQUESTS_PER_MINUTE: 100 })
  await world.agent('1001')
  const agent = await world.logIn('1001')
  await Promise.all(Array.from({ length: 100 }, () => world.get('/api/session', agent)))
  expect((await world.get('/api/session', agent)).statusCode).toBe(429)
  const call = { to: { kind: 'outside', number: '119' }, mode: 'three-way' }
  expect((await world.post(`/api/calls/${ulid()}/parties`, agent, call)).json().code).not.toBe('request.too-many')
})

test('log-ins that are made up are looked up no oftener than their address may ask', async () => {
  const most = 100
  let lookedUp = 0
  const logIns = {
    isKnown: () => false,
    sessionOf: async () => {
      lookedUp += 1
      return null
    },
  }
  const { settings } = await aWeb()
  const web = await openHttp({ ...settings, REQUESTS_PER_MINUTE: most }, createLogger('test', 'fatal'), { logIns })
  onTestFinished(() => web.close())
  const answers = await Promise.all(
    Array.from({ length: 4 * most }, () => web.inject({ method: 'GET', url: '/api/nothing' })),
  )
  expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(3 * most)
  expect(lookedUp).toBe(most)
})

test('JSON that is nested without end is refused, wherever it stands', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const draft = `/api/ticket-drafts/${ulid()}`
  for (const [method, url, payload] of [
    ['POST', '/api/session', deep],
    ['POST', '/api/session', `{"username":${deep},"password":"x"}`],
    ['PUT', draft, `{"version":0,"content":{"a":${deep}}}`],
    ['PUT', draft, `{"version":0,"content":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`],
  ] as const) {
    const headers = { cookie, 'content-type': 'application/json' }
    const answer = await world.web.inject({ method, url, payload, headers })
    expect.soft(answer.json(), url).toMatchObject({ status: 400, code: 'request.too-deep' })
  }
  const flat = await world.web.inject({
    method: 'PUT',
    url: draft,
    headers: { cookie, 'content-type': 'application/json' },
    payload: `{"version":0,"content":${'{"a":'.repeat(20)}1${'}'.repeat(20)}}`,
  })
  expect(flat.statusCode).toBe(200)
})

test('ready means that database, Redis, the calls role and Asterisk answer; what is missing is named', async () => {
  const world = await aWeb()
  const missing = async () => {
    const answer = await world.get('/readyz')
    const parts = answer.json().missing.map((one: { part: string }) => one.part)
    expect(answer.statusCode).toBe(parts.length === 0 ? 200 : 503)
    return parts
  }
  const sign = (ariConnected: boolean, at: number) =>
    world.redis.set('{hotline}:calls-role:node-1', JSON.stringify({ ariConnected, at }))
  expect(await missing()).toEqual(['calls'])
  await sign(false, Date.now())
  expect(await missing()).toEqual(['ari'])
  await sign(true, Date.now())
  expect(await missing()).toEqual([])
  await sign(true, Date.now() - 60_000)
  expect(await missing()).toEqual(['calls'])
  await world.ways.database.cut()
  expect(await missing()).toEqual(['database', 'calls'])
  await world.ways.redis.cut()
  expect(await missing()).toEqual(['database', 'redis'])
  expect((await world.get('/healthz')).json()).toEqual({ status: 'ok' })
})

test('who looks after the hotline is told that files of tickets cannot be kept, before an agent is', async () => {
  const world = await aWeb()
  const warnings = async () => (await world.get('/readyz')).json().warnings.map((one: { code: string }) => one.code)
  expect(await warnings()).toEqual([])
  await rm(world.settings.attachmentsDir, { recursive: true })
  // A disk that is not there, a folder of somebody else's: whatever it is, nothing can be written.
  await writeFile(world.settings.attachmentsDir, '')
  expect(await warnings()).toEqual(['attachments.room-short'])
  expect((await world.get('/metrics')).body).toMatch(/^hotline_attachment_free_bytes 0$/m)
})

test('pages and API are given under names of ours only, probes under any', async () => {
  const world = await aWeb({ publicUrl: 'https://hotline.example.gov.cn' })
  const from = (url: string, host: string) => world.get(url, undefined, { headers: { host } })
  for (const url of ['/api/session', '/api/phone', '/metrics', '/desk', '/']) {
    const answer = await from(url, 'evil.example:12345')
    expect.soft(answer.json(), url).toMatchObject({ status: 421, code: 'request.unknown-host' })
    expect.soft(answer.json().detail, url).toMatch(/“evil\.example:12345”不是本系统的地址，请用 https:\/\/hotline/)
  }
  for (const host of ['hotline.example.gov.cn', 'localhost:12345', '192.0.2.10:12345']) {
    expect.soft((await from('/api/session', host)).statusCode, host).toBe(401)
  }
  expect((await from('/healthz', 'whatever')).statusCode).toBe(200)
})

test('behind a proxy each client counts for itself, and only that proxy is believed', async () => {
  const world = await aWeb({ TRUST_PROXY: ['127.0.0.1'], publicUrl: 'https://hotline.example.gov.cn' })
  await world.agent('1001')
  const addressOf = async (headers: Record<string, string>, remoteAddress: string) => {
    const more = { headers: { host: 'hotline.example.gov.cn', ...headers }, remoteAddress }
    await world.post('/api/session', undefined, { username: '1001', password: 'wrong' }, more)
    const rows = await world.db.select().from(auditEvents)
    return rows.at(-1)?.address
  }
  expect(await addressOf({ 'x-forwarded-for': '198.51.100.7' }, '127.0.0.1')).toBe('198.51.100.7')
  expect(await addressOf({ forwarded: 'for="[2001:db8::7]:4711"' }, '127.0.0.1')).toBe('2001:db8::7')
  expect(await addressOf({ 'x-forwarded-for': '198.51.100.7' }, '192.0.2.9')).toBe('192.0.2.9')
  // A page of ours, by the name that the proxy was asked for.
  const page = { host: 'inner', 'x-forwarded-host': 'hotline.example.gov.cn', origin: 'https://hotline.example.gov.cn' }
  const logOut = (remoteAddress: string) =>
    world.web.inject({ method: 'DELETE', url: '/api/session', headers: page, remoteAddress })
  expect((await logOut('127.0.0.1')).statusCode).toBe(204)
  expect((await logOut('192.0.2.9')).json().code).toBe('request.unknown-host')
})

test('who looks after a hotline that others reach is told what is left of the sample', async () => {
  const world = await aWeb({ PUBLIC_URL: 'http://hotline.example.gov.cn' })
  const warnings = async () => (await world.get('/readyz')).json().warnings.map((one: { code: string }) => one.code)
  expect(await warnings()).toEqual(['cookies.insecure'])
  const at = Date.now()
  const admin = { username: 'admin', name: '郭建平', passwordHash: 'x', createdAt: at }
  const [{ insertId }] = await world.db.insert(users).values({ ...admin, passwordChangedAt: at })
  expect(await warnings()).toEqual(['cookies.insecure', 'accounts.sample'])
  await world.db
    .update(users)
    .set({ passwordChangedAt: at + 1 })
    .where(eq(users.id, insertId))
  expect(await warnings()).toEqual(['cookies.insecure'])
})

test('an Asterisk that should be replaced is told to administrators, and warned of where readiness is asked', async () => {
  const world = await aWeb()
  await world.person('root', ['ADMIN'])
  await world.person('boss', ['SUPERVISOR'])
  const admin = await world.logIn('root')
  const builtAt = Date.UTC(2026, 6, 20)
  const asterisk = { version: '22.10.1+dfsg', builtAt }
  const sign = { ariConnected: true, at: Date.now(), leader: 'x:1', epoch: 1, isRoomShort: false, asterisk }
  await world.redis.set('{hotline}:calls-role:node-1', JSON.stringify(sign))
  const listExpiredAt = Date.UTC(2026, 10, 6)
  await mkdir(join(world.settings.varDir, 'asterisk'), { recursive: true })
  await writeFile(originFile(world.settings.varDir), JSON.stringify({ unpackedAt: builtAt, listExpiredAt }))

  const ready = await world.get('/readyz')
  expect(ready.statusCode).toBe(200)
  const codes = ready.json().warnings.map((one: { code: string }) => one.code)
  expect(codes).toEqual(expect.arrayContaining(['asterisk.known-faults', 'asterisk.list-expired']))
  expect(ready.body).not.toContain('22.10')

  expect((await world.get('/api/admin/asterisk')).statusCode).toBe(401)
  expect((await world.get('/api/admin/asterisk', await world.logIn('boss'))).statusCode).toBe(403)
  const state = (await world.get('/api/admin/asterisk', admin)).json()
  expect(state).toMatchObject({ version: '22.10.1+dfsg', builtAt, listExpiredAt })
  expect(state.faults).toContainEqual(expect.objectContaining({ issue: 2011, mendedIn: '22.11.0' }))
})

test('figures are for this machine and for administrators', async () => {
  const world = await aWeb()
  await world.person('root', ['ADMIN'])
  await world.person('boss', ['SUPERVISOR'])
  await world.bus.respond('metrics.read', async () => ({
    text: '# HELP hotline_calls living calls by phase\n# TYPE hotline_calls gauge\nhotline_calls{phase="talking"} 2\n',
  }))
  const here = await world.get('/metrics')
  expect(here.body).toContain('hotline_calls{phase="talking"} 2')
  expect(here.body).toContain('# TYPE hotline_http_request_seconds histogram')
  expect(here.body).toMatch(/^hotline_queue_waiting 0$/m)
  expect(here.body.match(/# HELP process_cpu_seconds_total/g)).toHaveLength(1)

  const from = (cookie?: string) => world.get('/metrics', cookie, { remoteAddress: '192.0.2.7' })
  expect((await from()).json().code).toBe('session.required')
  expect((await from(await world.logIn('boss'))).json().code).toBe('access.denied')
  expect((await from(await world.logIn('root'))).statusCode).toBe(200)
  const proxied = await world.get('/metrics', undefined, { headers: { 'x-forwarded-for': '192.0.2.7' } })
  expect(proxied.statusCode).toBe(401)

  // A figure that cannot be read takes no other with it.
  await world.ways.redis.cut()
  const left = await world.get('/metrics')
  expect(left.statusCode).toBe(200)
  expect(left.body).toMatch(/^hotline_outbox_waiting 0$/m)
  expect(left.body).not.toContain('hotline_queue_waiting')
})
