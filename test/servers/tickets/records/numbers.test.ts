import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { citizens } from '../../../../src/citizens/schema.ts'
import type { RevealedCaller, TicketDetail } from '../../../../src/tickets/api.ts'
import { anOffice } from '../office.ts'

/** Telephone numbers as people write them, through the doors by which they come in. */

type Office = Awaited<ReturnType<typeof anOffice>>
const withPhone = (office: Office, phone: string, more: object = {}) =>
  office.create({ caller: { name: '张三丰', phone }, ...more })
const revealed = async (office: Office, number: string) =>
  (await office.send('1001', `/api/tickets/${number}/reveal`, { reason: '回电核实' })).json() as RevealedCaller

test('a number keeps its extension and a second number, and is found by the main number', async () => {
  const office = await anOffice()
  const number = await withPhone(office, '（0355）2123456－801、１３８００１３８０００')
  expect(await revealed(office, number)).toEqual({
    name: '张三丰',
    phone: '+863552123456',
    extension: '801',
    otherPhone: '+8613800138000',
  })
  for (const typed of ['0355-2123456', '2123456', '\u202d0355－2123456\u202c', '0355/2123456-801']) {
    const { tickets } = await office.list('1001', `caller=${encodeURIComponent(typed)}`)
    expect(tickets.map((one) => one.number)).toEqual([number])
  }
  const [citizen] = await office.db.select().from(citizens).where(eq(citizens.phone, '+863552123456'))
  expect(citizen).toMatchObject({ otherPhone: '+8613800138000' })
  // Who gives one number later has not taken the other one back.
  await withPhone(office, '0355-2123456')
  const [again] = await office.db.select().from(citizens).where(eq(citizens.phone, '+863552123456'))
  expect(again).toMatchObject({ otherPhone: '+8613800138000' })
})

test('the second number of a hidden caller is hidden as the first one is', async () => {
  const office = await anOffice()
  const content = '路灯不亮，打13800138000找我，或者0355-2123456转801'
  const number = await withPhone(office, '0355-2123456-801、13800138000', { isConfidential: true, content })
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '职责范围' })
  const seen = await office.get<TicketDetail>('cgj', `/api/tickets/${number}`)
  expect(JSON.stringify(seen)).not.toMatch(/13800138000|2123456/)
  expect((await office.list('cgj', `search=${encodeURIComponent('13800138000')}`)).tickets).toEqual([])
})

test('a ticket is found by its number however it is written', async () => {
  const office = await anOffice()
  const number = await office.create()
  const [day, serial] = [number.slice(2, 10), number.slice(10)]
  const forms = [number, `${day}${serial}`, `#${number}`, `CZ-${day}-${serial}`, `${number}。`, `工单${number}`, serial]
  for (const typed of forms) {
    const { tickets } = await office.list('1001', `search=${encodeURIComponent(typed)}`)
    expect(tickets.map((one) => one.number)).toEqual([number])
  }
  // What is no ticket's number is looked for as words.
  const text = await office.create({ content: '快递单号 20261130123456，电表号 998877' })
  for (const typed of ['20261130123456', '998877']) {
    const { tickets } = await office.list('1001', `search=${encodeURIComponent(typed)}`)
    expect(tickets.map((one) => one.number)).toEqual([text])
  }
  const unseen = await office.list('cgj', `search=${number}`)
  expect(unseen.tickets).toEqual([])
})

test('a number that cannot be read is refused with what is wrong in it', async () => {
  const office = await anOffice()
  const answer = await office.send('1001', '/api/tickets', {
    ...{ type: 'HELP', categoryCode: '030401', content: '路灯不亮', caller: { phone: '1380013800' } },
  })
  expect(answer.statusCode).toBe(400)
  const wrong = '“1380013800”不是完整的号码：手机号是 11 位，这里有 10 位。'
  expect(answer.json()).toMatchObject({ faults: [{ path: 'body.caller.phone', message: wrong }] })
  for (const list of ['/api/tickets', '/api/calls']) {
    const refused = await office.ask('1001', `${list}?caller=1380013800`)
    expect(refused.statusCode).toBe(400)
    expect(refused.json()).toMatchObject({ faults: [{ path: 'querystring.caller', message: wrong }] })
  }
})

test('an agent logs in with a number in full-width digits', async () => {
  const office = await anOffice()
  expect(await office.logIn('１００１')).toBeTruthy()
  expect(await office.logIn('　１００１ ')).toBeTruthy()
})
