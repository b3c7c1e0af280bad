import { expect, test } from 'vitest'
import type { TicketDetail } from '../../../src/tickets/api.ts'
import type { BulkDone } from '../../../src/tickets/bulk/api.ts'
import type { ClaimList } from '../../../src/tickets/claims/api.ts'
import { anOffice } from './office.ts'
import { unit } from './world.ts'

/** The same step of several tickets; and who works on which. */

async function twoDispatchers() {
  const office = await anOffice()
  await office.join('second', 'DISPATCHER')
  return {
    ...office,
    seen: (name: string, number: string) => office.get<TicketDetail>(name, `/api/tickets/${number}`),
    async dispatched(): Promise<string> {
      const number = await office.create()
      await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
      return number
    },
    async inBulk(name: string, action: string, numbers: string[]) {
      const tickets = await Promise.all(
        numbers.map(async (number) => {
          const { version } = await office.get<TicketDetail>(name, `/api/tickets/${number}`)
          return { number, version }
        }),
      )
      const answer = await office.send(name, '/api/tickets/bulk', { action, tickets })
      expect(answer.statusCode, answer.body).toBe(200)
      return (answer.json() as BulkDone).rows
    },
  }
}
const words = {
  publicReply: '您好，经查灯头损坏，已于当晚更换，现已亮起。感谢您的反映。',
  internalReply: '到场查看，更换灯头，来电人确认已亮',
}

test('each ticket is stepped on for itself: what is wrong with one keeps the others from nothing', async () => {
  const office = await twoDispatchers()
  const [first, second, late] = [await office.dispatched(), await office.dispatched(), await office.dispatched()]
  const tickets = [
    { number: first, version: 2 },
    { number: late, version: 1 },
    { number: 'CZ20200101000001', version: 1 },
    { number: second, version: 2 },
  ]
  const answer = await office.send('cgj', '/api/tickets/bulk', { action: 'sign', tickets })
  expect((answer.json() as BulkDone).rows).toEqual([
    { number: first, isDone: true, state: 'SIGNED', words: '' },
    { number: late, isDone: false, state: null, words: '工单已被他人更新，请刷新后重试。' },
    { number: 'CZ20200101000001', isDone: false, state: null, words: expect.stringMatching(/工单/) },
    { number: second, isDone: true, state: 'SIGNED', words: '' },
  ])
  expect((await office.seen('cgj', late)).state).toBe('DISPATCHED')
  // Of another unit: it is refused as it would be alone.
  await office.join('rsj2', 'CLERK', unit('rsj'))
  const others = await office.send('rsj2', '/api/tickets/bulk', {
    action: 'sign',
    tickets: [{ number: late, version: 2 }],
  })
  expect((others.json() as BulkDone).rows).toMatchObject([{ isDone: false }])
})

test('the same request sent again finishes what it began, and does nothing twice', async () => {
  const office = await twoDispatchers()
  const numbers = [await office.dispatched(), await office.dispatched()]
  const headers = { 'idempotency-key': 'bulk-of-a-test-1' }
  const tickets = numbers.map((number) => ({ number, version: 2 }))
  const send = () => office.send('cgj', '/api/tickets/bulk', { action: 'sign', tickets }, headers)
  const rows = (await send()).json()
  expect((await send()).json()).toEqual(rows)
  for (const number of numbers) expect((await office.seen('cgj', number)).version).toBe(3)
})

test('answers are accepted in bulk only where the check of answers lets them pass', async () => {
  const office = await twoDispatchers()
  const [good, bad] = [await office.dispatched(), await office.dispatched()]
  for (const number of [good, bad]) await office.act('cgj', number, 'sign', { version: 2 })
  await office.act('cgj', good, 'reply', { version: 3, ...words })
  const grave = { publicReply: '保证解决，请联系13912345678。', internalReply: '已处理', overrideReason: '来电人要求' }
  expect((await office.act('cgj', bad, 'reply', { version: 3, ...grave })).statusCode).toBe(200)
  const rows = await office.inBulk('dispatcher', 'close', [good, bad])
  expect(rows).toMatchObject([
    { number: good, isDone: true, state: 'CLOSED' },
    { number: bad, isDone: false, words: expect.stringContaining('请修改答复，或写明') },
  ])
  // Alone, too; and with a reason it is a person's decision, which stays in the history.
  const alone = await office.act('dispatcher', bad, 'close', { version: 4 })
  expect([alone.statusCode, office.code(alone)]).toEqual([409, 'ticket.reply-stopped'])
  const closed = await office.act('dispatcher', bad, 'close', { version: 4, overrideReason: '号码系单位公开电话' })
  expect(closed.statusCode, closed.body).toBe(200)
  expect((await office.seen('dispatcher', bad)).history.at(-1)).toMatchObject({
    kind: 'close',
    details: { overrideReason: '号码系单位公开电话' },
  })
})

test('what no rule of the catalogue fits is not dispatched in bulk, and says so', async () => {
  const office = await twoDispatchers()
  const number = await office.create()
  const [row] = await office.inBulk('dispatcher', 'dispatch', [number])
  expect(row).toMatchObject({ isDone: false, words: expect.stringContaining('请单独派单') })
  const twice = await office.send('dispatcher', '/api/tickets/bulk', {
    action: 'close',
    tickets: [
      { number, version: 1 },
      { number, version: 1 },
    ],
  })
  expect(twice.statusCode).toBe(400)
  expect(
    (await office.send('dispatcher', '/api/tickets/bulk', { action: 'void', tickets: [{ number, version: 1 }] }))
      .statusCode,
  ).toBe(400)
})

test('a ticket that one dispatcher took is seen by the others, may be taken over, and is free when it is done', async () => {
  const office = await twoDispatchers()
  const number = await office.create()
  const claims = async (name: string) => (await office.get<ClaimList>(name, '/api/claims')).claims
  const claim = (name: string, more: object = {}) => office.send(name, `/api/tickets/${number}/claim`, more)
  expect((await claim('dispatcher')).statusCode).toBe(200)
  expect(await claims('second')).toMatchObject([{ number, by: { name: expect.stringContaining('dispatcher') } }])
  // Once more renews it.
  expect((await claim('dispatcher')).statusCode).toBe(200)
  const refused = await claim('second')
  expect([refused.statusCode, office.code(refused)]).toEqual([409, 'ticket.claimed'])
  expect(refused.json().detail).toContain('正在处理')
  expect((await claim('second', { takeOver: true })).statusCode).toBe(200)
  // Who does not have it any more gives nothing up.
  await office.drop('dispatcher', `/api/tickets/${number}/claim`)
  expect(await claims('second')).toMatchObject([{ by: { name: expect.stringContaining('second') } }])
  await office.act('second', number, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
  expect(await claims('dispatcher')).toEqual([])

  const other = await office.create()
  await office.send('dispatcher', `/api/tickets/${other}/claim`, {})
  office.wait(16 * 60_000)
  expect(await claims('second')).toEqual([])
  expect((await office.send('second', `/api/tickets/${other}/claim`, {})).statusCode).toBe(200)
  expect((await office.send('cgj', `/api/tickets/${other}/claim`, {})).statusCode).toBe(403)
})

test('two who take the same ticket at once: one of them has it', async () => {
  const office = await twoDispatchers()
  const number = await office.create()
  const answers = await Promise.all(
    ['dispatcher', 'second'].map((name) => office.send(name, `/api/tickets/${number}/claim`, {})),
  )
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409])
})
