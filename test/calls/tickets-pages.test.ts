import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { account, pagesUrl } from './hotline.ts'
import { logIn, openBrowser } from './support/desk.ts'
import { patienceMs } from './support/patience.ts'
import { letItBeDue } from './support/supervision.ts'
import { composing, pressAsInputMethod, wrongClock } from './support/typing.ts'

/** A ticket on its way between the pages of those who handle it. No telephone rings here. */

let browser: Browser
let agent: APIRequestContext
let clerk: Page
let dispatcher: Page
const opened: BrowserContext[] = []

async function enter(
  username: string,
  options: BrowserContextOptions = {},
  first = '',
  sign = 'worklist',
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', ...options })
  context.setDefaultTimeout(patienceMs)
  opened.push(context)
  if (first !== '') await context.addInitScript(first)
  const page = await context.newPage()
  await logIn(page, username)
  await page.getByTestId(sign).waitFor()
  return page
}

beforeAll(async () => {
  browser = await openBrowser()
  const context = await browser.newContext()
  opened.push(context)
  agent = context.request
  await agent.post(`${pagesUrl()}/api/session`, { data: { username: '1003', password: account('1003').password } })
  clerk = await enter('luzhou')
  dispatcher = await enter('dispatcher')
})
afterAll(async () => {
  for (const context of opened) await context.close()
  await browser.close()
})

/** A matter that the catalogue sends to the workstation of 潞州区; the most urgent one stands first. */
let callers = 0
/** Each by a citizen of their own: the third complaint of one about one matter waits for a dispatcher. */
async function handIn(content: string): Promise<string> {
  callers += 1
  const data = {
    ...{ type: 'HELP', urgency: 'P2', categoryCode: '030401', countyCode: '140403', place: '英雄路', content },
    caller: { name: '张三丰', phone: `139035577${String(callers).padStart(2, '0')}` },
  }
  const answer = await agent.post(`${pagesUrl()}/api/tickets`, { data })
  expect(answer.status()).toBe(201)
  return (await answer.json()).number
}

const inPane = (page: Page, state: string) => page.locator(`[data-test=ticket-pane] > header [data-state=${state}]`)

/** Walks down the list by keyboard until this ticket is chosen. */
async function walkTo(page: Page, number: string): Promise<void> {
  await page.getByTestId(`row-${number}`).waitFor()
  const chosen = page.locator('[id^=row-][aria-current=true]')
  for (let step = 0; step < 100; step += 1) {
    const id = await chosen.getAttribute('id')
    if (id === `row-${number}`) return
    await page.keyboard.press('j')
    await page.locator(`[id^=row-][aria-current=true]:not(#${id})`).waitFor()
  }
}

async function choose(page: Page, number: string): Promise<void> {
  await page.getByTestId(`row-${number}`).click()
  await page.getByTestId('ticket-pane').getByRole('heading', { name: number }).waitFor()
  await page.getByTestId('actions').waitFor()
}

async function signedBy(page: Page, number: string): Promise<void> {
  await page.goto(`${pagesUrl()}/unit`)
  await choose(page, number)
  await page.getByTestId('action-sign').click()
  await inPane(page, 'SIGNED').waitFor()
}

async function answer(page: Page, number: string): Promise<void> {
  await page.getByTestId('action-reply').click()
  await page.getByTestId('field-internalReply').fill('已查')
  await page.getByTestId('field-publicReply').fill(`已修复 ${number}`)
  await page.getByTestId('action-submit').click()
  await inPane(page, 'REPLIED').waitFor()
}

