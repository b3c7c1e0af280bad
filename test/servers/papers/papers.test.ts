import { like } from 'drizzle-orm'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { PrintedPaper } from '../../../src/papers/api.ts'
import { anOffice } from '../tickets/office.ts'

const pathOf = (number: string, kind: string, as = '') => `/api/tickets/${number}/papers/${kind}${as}`

/** The text of each page, and the fonts, as another program reads them. */
async function readPdf(bytes: Buffer) {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 })
  const document = await task.promise
  const pages: string[] = []
  for (let n = 1; n <= document.numPages; n += 1) {
    const { items } = await (await document.getPage(n)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''))
  }
  const { info } = await document.getMetadata()
  await task.destroy()
  return { pages, text: pages.join('\n'), info: info as Record<string, string> }
}

async function aReturnedTicket(change: object = {}) {
  const office = await anOffice()
  const number = await office.create({ content: '英雄路路灯不亮。'.repeat(40), wish: '尽快修好', ...change })
  await office.act('dispatcher', number, 'dispatch', { version: 1, lead: 'cgj', reason: '市管道路' })
  const asked = { version: 2, reason: 'U2', note: '三定方案第四条：路灯由住建部门管理', suggestedUnit: 'rsj' }
  await office.act('cgj', number, 'return', asked)
  return { office, number }
}

it('a work order is a PDF whose text reads back, with its number and digest on every page', async () => {
  const { office, number } = await aReturnedTicket({ content: '英雄路路灯不亮，晚上看不清路。'.repeat(150) })
  const page = await office.get<PrintedPaper>('dispatcher', pathOf(number, 'work-order'))
  const answer = await office.ask('dispatcher', pathOf(number, 'work-order', '/pdf'))
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf'])
  const { pages, text, info } = await readPdf(answer.rawPayload)
  expect(pages.length).toBeGreaterThan(1)
  for (const [at, words] of pages.entries()) {
    expect(words).toContain(`— ${at + 1} —`)
    expect(words).toContain(`共 ${pages.length} 页`)
    expect(words).toContain(page.sha256.slice(0, 16))
  }
  const all = text.replaceAll(/\s/g, '')
  for (const words of [
    '群众诉求承办工单',
    number,
    '市cgj',
    '张三丰',
    '139****5678',
    '市管道路',
    '尽快修好',
    '英雄路与解放路口',
  ]) {
    expect(all).toContain(words)
  }
  expect(info.Keywords).toBe(`sha256:${page.sha256}`)
  // The whole type has 26 MB: only what is used travels along.
  expect(answer.rawPayload.length).toBeLessThan(400_000)
})

it('says the same in the same bytes, whoever prints it and whenever, and something else after an event', async () => {
  const { office, number } = await aReturnedTicket()
  const print = async (who: string) => (await office.ask(who, pathOf(number, 'return', '/pdf'))).rawPayload
  const [first, second] = [await print('dispatcher'), await print('cgj')]
  office.wait(3 * 3_600_000)
  const later = await print('dispatcher')
  expect(first.equals(second)).toBe(true)
  expect(first.equals(later)).toBe(true)
  await office.act('dispatcher', number, 'refuse-return', { version: 3, note: '路灯养护在贵局清单内' })
  const decided = await print('dispatcher')
  expect(decided.equals(first)).toBe(false)
  const { text } = await readPdf(decided)
  const all = text.replaceAll(/\s/g, '')
  for (const words of [
    '退单申请审核单',
    '不属于本单位职责',
    '三定方案第四条',
    '不同意退单',
    '路灯养护在贵局清单内',
    '市rsj',
  ]) {
    expect(all).toContain(words)
  }
})

it('names no hidden caller, also where those print who know the caller', async () => {
  const { office, number } = await aReturnedTicket({
    isConfidential: true,
    content: '我是张三丰，电话13912345678，家住英雄路二号院，路灯不亮',
    caller: { name: '张三丰', phone: '13912345678', address: '英雄路二号院' },
  })
  for (const who of ['dispatcher', 'director', 'cgj']) {
    const page = await office.ask(who, pathOf(number, 'work-order'))
    expect(page.body).not.toMatch(/张三丰|1391234|5678|英雄路二号院/)
    const { text } = await readPdf((await office.ask(who, pathOf(number, 'work-order', '/pdf'))).rawPayload)
    const all = text.replaceAll(/\s/g, '')
    expect(all).toContain('来电人信息保密')
    expect(all).not.toMatch(/张三丰|1391234|5678|英雄路二号院/)
  }
})

it('is printed by those who may see the ticket, each time is written down, and what there is not is refused', async () => {
  const { office, number } = await aReturnedTicket()
  const { papers } = await office.get<{ papers: { kind: string }[] }>('cgj', `/api/tickets/${number}/papers`)
  expect(papers.map(({ kind }) => kind)).toEqual(['work-order', 'return'])
  await office.ask('cgj', pathOf(number, 'work-order'))
  await office.ask('cgj', pathOf(number, 'work-order', '/pdf'))
  expect(office.code(await office.ask('rsj', pathOf(number, 'work-order', '/pdf')))).toBe('ticket.not-yours')
  const rows = await office.db.select().from(auditEvents).where(like(auditEvents.action, 'paper.%'))
  expect(rows.map(({ actor, subject, details }) => [actor, subject, details?.as])).toEqual([
    ['cgj', number, 'page'],
    ['cgj', number, 'pdf'],
  ])
  const other = await office.create()
  expect(office.code(await office.ask('dispatcher', pathOf(other, 'return')))).toBe('paper.not-found')
  expect((await office.ask('dispatcher', pathOf(other, 'letter'))).statusCode).toBe(400)
})
