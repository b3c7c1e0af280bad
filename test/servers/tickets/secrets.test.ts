import { eq } from 'drizzle-orm'
import { ulid } from 'ulid'
import { describe, expect, it } from 'vitest'
import { tell } from '../../../src/notifications/teller.ts'
import { ticketDrafts, ticketEvents, ticketSearch, tickets } from '../../../src/tickets/records/schema.ts'
import { anOffice, form } from './office.ts'

const phone = '+8613800138000'
/** 30 characters, then the number: where a title would be cut. */
const content = `${'路灯不亮请尽快修好不然晚上看不见路太危险了大家都在说'.padEnd(30, '啊')}13800138000`
const traces = /1380|8000|一三八|张三|张　三|紫金小区|113\.1/
/** Instants and ids have such digits by chance. */
const withoutChance = (text: string) => text.replaceAll(/\b(?:1[78]\d{11}|[0-7][0-9A-HJKMNP-TV-Z]{25})\b/g, '')

type Office = Awaited<ReturnType<typeof anOffice>>

/** All that a unit can read of its tickets. */
async function seenByUnit(office: Office, number: string): Promise<string> {
  const [row] = await office.db.select().from(tickets).where(eq(tickets.number, number))
  const { db, bus } = office
  const event = { ticketId: row?.id as NonNullable<typeof row>['id'], number, seq: 2 }
  await tell({ db, bus, hasMail: false, now: Date.now }, 'ticket.dispatch', event)
  const answers = [
    await office.ask('cgj', `/api/tickets/${number}`),
    await office.ask('cgj', '/api/tickets'),
    await office.ask('cgj', '/api/tickets?sort=due'),
    await office.ask('cgj', '/api/notifications'),
  ]
  for (const { body } of answers) expect(body).toContain(number)
  await office.act('cgj', number, 'return', {
    version: 2,
    reason: 'U2',
    note: '一三八〇〇一三八〇〇〇 不归我们管',
  })
  const returned = await office.ask('cgj', '/api/tickets/returned')
  expect(returned.body).toContain(number)
  return [...answers, returned].map(({ body }) => body).join('\n')
}

async function dispatched(change: object, reason = '来电 138-0013-8000'): Promise<{ office: Office; number: string }> {
  const office = await anOffice()
  const call = await office.ownCall({ callerNumber: phone })
  const number = await office.create({ ...form, content, callIds: [call], caller: { name: '张三' }, ...change })
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason })
  return { office, number }
}

