import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { DeviceList, DeviceSecret } from '../../../src/floor/agents/api.ts'
import { devices } from '../../../src/floor/agents/schema.ts'
import { normaliseNumber } from '../../../src/lines/number.ts'
import { guestLifeMs } from '../../../src/phone/guests.ts'
import type { AgentId } from '../../../src/platform/types.ts'
import { aWeb, until, type World } from './world.ts'

test('a desk phone gets a secret that is shown once and kept as a digest', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const heard = new Promise<string>((resolve) => {
    void world.bus.subscribe('devices.changed', ({ deviceId }) => resolve(deviceId))
  })
  const made = await world.post('/api/devices', cookie, { label: '3 号台 🐎𠀀' })
  expect(made.statusCode).toBe(201)
  const secret: DeviceSecret = made.json()
  expect(secret).toMatchObject({
    username: 'd-1001-1',
    domain: '127.0.0.1',
    port: 5060,
    device: { id: 'd-1001-1', kind: 'DESK', label: '3 号台 🐎𠀀', isChosen: false },
  })
  expect(await heard).toBe('d-1001-1')
  const [row] = await world.db.select().from(devices).where(eq(devices.id, 'd-1001-1'))
  expect(row?.digest).toBe(createHash('md5').update(`d-1001-1:asterisk:${secret.password}`).digest('hex'))
  expect((await world.get('/api/devices', cookie)).body).not.toContain(secret.password)
  for (const label of ['', 'x'.repeat(65), 'a\u0000b', 'a\nb']) {
    expect((await world.post('/api/devices', cookie, { label })).statusCode).toBe(400)
  }
})

test('the chosen phone rings, now and after the next log-in, until it is withdrawn', async () => {
  const world = await aWeb()
  const { id } = await world.agent('1001')
  const cookie = await world.logIn('1001')
  const endpoint = async () => (await world.queue.agent(String(id) as AgentId))?.endpoint
  await (await world.page(cookie)).emitWithAck('desk:open', { tabId: 't', takeOver: false })
  const browser = await endpoint()
  await world.post('/api/devices', cookie, { label: '话机' })
  const chosen: DeviceList = (await world.post('/api/devices/d-1001-1/choose', cookie, {})).json()
  expect(chosen.devices.map((device) => [device.id, device.isChosen])).toEqual([
    [browser, false],
    ['d-1001-1', true],
  ])
  expect(await endpoint()).toBe('d-1001-1')

  const later = await world.logIn('1001')
  await (await world.page(later)).emitWithAck('desk:open', { tabId: 't', takeOver: false })
  expect(await endpoint()).toBe('d-1001-1')
  expect((await world.delete('/api/devices/d-1001-1', later)).statusCode).toBe(204)
  expect(await endpoint()).toMatch(/^b-/)
  expect(await endpoint()).not.toBe(browser)
  expect((await world.delete('/api/devices/d-1001-1', later)).json().code).toBe('device.not-found')
  const actions = (await world.db.select().from(auditEvents)).map((row) => row.action)
  expect(actions.filter((action) => action.startsWith('device'))).toEqual([
    'device.created',
    'device.chosen',
    'device.withdrawn',
  ])
})

test('nobody touches another agent’s phone, and phones are numbered without doubles', async () => {
  const world = await aWeb()
  await world.agent('1001')
  await world.agent('1002')
  const [cookie, other] = [await world.logIn('1001'), await world.logIn('1002')]
  const made = await Promise.all(
    Array.from({ length: 7 }, (_, i) => world.post('/api/devices', cookie, { label: `话机 ${i}` })),
  )
  const ids = made.filter((one) => one.statusCode === 201).map((one) => one.json().device.id)
  expect(ids.sort()).toEqual([1, 2, 3, 4, 5].map((n) => `d-1001-${n}`))
  expect(made.filter((one) => one.statusCode === 409).map((one) => one.json().code)).toEqual([
    'device.too-many',
    'device.too-many',
  ])
  expect((await world.post('/api/devices/d-1001-1/choose', other, {})).json().code).toBe('device.not-found')
  expect((await world.delete('/api/devices/d-1001-1', other)).json().code).toBe('device.not-found')
})

test('there is no guest phone unless the site has switched it on', async () => {
  const world = await aWeb()
  for (let i = 0; i < 7; i += 1) {
    expect((await world.post('/api/phone', undefined, {})).json()).toMatchObject({ status: 404, code: 'phone.off' })
  }
  expect((await world.get('/api/phone')).json().code).toBe('phone.off')
  expect(await world.db.select().from(devices)).toEqual([])
})

