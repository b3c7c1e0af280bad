import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { messageAt } from '../../../src/followup/rules.ts'
import { httpMessages, messagePortOf, signOf } from '../../../src/messages/gateway.ts'
import { openMessages } from '../../../src/messages/jobs.ts'
import { isQuiet, type MessageKind } from '../../../src/messages/message.ts'
import { findMessage, keepMessage } from '../../../src/messages/store.ts'
import { openGateway } from '../../../src/tools/messages/gateway.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aWeb, site } from '../web/world.ts'

/** Messages through an operator's gateway: a program of its own that knows the contract only. */

const secret = 'a secret of at least thirty-two characters'
let world: JobsWorld
beforeAll(async () => {
  world = await aJobsWorld()
})
afterEach(() => world.rest())
afterAll(() => world.close())

async function aGateway(receiptsUrl: string | null = null, ofGateway = secret) {
  const gateway = await openGateway({ host: '127.0.0.1', port: 0, secret: ofGateway, receiptsUrl })
  onTestFinished(() => gateway.stop())
  return gateway
}
let made = 0
async function keep(kind: MessageKind): Promise<void> {
  made += 1
  const message = {
    key: `m${made}`,
    kind,
    to: '13912345678',
    text: '【长治12345】请评价 {secret}',
    secret: 'x#y',
    subject: 'CZ1',
  }
  await world.db.transaction((tx) => keepMessage(tx, message, world.clock.now))
  await world.relay.moveOnce(world.clock.now)
}
const work = (url: string) =>
  world.run(
    openMessages(
      world.working(world.parts),
      httpMessages({ url, secret }),
      (kind, at) => (isQuiet(kind) && messageAt(site.followUp, at) > at ? messageAt(site.followUp, at) : null),
      async () => undefined,
    ),
  )

test('a message is signed and taken once; while the gateway is away or busy it waits', async () => {
  const gateway = await aGateway()
  gateway.play.status = 503
  work(gateway.url)
  await keep('CODE')
  const [job] = await vi.waitUntil(async () => {
    const failed = await world.queues.of('messages').getJobs(['delayed'])
    return failed.length > 0 ? failed : null
  })
  gateway.play.status = null
  await job?.promote()
  await vi.waitUntil(() => gateway.taken.length === 1)
  expect(gateway.taken[0]).toMatchObject({ to: '13912345678', kind: 'CODE', text: '【长治12345】请评价 x#y' })
  await vi.waitUntil(async () => (await findMessage(world.db, Number(gateway.taken[0]?.id)))?.sentAt !== null)
  // What only its receiver may read is nowhere else from then on.
  expect(await findMessage(world.db, Number(gateway.taken[0]?.id))).toMatchObject({ secret: null, lastError: null })
})

test('who rates is woken by nobody: it waits for the morning, a code does not', async () => {
  const gateway = await aGateway()
  world.clock.now = Date.parse('2026-11-23T21:30:00+08:00')
  work(gateway.url)
  await keep('RATING')
  await keep('CODE')
  await vi.waitUntil(() => gateway.taken.length === 1)
  expect(gateway.taken[0]?.kind).toBe('CODE')
  const [waiting] = await vi.waitUntil(async () => {
    const found = await world.queues.of('messages').getJobs(['delayed'])
    return found.length > 0 ? found : null
  })
  expect(waiting?.attemptsMade).toBe(0)
  world.clock.now = Date.parse('2026-11-24T08:00:00+08:00')
  await waiting?.promote()
  await vi.waitUntil(() => gateway.taken.length === 2)
})

test('another secret is refused for good, and a message that is sent twice is one', async () => {
  const stranger = await aGateway(null, 'another secret of thirty-two characters')
  const message = { id: 7, kind: 'LINK', to: '13912345678', words: '甲', at: world.clock.now } as const
  const port = httpMessages({ url: stranger.url, secret })
  await expect(port.send(message)).rejects.toMatchObject({ name: 'UnrecoverableError' })
  stranger.play.isAway = true
  await expect(port.send(message)).rejects.not.toMatchObject({ name: 'UnrecoverableError' })
  const own = await aGateway()
  const right = messagePortOf({ messagesUrl: own.url, messagesSecret: secret, varDir: '/nowhere' })
  await right.send(message)
  await right.send(message)
  expect(own.taken).toHaveLength(1)
})

test('a receipt says what became of it; only one that the gateway signed is believed', async () => {
  const web = await aWeb({ messagesSecret: secret })
  const address = await web.web.listen({ host: '127.0.0.1', port: 0 })
  const gateway = await aGateway(`${address}/api/public/messages/receipts`)
  const message = { key: 'r', kind: 'RATING', to: '13912345678', text: '甲', secret: null, subject: 'CZ1' } as const
  await web.db.transaction((tx) => keepMessage(tx, message, Date.now()))
  await httpMessages({ url: gateway.url, secret }).send({
    id: 1,
    kind: 'RATING',
    to: message.to,
    words: '甲',
    at: Date.now(),
  })
  await vi.waitUntil(async () => (await findMessage(web.db, 1))?.receipt === 'DELIVERED')
  const at = new Date().toISOString()
  const say = (sign: string) =>
    web.web.inject({
      method: 'POST',
      url: '/api/public/messages/receipts',
      payload: { id: '1', state: 'FAILED', at, sign },
    })
  expect((await say('0'.repeat(64))).json()).toMatchObject({ code: 'message.wrong-signature' })
  expect((await say(signOf(secret, '1', 'FAILED', at))).statusCode).toBe(204)
  expect((await findMessage(web.db, 1))?.receipt).toBe('DELIVERED')
  const off = await aWeb()
  const unsigned = { id: '1', state: 'FAILED', at, sign: signOf('', '1', 'FAILED', at) }
  const answer = await off.web.inject({ method: 'POST', url: '/api/public/messages/receipts', payload: unsigned })
  expect(answer.json()).toMatchObject({ code: 'message.wrong-signature' })
})