describe('a ticket that the catalogue sends', () => {
  test('is on its unit’s page without a reload, is signed and answered by keyboard, and closed by the dispatcher', async () => {
    await clerk.goto(`${pagesUrl()}/unit`)
    await clerk.getByTestId('count-sign').filter({ hasText: /\d/ }).waitFor()
    const number = await handIn('路口路灯不亮，夜里看不清 𠀀🐎')
    await clerk
      .getByTestId('notice')
      .filter({ hasText: `新到工单 ${number}` })
      .waitFor()
    await walkTo(clerk, number)
    await clerk.getByTestId('ticket-content').filter({ hasText: '夜里看不清 𠀀🐎' }).waitFor()

    await clerk.keyboard.press('s')
    await inPane(clerk, 'SIGNED').waitFor()
    // It stays in its place until one goes on.
    await clerk.locator(`[data-test=row-${number}] [data-state=SIGNED]`).waitFor()

    await clerk.keyboard.press('a')
    await clerk.getByTestId('field-internalReply').waitFor()
    await clerk.keyboard.type('养护班更换灯头两只')
    await clerk.keyboard.press('Tab')
    await clerk.keyboard.type('路灯已修复')
    await clerk.keyboard.press('Control+Enter')
    await inPane(clerk, 'REPLIED').waitFor()

    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=replied`)
    await walkTo(dispatcher, number)
    await dispatcher.getByText('路灯已修复').first().waitFor()
    await dispatcher.keyboard.press('c')
    await inPane(dispatcher, 'CLOSED').waitFor()
    await inPane(clerk, 'CLOSED').waitFor()
  })

  test('is closed by one key, which can be taken back for a moment, and is closed all the same with the tab', async () => {
    const number = await handIn('路灯不亮，等待审核')
    await signedBy(clerk, number)
    await answer(clerk, number)
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=replied&ticket=${number}`)
    await inPane(dispatcher, 'REPLIED').waitFor()
    await dispatcher.getByTestId(`row-${number}`).getByTestId('reply-age').filter({ hasText: '刚刚答复' }).waitFor()
    await dispatcher.locator(`[data-test=row-${number}] [data-lamp]`).waitFor()
    let asked = 0
    await dispatcher.route('**/actions', (route) => {
      asked += 1
      return route.continue()
    })
    await dispatcher.keyboard.press('c')
    await dispatcher.getByTestId('held-close').filter({ hasText: number }).waitFor()
    await dispatcher.keyboard.press('z')
    await dispatcher.getByTestId('held-close').waitFor({ state: 'detached' })
    await dispatcher.getByTestId('action-close').waitFor()
    // Longer than it would have been held back.
    await dispatcher.waitForTimeout(6_000)
    expect(asked).toBe(0)
    await inPane(clerk, 'REPLIED').waitFor()
    await dispatcher.unroute('**/actions')

    const tab = await dispatcher.context().newPage()
    await tab.goto(`${pagesUrl()}/tickets/${number}`)
    await tab.getByTestId('action-close').click()
    await tab.getByTestId('held-close').waitFor()
    await tab.close()
    await inPane(dispatcher, 'CLOSED').waitFor()
  })

  test('takes one step together with others, by keyboard, each with its result; and is taken by one dispatcher', async () => {
    const numbers = [await handIn('路灯不亮，批量一'), await handIn('路灯不亮，批量二')]
    await clerk.goto(`${pagesUrl()}/unit?tab=sign`)
    for (const number of numbers) {
      await walkTo(clerk, number)
      await clerk.keyboard.press(',')
      await clerk.locator(`[data-test=mark-${number}]:checked`).waitFor()
    }
    await clerk.getByTestId('bulk-count').filter({ hasText: '已选 2 张' }).waitFor()
    await clerk.keyboard.press(';')
    await clerk.getByTestId('bulk-confirm').waitFor()
    await clerk.keyboard.press('Enter')
    await clerk.getByTestId('bulk-results').filter({ hasText: '签收：成功 2 张' }).waitFor()
    const [number = ''] = numbers
    await clerk.goto(`${pagesUrl()}/unit?tab=hand&ticket=${number}`)
    await inPane(clerk, 'SIGNED').waitFor()

    await answer(clerk, number)
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=replied&ticket=${number}`)
    await dispatcher.getByTestId('claim').filter({ hasText: '没有人在处理' }).waitFor()
    await dispatcher.keyboard.press('q')
    await dispatcher.getByTestId('claim').filter({ hasText: '您已认领' }).waitFor()
    await dispatcher.getByTestId(`row-${number}`).getByTestId('row-claimed').waitFor()
    await dispatcher.keyboard.press('q')
    await dispatcher.getByTestId('claim').filter({ hasText: '没有人在处理' }).waitFor()
  })

  test('settles what the unit was asked for once it is signed, and is one line in the bell', async () => {
    await clerk.goto(`${pagesUrl()}/unit`)
    const number = await handIn('路灯不亮，通知一次')
    const line = clerk.locator(`[data-ticket=${number}]`)
    await clerk.getByTestId(`row-${number}`).waitFor()
    await clerk.getByTestId('bell').click()
    await line.filter({ hasText: '新工单，请签收' }).waitFor()
    const data = { action: 'urge', note: '请快些' }
    for (let urges = 0; urges < 3; urges += 1) {
      expect((await agent.post(`${pagesUrl()}/api/tickets/${number}/actions`, { data })).status()).toBe(200)
    }
    await line.filter({ hasText: '来电人催办' }).filter({ hasText: '此前：' }).waitFor()
    expect(await line.count()).toBe(1)
    await clerk.keyboard.press('Escape')
    await choose(clerk, number)
    await clerk.getByTestId('action-sign').click()
    await inPane(clerk, 'SIGNED').waitFor()
    await answer(clerk, number)
    await clerk.getByTestId('bell').click()
    await line.getByTestId('notice-settled').waitFor()
    await clerk.keyboard.press('Escape')
  })

  test('comes back from the wrong unit with reason and basis, and the dispatcher sends it on', async () => {
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=asked`)
    const number = await handIn('这段路的路灯由市里管')
    await clerk.goto(`${pagesUrl()}/unit`)
    await choose(clerk, number)
    await clerk.keyboard.press('b')
    await clerk.getByTestId('action-submit').click()
    await clerk.getByText('请选择退单原因。').waitFor()
    await clerk.getByTestId('field-reason').selectOption('U2')
    await clerk.getByTestId('field-note').fill('权责清单第十二条')
    await clerk.getByTestId('field-suggestedUnit').locator('input').fill('cgj')
    await clerk.getByTestId('unit-cgj').click()
    await clerk.getByTestId('action-submit').click()
    // It is still theirs, and they may sign it.
    await clerk.getByTestId('return-words').filter({ hasText: '退单待审' }).waitFor()
    await clerk.locator(`[data-test=row-${number}] [data-asks=RETURN]`).waitFor()
    await clerk.getByTestId('action-sign').waitFor()

    await dispatcher
      .getByTestId('notice')
      .filter({ hasText: `退单 ${number}` })
      .waitFor()
    await choose(dispatcher, number)
    const why = dispatcher.getByTestId('dispatch-reason')
    await why.filter({ hasText: '权责清单第十二条' }).filter({ hasText: '市城管局' }).waitFor()
    await dispatcher.keyboard.press('d')
    await dispatcher.getByTestId('field-reason').fill('同意，市管道路')
    await dispatcher.getByTestId('field-reason').press('Control+Enter')
    await inPane(dispatcher, 'DISPATCHED').waitFor()
    await dispatcher.getByTestId('holder').filter({ hasText: '潞州' }).waitFor()

    await clerk.getByTestId('return-words').filter({ hasText: '签收前仍由本单位负责' }).waitFor()
    await clerk.getByTestId('tab-returned').click()
    await clerk.getByTestId(`returned-${number}`).filter({ hasText: '新单位签收前由本单位负责' }).waitFor()
    const next = await enter('cgj')
    await next.goto(`${pagesUrl()}/unit?ticket=${number}`)
    await next.getByTestId('return-words').filter({ hasText: '退单转来' }).waitFor()
    await next.keyboard.press('s')
    await inPane(next, 'SIGNED').waitFor()
    await clerk.getByTestId(`returned-${number}`).filter({ hasText: '已同意，改派其他单位' }).waitFor()
    await next.context().close()
  })

  test('is kept by its unit when the return is refused, which says why', async () => {
    const number = await handIn('路灯不亮，退单被驳回')
    await signedBy(clerk, number)
    await clerk.getByTestId('action-return').click()
    await clerk.getByTestId('field-reason').selectOption('U1')
    await clerk.getByTestId('field-note').fill('勘界图')
    await clerk.getByTestId('action-submit').click()
    await clerk.getByTestId('return-words').filter({ hasText: '退单待审' }).waitFor()
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=asked&ticket=${number}`)
    await dispatcher.getByTestId('dispatch-reason').filter({ hasText: '勘界图' }).waitFor()
    await dispatcher.keyboard.press('r')
    await dispatcher.getByTestId('field-note').fill('在界桩以西，属你单位')
    await dispatcher.getByTestId('action-submit').click()
    await clerk.getByTestId('return-words').filter({ hasText: '在界桩以西' }).waitFor()
    await inPane(clerk, 'SIGNED').waitFor()
  })

  test('has its first contact written down by the unit, with time, way and person', async () => {
    const number = await handIn('路灯不亮，首次联系')
    await signedBy(clerk, number)
    await clerk.keyboard.press('l')
    await clerk.getByTestId('action-submit').click()
    await clerk.getByText('请选择联系方式。').waitFor()
    // It has just happened, mostly.
    expect(await clerk.getByTestId('field-at').inputValue()).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
    await clerk.getByTestId('field-way').selectOption('PHONE')
    await clerk.getByTestId('field-withWhom').fill('来电人本人')
    await clerk.getByTestId('field-note').fill('约定今晚到场查看')
    await clerk.getByTestId('field-note').press('Control+Enter')
    const line = clerk.locator('[data-test=history] [data-kind=contact]')
    await line.filter({ hasText: '来电人本人' }).filter({ hasText: '约定今晚到场查看' }).waitFor()
    await clerk.getByTestId('action-reply').waitFor()
    expect(await clerk.getByTestId('action-contact').count()).toBe(0)
  })
})

describe.each([
  ['an hour ahead', 3_600_000],
  ['two hours behind', -2 * 3_600_000],
])('on a computer whose clock is %s', (_, byMs) => {
  test('lamps, time left and what is still allowed follow the server', async () => {
    const number = await handIn('路灯不亮，时钟不准')
    const page = await enter('luzhou', { viewport: { width: 1440, height: 900 } }, wrongClock(byMs))
    await page.goto(`${pagesUrl()}/unit?ticket=${number}`)
    const lamp = page.getByTestId(`row-${number}`).locator('[data-lamp]')
    // Signed within 30 minutes, returned within 30.
    await lamp.filter({ hasText: /剩 (30|29) 分钟/ }).waitFor()
    expect(await lamp.getAttribute('data-lamp')).toBe('GREEN')
    await page.getByTestId('action-return').waitFor()
    await page.getByTestId('history').filter({ hasText: '今天' }).waitFor()
    await page.context().close()
  })
})

describe('what a clerk types', () => {
  test('is not sent and not put away by the keys of an input method', async () => {
    const number = await handIn('路灯不亮，拼音')
    await signedBy(clerk, number)
    await clerk.keyboard.press('a')
    await clerk.locator('[data-test=field-internalReply]:focus').waitFor()
    const pinyin = await composing(clerk, 'yixiu')
    await pinyin.press('Escape')
    await pinyin.press('Control+Enter')
    await pinyin.end()
    await pressAsInputMethod(clerk, 'Escape')
    await pressAsInputMethod(clerk, 'Enter', { ctrlKey: true })
    await clerk.getByTestId('form-reply').waitFor()
    expect(await clerk.locator('[data-test=form-reply] [aria-invalid=true]').count()).toBe(0)
    await clerk.keyboard.press('Control+Enter')
    await clerk.locator('[data-test=form-reply] [aria-invalid=true]').first().waitFor()
    await clerk.keyboard.press('Escape')
    await clerk.getByTestId('action-reply').waitFor()
  })

  test('is lost neither by news, nor by a reload, nor by a server that is away', async () => {
    const number = await handIn('路灯忽明忽暗')
    await signedBy(clerk, number)
    await clerk.keyboard.press('a')
    await clerk.getByTestId('field-internalReply').fill('已查线路')
    const data = { action: 'urge', note: '请快些' }
    expect((await agent.post(`${pagesUrl()}/api/tickets/${number}/actions`, { data })).status()).toBe(200)
    await clerk.getByTestId('meanwhile').filter({ hasText: '催办' }).waitFor()
    const focused = () => clerk.evaluate(`document.activeElement.dataset.test`)
    expect(await focused()).toBe('field-internalReply')
    expect(await clerk.getByTestId('field-internalReply').inputValue()).toBe('已查线路')

    await clerk.reload()
    await clerk.getByTestId('action-reply').filter({ hasText: '草稿' }).waitFor()
    await clerk.keyboard.press('a')
    await clerk.getByTestId('field-publicReply').fill('已修复')
    await clerk.route('**/actions', (route) => route.abort())
    await clerk.getByTestId('action-submit').click()
    await clerk.getByTestId('refused').filter({ hasText: '服务器没有回应' }).waitFor()
    expect(await clerk.getByTestId('field-internalReply').inputValue()).toBe('已查线路')
    await clerk.unroute('**/actions')
    await clerk.getByTestId('action-submit').click()
    await inPane(clerk, 'REPLIED').waitFor()
  })

  test('is checked while it is typed, and what the check stops is mended or handed in with a reason', async () => {
    const number = await handIn('小区门口路灯经常不亮')
    await signedBy(clerk, number)
    await clerk.keyboard.press('a')
    await clerk.getByTestId('field-internalReply').fill('3月5日到场换灯泡')
    const answer = clerk.getByTestId('field-publicReply')
    const reason = clerk.getByTestId('field-overrideReason')
    await answer.fill('您好，小区门口路灯我局保证解决。感谢您的支持。')
    await clerk.getByTestId('fault-C1').filter({ hasText: '保证解决' }).waitFor()
    await clerk.getByTestId('fault-C13').waitFor()
    await reason.waitFor()
    await answer.fill('您好，小区门口路灯已于3月5日更换灯泡，今后定期巡查。感谢您的支持。')
    await clerk.getByTestId('reply-faults').filter({ hasText: '没有发现问题' }).waitFor()
    await reason.waitFor({ state: 'detached' })
    await answer.fill('您好，小区门口路灯我局保证解决，今后定期巡查。感谢您的支持。')
    await clerk.getByTestId('action-submit').click()
    await clerk.getByTestId('refused').filter({ hasText: '过度承诺（保证解决）' }).waitFor()
    await reason.fill('市领导已批示')
    await clerk.getByTestId('action-submit').click()
    await inPane(clerk, 'REPLIED').waitFor()
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=replied&ticket=${number}`)
    await dispatcher.getByTestId('fault-C1').waitFor()
    expect(await dispatcher.getByTestId('ticket-pane').textContent()).toContain('市领导已批示')
  })

  test('is still there when a colleague was faster, and the ticket is shown as it is now', async () => {
    const number = await handIn('路灯杆倾斜')
    await signedBy(clerk, number)
    await clerk.keyboard.press('b')
    await clerk.getByTestId('field-note').fill('不归我们')
    await clerk.getByTestId('field-reason').selectOption('U8')
    // The news of it comes too late.
    await clerk.route(`**/api/tickets/${number}`, (route) => route.abort())
    const version = { version: 3 }
    const reply = { action: 'reply', internalReply: '扶正', publicReply: '已扶正', ...version }
    const colleague = clerk.context().request
    expect((await colleague.post(`${pagesUrl()}/api/tickets/${number}/actions`, { data: reply })).status()).toBe(200)
    await clerk.unroute(`**/api/tickets/${number}`)
    await clerk.getByTestId('action-submit').click()
    await clerk.getByTestId('refused').filter({ hasText: '已为您刷新' }).waitFor()
    await inPane(clerk, 'REPLIED').waitFor()
    expect(await clerk.getByTestId('field-note').inputValue()).toBe('不归我们')
  })
})