test('a guest gets a phone for half an hour with a number of digits only, five a minute', async () => {
  const world = await aWeb({ GUEST_PHONE: true })
  expect((await world.get('/api/phone')).json().numbers).toMatchObject([{ number: '12345' }, { number: '12333' }])
  for (const callerNumber of [
    '',
    '1234',
    '1234567890123',
    '139 1234',
    '+8613912345678',
    '１２３４５',
    '12345\n',
    13912,
  ]) {
    const from = { remoteAddress: '192.0.2.9' }
    const answer = await world.post('/api/phone', undefined, { callerNumber }, from)
    expect.soft([400, 429], String(callerNumber)).toContain(answer.statusCode)
  }
  const made = await world.post('/api/phone', undefined, { callerNumber: '13900001234' })
  expect(made.statusCode).toBe(201)
  const guest = made.json()
  // Not the number of whoever really has it: no history, no ticket and no name of theirs is found by it.
  expect(guest).toMatchObject({ callerNumber: '+99913900001234', domain: '127.0.0.1' })
  expect(normaliseNumber(guest.callerNumber, '0355').e164).toBe('+99913900001234')
  const [row] = await world.db.select().from(devices)
  expect(row).toMatchObject({
    id: guest.endpoint,
    kind: 'GUEST',
    callerNumber: '+99913900001234',
    expiresAt: guest.expiresAt,
  })
  expect(row?.digest).toBe(createHash('md5').update(`${guest.endpoint}:asterisk:${guest.password}`).digest('hex'))

  for (let i = 0; i < 4; i += 1) expect((await world.post('/api/phone', undefined, {})).statusCode).toBe(201)
  const sixth = await world.post('/api/phone', undefined, {})
  expect(sixth.json()).toMatchObject({ status: 429, code: 'request.too-many' })
  expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(0)

  world.wait(guestLifeMs + 1_000)
  await world.sweep()
  const left = (await world.db.select().from(devices)).filter((device) => device.withdrawnAt === null)
  expect(left).toEqual([])
})

