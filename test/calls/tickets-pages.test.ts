import type { APIRequestContext, Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { account, pagesUrl } from './hotline.ts'
import { logIn, openBrowser } from './support/desk.ts'

/** A ticket on its way between the pages of those who handle it. No telephone rings here. */

let browser: Browser
let agent: APIRequestContext
let clerk: Page
let dispatcher: Page
const opened: BrowserContext[] = []

async function enter(username: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', ...options })
  context.setDefaultTimeout(15_000)
  opened.push(context)
  const page = await context.newPage()
  await logIn(page, username)
  await page.getByTestId('worklist').waitFor()
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
async function handIn(content: string): Promise<string> {
  const data = {
    ...{ type: 'HELP', urgency: 'P2', categoryCode: '030401', countyCode: '140403', place: '英雄路', content },
    caller: { name: '张三丰', phone: '13903557700' },
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

  test('comes back from the wrong unit with reason and basis, and the dispatcher sends it on', async () => {
    await dispatcher.goto(`${pagesUrl()}/dispatch?tab=returned`)
    const number = await handIn('这段路的路灯由市里管')
    await clerk.goto(`${pagesUrl()}/unit`)
    await choose(clerk, number)
    await clerk.keyboard.press('b')
    await clerk.getByTestId('action-submit').click()
    await clerk.getByText('请选择退单原因。').waitFor()
    await clerk.getByTestId('field-reason').selectOption('NOT_OUR_DUTY')
    await clerk.getByTestId('field-note').fill('权责清单第十二条')
    await clerk.getByTestId('field-suggestedUnit').locator('input').fill('cgj')
    await clerk.getByTestId('unit-cgj').click()
    await clerk.getByTestId('action-submit').click()
    await clerk.getByTestId('ticket-gone').waitFor()

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
    await dispatcher.getByTestId('ticket-pane').getByText('市城管局').first().waitFor()

    await clerk.getByTestId('tab-returned').click()
    await clerk.getByTestId(`returned-${number}`).filter({ hasText: '已同意，改派其他单位' }).waitFor()
  })
})

describe('what a clerk types', () => {
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

  test('is still there when a colleague was faster, and the ticket is shown as it is now', async () => {
    const number = await handIn('路灯杆倾斜')
    await signedBy(clerk, number)
    await clerk.keyboard.press('b')
    await clerk.getByTestId('field-note').fill('不归我们')
    await clerk.getByTestId('field-reason').selectOption('OTHER')
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
  await phone.getByTestId('action-submit').tap()
  await inPane(phone, 'REPLIED').waitFor()
  const bar = await phone.getByTestId('actions').boundingBox()
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeGreaterThan(700)
  await phone.getByTestId('ticket-back').tap()
  await phone.getByTestId('rows').waitFor()
})
