import { eq, like } from 'drizzle-orm'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, it } from 'vitest'
import { auditEvents } from '../../../src/audit/schema.ts'
import type { PrintedPaper } from '../../../src/papers/api.ts'
import { dayOnPaper } from '../../../src/papers/paper.ts'
import type { TicketId } from '../../../src/platform/types.ts'
import { attachments, tickets } from '../../../src/tickets/records/schema.ts'
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

/** Signed by its unit, with a sealed document, and two dispatchers. */
async function aSignedTicket() {
  const office = await anOffice()
  await office.join('second', 'DISPATCHER')
  const number = await office.create({ content: '英雄路路灯不亮，晚上看不清路，请尽快修好。' })
  const step = async (who: string, action: string, more: object = {}) => {
    const { version } = await office.detail('dispatcher', number)
    const answer = await office.act(who, number, action, { version, ...more })
    if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`)
  }
  await step('dispatcher', 'dispatch', { lead: 'cgj', reason: '市管道路' })
  await step('cgj', 'sign')
  const [row] = await office.db.select().from(tickets).where(eq(tickets.number, number))
  await office.db.insert(attachments).values({
    ...{ id: '01JDSEA1ED0000000000000000', ticketId: row?.id as TicketId, kind: 'SEALED', fileName: '答复意见书.pdf' },
    ...{ mediaType: 'application/pdf', bytes: 2_048, sha256: '0'.repeat(64), uploadedAt: Date.now() },
  })
  const print = async (kind: string) => (await office.ask('dispatcher', pathOf(number, kind, '/pdf'))).rawPayload
  /** As it is read, twice the same bytes. */
  const printed = async (kind: string) => {
    const [first, second] = [await print(kind), await print(kind)]
    expect(first.equals(second)).toBe(true)
    return (await readPdf(first)).text.replaceAll(/\s/g, '')
  }
  return { office, number, step, printed }
}
const said = { note: '需采购灯具', tell: '灯具到货后安装，完成后答复您' }

it('an extension and a promise are papers of the unit, with what was decided', async () => {
  const { printed, step } = await aSignedTicket()
  await step('cgj', 'extend', { amount: 2, note: '需采购灯具' })
  const asked = await printed('extension')
  for (const words of ['延期申请审核单', '第1次', '2个工作日', '需采购灯具', '待审核', '市cgj（盖章）']) {
    expect(asked).toContain(words)
  }
  await step('dispatcher', 'refuse-extension', { note: '灯具已在途' })
  expect(await printed('extension')).toContain('不同意延期，请按期办理。灯具已在途')

  const milestones = [20, 40].map((days) => ({ title: `第${days}天的节点`, at: Date.now() + days * 86_400_000 }))
  await step('cgj', 'promise', { ...said, reason: 'FUNDS', leader: '李局长', milestones })
  await step('dispatcher', 'grant-promise')
  const promise = await printed('promise')
  for (const words of ['承诺办理书', '需落实资金', '同意承诺办理', '签批领导：李局长', '办理计划', said.tell]) {
    expect(promise).toContain(words)
  }
  for (const { title, at } of milestones) expect(promise).toContain(`${title}${dayOnPaper(at)}`)
})

it('a final answer is one only when two have agreed; before, the paper is the request for it', async () => {
  const { printed, step, office, number } = await aSignedTicket()
  expect(office.code(await office.ask('cgj', pathOf(number, 'final')))).toBe('paper.not-found')
  const answer = { reason: 'LAWFUL', note: '依据照明条例第八条\n现场已核实', publicReply: '依法不予支持，已当面解释。' }
  await step('cgj', 'final', answer)
  expect(await printed('final')).toContain('最终答复申请审核单')
  await step('dispatcher', 'review-final')
  await step('second', 'grant-final')
  const final = await printed('final')
  for (const words of ['群众诉求最终答复书', '照明条例第八条', '依法不予支持', '三、其他事项', '答复意见书.pdf']) {
    expect(final).toContain(words)
  }
  expect(final).not.toContain('审核单')
})

it('what ends without a result says so to the citizen, and how it is taken up again', async () => {
  const { printed, step } = await aSignedTicket()
  await step('cgj', 'end', { reason: 'WITHDRAWN', note: '来电撤回', tell: '如需再反映，请拨打 12345。' })
  expect(await printed('end')).toContain('终止办理申请审核单')
  await step('dispatcher', 'grant-end')
  const end = await printed('end')
  for (const words of ['终止办理告知书', '如需再反映', '来电人撤回诉求', '来电撤回']) expect(end).toContain(words)
})