test('a clerk signs and answers on a telephone, with the thumb', async () => {
  const phone = await enter('luzhou', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const number = await handIn('楼下路灯不亮')
  await phone.getByTestId(`row-${number}`).tap()
  await phone.getByTestId('action-sign').tap()
  await inPane(phone, 'SIGNED').waitFor()
  await phone.getByTestId('action-reply').tap()
  await phone.getByTestId('field-internalReply').fill('已换灯泡')
  await phone.getByTestId('field-publicReply').fill('已修复')
  await phone.getByTestId('attachment-camera').waitFor()
  expect(await phone.getByTestId('attachment-photo').getAttribute('capture')).toBe('environment')
  const photo = Buffer.from(await phone.evaluate<string>(aPhoto), 'base64')
  expect(photo.length).toBeGreaterThan(1024 * 1024)
  await phone.getByTestId('attachment-photo').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: photo })
  // Made smaller before it was sent, and said by its name to be what it is.
  const picture = phone.getByTestId('picture').filter({ hasText: '现场.jpg' })
  await picture.waitFor()
  const shown = `document.querySelector('[data-test=picture] img[alt="现场.jpg"]')`
  const width = await phone.evaluate(`${shown}.decode().then(() => ${shown}.naturalWidth)`)
  expect(width).toBe(2048)
  await picture.tap()
  await phone.getByTestId('viewer-picture').waitFor()
  await phone.getByTestId('viewer-close').tap()
  await phone.getByTestId('viewer').waitFor({ state: 'detached' })
  expect(await phone.getByTestId('map').getAttribute('href')).toContain(encodeURIComponent('英雄路'))

  const other = await handIn('另一盏路灯不亮')
  await phone.getByTestId('action-submit').tap()
  await inPane(phone, 'REPLIED').waitFor()
  await phone.getByTestId('did').filter({ hasText: '已答复' }).waitFor()
  const bar = await phone.getByTestId('actions').boundingBox()
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeGreaterThan(700)
  await phone.getByTestId('next-ticket').tap()
  await phone.getByTestId('ticket-pane').getByRole('heading', { name: number }).waitFor({ state: 'detached' })
  await phone.getByTestId('actions').waitFor()
  await phone.getByTestId('ticket-back').tap()
  await phone.getByTestId(`row-${other}`).waitFor()
})