/** A websocket server where Asterisk's would be, that sends everything back. */
async function anEcho(): Promise<{ ariUrl: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' })
  server.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })))
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return { ariUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function aSocket(world: World, path: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${(await world.url()).replace('http', 'ws')}${path}`, ['sip'], { headers })
  onTestFinished(() => socket.terminate())
  return socket
}

/** How the upgrade was answered. */
async function statusOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101))
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', () => {})
  })
}

/** As a browser's phone sends it. */
function sip(method: string, endpoint: string, { to = `sip:${endpoint}@x`, body = '' } = {}): string {
  const lines = [
    `${method} sip:x SIP/2.0`,
    'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1',
    `From: <sip:${endpoint}@x>;tag=a`,
    `To: <${to}>`,
    'Call-ID: c',
    `CSeq: 1 ${method}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Name of the browser's phone of the only log-in. */
async function browserOf(world: World): Promise<string> {
  const [row] = await world.db.select().from(devices).where(eq(devices.kind, 'BROWSER'))
  if (!row) throw new Error('no phone')
  return row.id
}

test('SIP of a log-in is passed on both ways, as it came', async () => {
  const { ariUrl, server } = await anEcho()
  const world = await aWeb({ ariUrl })
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const socket = await aSocket(world, '/sip', { cookie })
  expect(await statusOf(socket)).toBe(101)
  expect(socket.protocol).toBe('sip')
  const own = await browserOf(world)
  const long = sip('INVITE', own, { to: 'sip:12345@x', body: '𠀀'.repeat(15_000) })
  for (const message of [sip('REGISTER', own), '\r\n\r\n', long]) {
    const back = once(socket, 'message')
    socket.send(message)
    const [data, isBinary] = await back
    expect(String(data)).toBe(message)
    expect(isBinary).toBe(false)
  }
  expect([...server.clients].map((client) => client.protocol)).toEqual(['sip'])
})

test('SIP under any other name than one’s own ends the websocket and is audited once', async () => {
  const { ariUrl, server } = await anEcho()
  const world = await aWeb({ ariUrl })
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const own = await browserOf(world)
  const heard: string[] = []
  server.on('connection', (socket) => socket.on('message', (data) => heard.push(String(data))))
  for (const message of [
    sip('INVITE', '13912345678', { to: 'sip:12345@x' }),
    sip('REGISTER', own, { to: 'sip:b-other@x' }),
    sip('OPTIONS', own) + sip('INVITE', '13912345678'),
    'x'.repeat(60_000),
  ]) {
    const socket = await aSocket(world, '/sip', { cookie })
    await statusOf(socket)
    const closed = once(socket, 'close')
    socket.send(message)
    expect((await closed)[0]).toBe(4003)
  }
  expect(heard).toEqual([])
  const read = async () => (await world.db.select().from(auditEvents)).filter((row) => row.action === 'sip.refused')
  expect(await until(read, (rows) => rows.length > 0)).toMatchObject([
    { actor: own, isAllowed: 0, details: { why: 'another name' } },
  ])
})

test('the SIP of a guest ends with the guest’s half hour, and earlier when it calls without end', async () => {
  const { ariUrl } = await anEcho()
  const world = await aWeb({ ariUrl, GUEST_PHONE: true })
  const guest = (await world.post('/api/phone', undefined, {})).json()
  for (let opened = 0; opened < 2; opened += 1) {
    const socket = await aSocket(world, guest.wsPath)
    await statusOf(socket)
    const closed = once(socket, 'close')
    const calls = opened === 0 ? 20 : 1
    for (let sent = 0; sent < calls; sent += 1) {
      const back = once(socket, 'message')
      socket.send(sip('INVITE', guest.endpoint, { to: 'sip:12345@x' }))
      if (opened === 0) await back
    }
    if (opened === 0) socket.close()
    else expect((await closed)[0]).toBe(4008)
  }

  const [key = ''] = await world.redis.keys('{hotline}:guest:*')
  await world.redis.pexpire(key, 1_500)
  const socket = await aSocket(world, guest.wsPath)
  expect(await statusOf(socket)).toBe(101)
  expect((await once(socket, 'close'))[0]).toBe(4001)
})

test('SIP takes a log-in with a phone, or a fresh guest, on a page of ours', async () => {
  const { ariUrl } = await anEcho()
  const world = await aWeb({ ariUrl, GUEST_PHONE: true })
  await world.agent('1001')
  await world.person('boss', ['SUPERVISOR'])
  const [cookie, boss] = [await world.logIn('1001'), await world.logIn('boss')]
  const guest = (await world.post('/api/phone', undefined, {})).json()
  const status = async (path: string, headers?: Record<string, string>) => statusOf(await aSocket(world, path, headers))
  expect(await status('/sip')).toBe(401)
  expect(await status('/sip', { cookie: 'hotline_session=x' })).toBe(401)
  expect(await status('/sip', { cookie: boss })).toBe(401)
  expect(await status('/sip', { cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await status('/sip?guest=', { cookie })).toBe(401)
  expect(await status(`/sip?guest=${'A'.repeat(32)}`)).toBe(401)
  expect(await status('/elsewhere', { cookie })).toBe(404)
  expect(await status('/sip', { cookie, origin: await world.url() })).toBe(101)
  expect(await status(guest.wsPath)).toBe(101)
})

test('the SIP of a log-in ends with it, and a message that is too long ends it at once', async () => {
  const { ariUrl, server } = await anEcho()
  const world = await aWeb({ ariUrl })
  await world.agent('1001')
  const cookie = await world.logIn('1001')
  const long = await aSocket(world, '/sip', { cookie })
  await statusOf(long)
  const tooLong = once(long, 'close')
  long.send('x'.repeat(70_000))
  expect((await tooLong)[0]).toBe(1009)

  const socket = await aSocket(world, '/sip', { cookie })
  await statusOf(socket)
  const closed = once(socket, 'close')
  await world.delete('/api/session', cookie)
  expect((await closed)[0]).toBe(4001)
  await until(
    async () => server.clients.size,
    (size) => size === 0,
  )
})

test('without Asterisk the websocket is closed with a word, and too many of one log-in are refused', async () => {
  const world = await aWeb()
  await world.agent('1001')
  const away = await aSocket(world, '/sip', { cookie: await world.logIn('1001') })
  expect((await once(away, 'close'))[0]).toBe(4013)

  const { ariUrl } = await anEcho()
  const busy = await aWeb({ ariUrl })
  await busy.agent('1001')
  const cookie = await busy.logIn('1001')
  for (let i = 0; i < 4; i += 1) await statusOf(await aSocket(busy, '/sip', { cookie }))
  expect((await once(await aSocket(busy, '/sip', { cookie }), 'close'))[0]).toBe(4008)
})

test('a phone to which Asterisk, still starting, does not answer may try anew after seconds, not after half a minute', async () => {
  const { ariUrl, server } = await anEcho()
  server.removeAllListeners('connection')
  const world = await aWeb({ ariUrl })
  await world.agent('1001')
  const socket = await aSocket(world, '/sip', { cookie: await world.logIn('1001') })
  await statusOf(socket)
  socket.send(sip('REGISTER', await browserOf(world)))
  expect((await once(socket, 'close'))[0]).toBe(4013)
})

test('a side that reads slowly is waited for', async () => {
  const { ariUrl, server } = await anEcho()
  const world = await aWeb({ ariUrl })
  await world.agent('1001')
  const socket = await aSocket(world, '/sip', { cookie: await world.logIn('1001') })
  await statusOf(socket)
  let back = 0
  const all = new Promise<void>((resolve) => {
    socket.on('message', () => {
      back += 1
      if (back === 400) resolve()
    })
  })
  const [asterisk] = [...server.clients]
  const message = sip('INVITE', await browserOf(world), { to: 'sip:12345@x', body: 'x'.repeat(50_000) })
  asterisk?.pause()
  for (let i = 0; i < 400; i += 1) socket.send(message)
  asterisk?.resume()
  await all
})
