import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { TicketId } from '../../../src/platform/types.ts'
import { indexVersion, reindexSome } from '../../../src/tickets/lists/search-index.ts'
import { ticketReindex, ticketSearch, tickets } from '../../../src/tickets/records/schema.ts'
import { anOffice } from './office.ts'

/** What a ticket is found by, and by whom. */

type Office = Awaited<ReturnType<typeof anOffice>>
const find = async (office: Office, typed: string, who = '1001') => {
  const numbers: string[] = []
  for (let cursor = ''; ; ) {
    const page = await office.list(who, `search=${encodeURIComponent(typed)}&limit=1&cursor=${cursor}`)
    numbers.push(...page.tickets.map(({ number }) => number))
    if (page.next === null) return numbers
    cursor = page.next
  }
}

test('one character finds what it stands in, at the beginning, in the middle and at the end', async () => {
  const office = await anOffice()
  const number = await office.create({ content: '今天停水，住A座', place: '惠丰小区3号楼' })
  for (const typed of ['水', 'A', 'a', '3', '停', '座', '楼', 'Ａ', '水 座']) {
    expect(await find(office, typed)).toEqual([number])
  }
  for (const typed of ['电', 'B', '4', '水 电']) expect(await find(office, typed)).toEqual([])
})

test('characters that stand apart are no word, on any page', async () => {
  const office = await anOffice()
  const right: string[] = []
  for (let n = 0; n < 3; n += 1) {
    await office.create({ content: '人民公园旁边，民路口那里积水', place: '' })
    right.push(await office.create({ content: '人民路积水', place: '' }))
    await office.create({ content: '人民，民路', place: '' })
  }
  expect(await find(office, '人民路')).toEqual(right.toReversed())
  expect(await find(office, '人民路积水')).toEqual(right.toReversed())
  expect(await find(office, '民路 人民')).toHaveLength(9)
})

test('the last sentence of a long content is found, and so are place, accused and wish', async () => {
  const office = await anOffice()
  const content = `${'小区停水已经三天，'.repeat(445)}最后说的是翡翠湾锅炉。`.slice(-4_000)
  expect(content).toHaveLength(4_000)
  const number = await office.create({
    ...{ type: 'COMPLAINT', content, place: '淮海街老顶山口', accused: '某某物业公司', wish: '尽快退还押金' },
  })
  for (const typed of ['翡翠湾锅炉', '老顶山口', '某某物业', '退还押金']) {
    expect(await find(office, typed)).toEqual([number])
  }
})

async function answered(office: Office, change: object = {}): Promise<string> {
  const number = await office.create(change)
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '职责范围' })
  await office.act('cgj', number, 'sign', { version: 2 })
  await office.act('cgj', number, 'reply', {
    ...{ version: 3, publicReply: '已更换镇流器，139 1234 5678 已回访', internalReply: '电缆系外包队误挖' },
    overrideReason: '号码是来电人的，不公开',
  })
  return number
}

test("the unit's answer is searched; what it wrote for the hotline only the hotline finds", async () => {
  const office = await anOffice()
  const number = await answered(office)
  for (const who of ['1001', 'cgj']) expect(await find(office, '镇流器', who)).toEqual([number])
  expect(await find(office, '外包队', '1001')).toEqual([number])
  expect(await find(office, '外', '1001')).toEqual([number])
  for (const typed of ['外包队', '外', '电缆']) expect(await find(office, typed, 'cgj')).toEqual([])
  expect(await find(office, '镇流器', 'rsj')).toEqual([])
  await office.act('1001', number, 'urge', { note: '又来电，说闪烁不停' })
  for (const who of ['1001', 'cgj']) expect(await find(office, '闪烁不停', who)).toEqual([number])
  // What was not accepted is no answer.
  await office.act('dispatcher', number, 'send-back', { version: 5, note: '未说明原因' })
  expect(await find(office, '镇流器')).toEqual([])
  expect(await find(office, '闪烁不停')).toEqual([number])
})

test('a hidden caller is not found by what an answer says of them', async () => {
  const office = await anOffice()
  const number = await answered(office, { isConfidential: true })
  expect(await find(office, '镇流器', 'cgj')).toEqual([number])
  for (const typed of ['1234 5678', '13912345678', '1391234']) expect(await find(office, typed, 'cgj')).toEqual([])
})

test('what was indexed before is made anew, newest first, and goes on where it was broken off', async () => {
  const office = await anOffice()
  const numbers: string[] = []
  for (let n = 0; n < 60; n += 1) numbers.push(await office.create({ content: `第${n}号路灯` }))
  const replied = await answered(office, { isConfidential: true })
  const nameless = await answered(office, { isAnonymous: true, content: '我是张三丰，路灯不亮' })
  const known = await office.db
    .select()
    .from(ticketSearch)
    .where(eq(ticketSearch.ticketId, await idOf(office, nameless)))
  await office.db.update(ticketSearch).set({ tokens: '' })
  await office.db
    .update(ticketSearch)
    .set({ tokens: known[0]?.tokens ?? '' })
    .where(eq(ticketSearch.ticketId, known[0]?.ticketId as TicketId))
  expect(await find(office, '镇流器')).toEqual([nameless])

  expect(await reindexSome(office.db, Date.now())).toBe(true)
  expect(await find(office, '镇流器')).toEqual([nameless, replied])
  expect(await find(office, '第0号')).toEqual([])
  const [half] = await office.db.select().from(ticketReindex)
  expect(half).toMatchObject({ version: indexVersion, finishedAt: null })
  expect(await reindexSome(office.db, Date.now())).toBe(false)
  expect(await find(office, '第0号')).toEqual([numbers[0]])
  expect(await find(office, '张三丰', 'cgj')).toEqual([])
  expect(await find(office, '13912345678', 'cgj')).toEqual([])
  const [done] = await office.db.select().from(ticketReindex)
  expect(done?.finishedAt).not.toBeNull()
  // Done once: nothing is read again.
  await office.db.update(ticketSearch).set({ tokens: '' })
  expect(await reindexSome(office.db, Date.now())).toBe(false)
  expect(await find(office, '第0号')).toEqual([])
})

async function idOf(office: Office, number: string): Promise<TicketId> {
  const [row] = await office.db.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number))
  if (!row) throw new Error(`no ticket ${number}`)
  return row.id
}