test('what is overdue is supervised: a 督办单 by two people, answered at the top of the unit, settled', async () => {
  const number = await handIn('消防通道被堵，无人处理')
  await letItBeDue(number, Date.now() - 60_000)
  const overseer = await enter('overseer', {}, '', 'oversight-units')
  await overseer.goto(`${pagesUrl()}/oversight/alerts?unit=luzhou`)
  // Overdue: urged (L1); urgent and overdue: to be supervised (L2).
  await overseer.getByTestId(`alert-T03-${number}`).filter({ hasText: '催办' }).waitFor()
  await overseer.getByTestId(`alert-T04-${number}`).getByTestId(`alert-write-${number}`).click()
  await overseer.getByTestId('case-begin').click()
  await overseer.getByTestId('case-act-submit').click()
  await overseer.getByTestId('case-submit').click()
  await overseer.getByTestId('case-state').filter({ hasText: '待签发' }).waitFor()
  // Who asked for it does not issue it.
  expect(await overseer.getByTestId('case-act-approve').count()).toBe(0)
  const path = new URL(overseer.url()).pathname

  const director = await enter('director', {}, '', 'overview')
  await director.goto(`${pagesUrl()}${path}`)
  await director.getByTestId('case-act-approve').click()
  await director.getByTestId('case-submit').click()
  await director.getByTestId('case-state').filter({ hasText: '已发出' }).waitFor()

  await clerk.goto(`${pagesUrl()}/unit`)
  const first = clerk.getByTestId('unit-cases').getByRole('button').first()
  await first.filter({ hasText: /长热督〔\d{4}〕\d{4}号/ }).click()
  await clerk.getByTestId('case-act-answer').click()
  await clerk.getByTestId('case-measures').fill('已清理通道')
  await clerk.getByTestId('case-submit').click()
  // What is missing is named, and nothing is lost.
  await clerk.getByTestId('case-refused').filter({ hasText: '办理结果' }).waitFor()
  await clerk.getByTestId('case-result').fill('通道已恢复畅通')
  await clerk.getByTestId('case-signature').fill('秦晓东')
  await clerk.getByTestId('case-submit').click()
  await clerk.getByTestId('unit-case-told').filter({ hasText: '已提交答复' }).waitFor()

  await overseer.reload()
  await overseer.getByTestId('case-act-accept').click()
  await overseer.getByTestId('case-words').fill('属实')
  await overseer.getByTestId('case-submit').click()
  await overseer.getByTestId('case-state').filter({ hasText: '已办结' }).waitFor()

  // It is settled; the next files on this hotline find nothing overdue.
  await letItBeDue(number, Date.now() + 7 * 86_400_000)
})

/** As a camera makes it: large, and full of what cannot be written shorter. */
const aPhoto = `(async () => {
  const canvas = new OffscreenCanvas(2400, 1200)
  const paint = canvas.getContext('2d')
  const pixels = paint.createImageData(2400, 1200)
  for (let at = 0; at < pixels.data.length; at += 65536) {
    crypto.getRandomValues(pixels.data.subarray(at, Math.min(at + 65536, pixels.data.length)))
  }
  paint.putImageData(pixels, 0, 0)
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
  return btoa(text)
})()`