describe('who a hidden caller is', () => {
  it.each([
    ['confidential', { isConfidential: true }],
    [
      'confidential, with another number of theirs',
      { isConfidential: true, caller: { name: '张三', phone: '13900001111' } },
    ],
    [
      'anonymous, with name and number in the content',
      { isAnonymous: true, content: `我叫张　三，幺三八 0013 8000。${content}` },
    ],
    ['a report', { type: 'REPORT' }],
    [
      'confidential, written in every field',
      {
        isConfidential: true,
        title: '张三 138、0013、8000',
        wish: '回电一三八〇〇一三八〇〇〇',
        accused: '张 三的邻居',
        tags: ['张三'],
        place: '138·0013·8000 旁',
      },
    ],
    [
      'confidential, at home',
      {
        isConfidential: true,
        isAtHome: true,
        place: '紫金小区12号楼3单元501',
        longitude: 113.1,
        latitude: 36.2,
        content: '紫金小区12号楼太吵，我住3单元501',
      },
    ],
  ])('stands in nothing that a unit sees: %s', async (_what, change) => {
    const { office, number } = await dispatched(change)
    const seen = await seenByUnit(office, number)
    expect(withoutChance(seen).match(traces)?.[0]).toBeUndefined()
    for (const words of ['13800138000', '00138', '张三', '紫金小区']) {
      const found = await office.list('cgj', `search=${encodeURIComponent(words)}`)
      expect(found.tickets, words).toEqual([])
    }
  })

  it('is not even kept of an anonymous one', async () => {
    const { office, number } = await dispatched(
      {
        isAnonymous: true,
        content: `我叫张三，电话13800138000，住紫金小区12号楼。${content}`,
        isAtHome: true,
        place: '紫金小区12号楼',
      },
      '属地',
    )
    const rows = [
      await office.db.select().from(tickets).where(eq(tickets.number, number)),
      await office.db.select().from(ticketSearch),
    ]
    const [first] = await office.db.select().from(ticketEvents).where(eq(ticketEvents.seq, 1))
    expect(withoutChance(JSON.stringify([rows, first?.details]))).not.toMatch(traces)
    expect((await office.detail('dispatcher', number)).content).toContain('路灯不亮')
  })

  it.each([
    ['was handed in', 'hand in'],
    ['was thrown away', 'throw away'],
  ])('stands in no draft that %s', async (_what, end) => {
    const office = await anOffice()
    const id = ulid()
    const typed = { callerName: '张三', callerPhone: '13800138000', content: '我叫张三' }
    const kept = await office.put('1001', `/api/ticket-drafts/${id}`, { callId: null, content: typed, version: 0 })
    expect(kept.statusCode).toBe(200)
    if (end === 'hand in') await office.create({ isAnonymous: true, content: typed.content, draftId: id })
    else expect((await office.drop('1001', `/api/ticket-drafts/${id}`)).statusCode).toBe(204)
    expect(await office.db.select().from(ticketDrafts)).toMatchObject([
      { id, content: {}, endedAt: expect.any(Number) },
    ])
  })

  it('is told to the hotline, and the place of others stays', async () => {
    const { office, number } = await dispatched({ isConfidential: true, isAtHome: true, place: '紫金小区12号楼' })
    expect(await office.detail('dispatcher', number)).toMatchObject({
      place: '紫金小区12号楼',
      isPlaceHidden: false,
      isAtHome: true,
      content,
    })
    const open = await office.create({ ...form, isAtHome: true, place: '紫金小区12号楼' })
    await office.act('dispatcher', open, 'dispatch', { version: 1, lead: 'cgj', reason: '属地' })
    expect(await office.detail('cgj', open)).toMatchObject({ place: '紫金小区12号楼', isPlaceHidden: false })
    expect(await office.detail('cgj', number)).toMatchObject({
      place: '',
      isPlaceHidden: true,
      township: null,
      longitude: null,
    })
  })
})

describe('a preview of what the unit will see', () => {
  it('hides the number of the call, which the page does not know, and the home', async () => {
    const office = await anOffice()
    const call = await office.ownCall({ callerNumber: phone })
    const asked = {
      callIds: [call],
      type: 'HELP',
      content: '张三说，打138 0013 8000，家住紫金小区12号楼',
      place: '紫金小区12号楼',
      caller: { name: '张三' },
    }
    const preview = async (change: object) =>
      (await office.send('1001', '/api/tickets/unit-preview', { ...asked, ...change })).json()
    expect(await preview({})).toMatchObject({ isCallerHidden: false, content: asked.content, place: asked.place })
    expect(await preview({ isConfidential: true })).toMatchObject({
      isCallerHidden: true,
      content: '＊＊＊说，打＊＊＊，家住紫金小区12号楼',
      place: '紫金小区12号楼',
    })
    expect(await preview({ isAnonymous: true, isAtHome: true })).toMatchObject({
      content: '＊＊＊说，打＊＊＊，家住＊＊＊',
      place: '',
      isPlaceHidden: true,
      title: '＊＊＊说，打＊＊＊，家住＊＊＊',
    })
    expect(await preview({ type: 'REPORT' })).toMatchObject({ isCallerHidden: true })
    expect((await office.send('1001', '/api/tickets/unit-preview', {})).statusCode).toBe(200)
    const strange = await office.call({ callerNumber: phone })
    expect(await preview({ callIds: [strange], isConfidential: true })).toMatchObject({ code: 'call.not-yours' })
  })
})
