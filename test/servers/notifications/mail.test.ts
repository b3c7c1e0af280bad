import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPost, openTelling } from '../../../src/notifications/jobs.ts'
import { openMailer } from '../../../src/notifications/mail.ts'
import type { NewTicket } from '../../../src/tickets/records/rows.ts'
import { notifications } from '../../../src/tickets/records/schema.ts'
import { actOnTicket, createTicket } from '../../../src/tickets/records/store.ts'
import { units } from '../../../src/units/schema.ts'
import { aJobsWorld, type JobsWorld } from '../jobs.ts'
import { aMatter, loadBasics, timing, unit } from '../tickets/world.ts'
import { until } from '../web/world.ts'

/** A mail server that says no to some, and can be away. */
const refused = 'nobody@example.cn'
let world: JobsWorld
let port = 0
let server: SMTPServer | null = null
const received: { to: string[]; letter: string }[] = []

async function startServer(): Promise<void> {
  const made = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      done(address === refused ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null)
    },
    onData(stream, session, done) {
      text(stream).then((letter) => {
        received.push({ to: session.envelope.rcptTo.map((each) => each.address), letter })
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve) => made.listen(port, '127.0.0.1', resolve))
  port = (made.server.address() as AddressInfo).port
  server = made
}
async function stopServer(): Promise<void> {
  await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()))
  server = null
}

beforeAll(async () => {
  world = await aJobsWorld()
  // Any port at first; the same one whenever it comes back.
  await startServer()
  await stopServer()
  await loadBasics(world.db)
  await world.db
    .update(units)
    .set({ email: 'cgj@example.cn' })
    .where(eq(units.code, unit('cgj')))
  await world.db
    .update(units)
    .set({ email: refused })
    .where(eq(units.code, unit('rsj')))
})
afterEach(async () => {
  await world.rest()
  await stopServer()
  await world.db.delete(notifications)
  received.length = 0
})
afterAll(() => world.close())

function work(): void {
  const parts = world.working({ ...world.parts, hasMail: true })
  const mailer = openMailer({
    ...world.parts,
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'hotline@example.cn',
    head: { siteName: '长治12345', publicUrl: 'https://hotline.example.cn' },
  })
  world.run(openTelling(parts, async () => undefined))
  world.run(openPost(parts, mailer))
  world.run({ stop: async () => mailer.close() })
}

async function dispatchTo(lead: string, change: Partial<NewTicket> = {}): Promise<string> {
  const request = { by: null, now: world.clock.now, timing }
  const made = await createTicket(world.db, aMatter(change), { kind: 'register' }, request)
  if (!made.ok) throw new Error(made.refusal.code)
  const event = {
    kind: 'dispatch' as const,
    lead: unit(lead),
    coUnits: [],
    ruleKey: null,
    reason: '市管',
    returnBy: null,
  }
  const acted = await actOnTicket(world.db, made.number, event, null, request)
  if (!acted.ok) throw new Error(acted.refusal.code)
  return made.number
}

/** As the relay of a jobs role does over and over. */
async function relayUntil<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  return until(async () => {
    await world.relay.moveOnce(world.clock.now)
    return read()
  }, holds)
}

const letters = () => world.db.select().from(notifications).where(eq(notifications.channel, 'EMAIL'))
const wordsIn = (letter: string): string =>
  letter.replace(/^[\s\S]*?\r\n\r\n/, (head) => (head.includes('base64') ? '' : head)).replace(/\s/g, '')
const bodyOf = (letter: string): string => Buffer.from(wordsIn(letter), 'base64').toString('utf8')

test('a unit with an address gets a letter that says what to do and by when, and whom to ask for more: nobody else', async () => {
  await startServer()
  work()
  const number = await dispatchTo('cgj')
  await relayUntil(
    async () => received,
    (all) => all.length > 0,
  )
  expect(received).toMatchObject([{ to: ['cgj@example.cn'] }])
  const body = bodyOf(received[0]?.letter ?? '')
  expect(body).toContain(`工单编号：${number}`)
  expect(body).toContain('标题：英雄路路灯不亮')
  expect(body).toContain('期限：明天 23:59')
  expect(body).toContain(`https://hotline.example.cn/tickets/${number}`)
  expect(await until(letters, (rows) => rows[0]?.sentAt !== null)).toMatchObject([{ attempts: 1, lastError: null }])
})

test('a letter about a confidential caller has neither his name nor a word of what he said', async () => {
  await startServer()
  work()
  const caller = { name: '张三丰', phone: '+8613912345678', address: '英雄路1号' }
  const number = await dispatchTo('cgj', { isConfidential: true, title: '英雄路有人占道', caller })
  await relayUntil(
    async () => received,
    (all) => all.length > 0,
  )
  const { letter = '' } = received[0] ?? {}
  const all = `${letter}${bodyOf(letter)}`
  expect(all).toContain(number)
  for (const secret of ['张三丰', '13912345678', '英雄路', '占道']) expect(all).not.toContain(secret)
})

test('a mail server that is away gets the letter when it is back', async () => {
  work()
  await dispatchTo('cgj')
  await relayUntil(letters, (rows) => (rows[0]?.attempts ?? 0) > 0)
  expect((await letters())[0]).toMatchObject({ sentAt: null, lastError: expect.stringContaining('ECONNREFUSED') })
  await startServer()
  const queue = world.queues.of('mail')
  await until(
    () => queue.getJobCountByTypes('delayed'),
    (count) => count === 1,
  )
  // The time until the next try is over.
  await queue.promoteJobs()
  await until(letters, (rows) => rows[0]?.sentAt !== null)
  expect(received).toHaveLength(1)
  expect((await letters())[0]).toMatchObject({ attempts: 2, lastError: null })
})

test('a mailbox that does not exist ends the letter at once, with the reason, and can be tried again by hand', async () => {
  await startServer()
  work()
  await dispatchTo('rsj')
  const queue = world.queues.of('mail')
  const dead = await relayUntil(
    () => queue.getFailed(),
    (jobs) => jobs.length > 0,
  )
  expect(dead).toMatchObject([{ attemptsMade: 1, failedReason: expect.stringContaining('no such mailbox') }])
  expect(await letters()).toMatchObject([{ attempts: 1, sentAt: null }])
  await world.db
    .update(units)
    .set({ email: 'rsj@example.cn' })
    .where(eq(units.code, unit('rsj')))
  await dead[0]?.retry('failed', { resetAttemptsMade: true })
  await until(letters, (rows) => rows[0]?.sentAt !== null)
  expect(received).toMatchObject([{ to: ['rsj@example.cn'] }])
})
