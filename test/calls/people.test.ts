import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { pagesUrl } from './hotline.ts'
import { nothingIsLeft } from './support/books.ts'
import { type Desk, logIn, openBrowser, openDesk } from './support/desk.ts'
import { patienceMs } from './support/patience.ts'

/** People without whom a centre cannot run: added by an administrator, set by a supervisor, seen by an auditor. */

let browser: Browser
const opened: BrowserContext[] = []

async function newcomer(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  context.setDefaultTimeout(patienceMs)
  opened.push(context)
  return context.newPage()
}

beforeAll(async () => {
  browser = await openBrowser()
})
afterEach(() => nothingIsLeft())
afterAll(async () => {
  for (const context of opened) await context.close()
  await browser.close()
})

test('an administrator adds a supervisor, who sets the own password by the link and sees the floor', async () => {
  const admin = await newcomer()
  await logIn(admin, 'admin')
  await admin.getByTestId('nav-admin-people').click()
  await admin.getByTestId('people-new').click()
  await admin.getByTestId('person-save').click()
  // What is missing is said beside its field, and the first of it has the focus.
  await admin.getByTestId('fault-roles').waitFor()
  expect(await admin.evaluate('document.activeElement?.dataset.test')).toBe('person-username')
  await admin.getByTestId('person-username').fill('hexin')
  await admin.getByTestId('person-name').fill('何新')
  await admin.getByTestId('role-SUPERVISOR').check()
  await admin.getByTestId('person-save').click()
  const link = await admin.getByTestId('link').inputValue()
  expect(link).toMatch(/\/set-password#[\w-]{43}$/)
  await admin.getByTestId('link-done').click()
  await admin.getByTestId('person-hexin').filter({ hasText: '未设密码' }).waitFor()

  const person = await newcomer()
  await person.goto(link)
  await person.getByTestId('new-password').fill('short')
  await person.locator('[data-test=rule-length][data-met=false]').waitFor()
  await person.getByTestId('set-password-submit').click()
  await person.getByTestId('password-failure').waitFor()
  await person.getByTestId('new-password').fill('Taihang-Mountain-26')
  await person.getByTestId('new-password-again').fill('Taihang-Mountain-26')
  await person.getByTestId('set-password-submit').click()
  await person.getByTestId('password-set').waitFor()
  await person.goto(link)
  await person.reload()
  await person.getByTestId('link-over').waitFor()

  await person.goto(pagesUrl())
  await person.getByTestId('login-username').fill('hexin')
  await person.getByTestId('login-password').fill('Taihang-Mountain-26')
  await person.getByTestId('login-submit').click()
  await person.getByTestId('floor-day').waitFor()

  // Another role, and the open page follows without a reload.
  await admin.getByTestId('role-SUPERVISOR').uncheck()
  await admin.getByTestId('role-QUALITY').check()
  await admin.getByTestId('person-save').click()
  await admin.getByTestId('person-told').waitFor()
  await person.getByTestId('forbidden').waitFor()
  await person.getByTestId('nav-calls').waitFor()

  // At once, while the page's connection is still on its way back: the server's answer says why all the same.
  await admin.getByTestId('person-lock').click()
  await admin.getByTestId('reason').fill('调离')
  await admin.getByTestId('reason-send').click()
  await person.locator('[data-test=session-ended][data-reason=locked]').waitFor()

  await person.reload()
  await person.locator('[data-test=login-ended][data-reason=locked]').waitFor()

  const auditor = await newcomer()
  await logIn(auditor, 'auditor')
  await auditor.getByTestId('audit-action').selectOption('person.locked')
  await auditor.locator('tr[data-test^=audit-]').filter({ hasText: '停用账号' }).filter({ hasText: '调离' }).waitFor()
})

test('a supervisor signs an agent out by keyboard; the agent reads who and why, and signs in again', async () => {
  const desk: Desk = await openDesk('1002')
  await desk.notReady()
  const supervisor = await newcomer()
  await logIn(supervisor, 'supervisor')
  const set = async (choice: string, reason: string) => {
    await supervisor.getByTestId('set-1002').focus()
    await supervisor.keyboard.press('Enter')
    await supervisor.getByTestId('set-state').selectOption(choice)
    await supervisor.keyboard.press('Tab')
    await supervisor.keyboard.type(reason)
    await supervisor.keyboard.press('Enter')
    await supervisor.getByTestId('set-send').waitFor({ state: 'detached' })
  }
  await set('READY', '排队人多，请接听')
  await desk.untilState('示闲')
  await desk.page
    .getByTestId('banner-by-supervisor')
    .filter({ hasText: '王慧敏' })
    .filter({ hasText: '排队人多，请接听' })
    .waitFor()
  await desk.page.getByTestId('banner-by-supervisor-do').click()
  await desk.page.getByTestId('banner-by-supervisor').waitFor({ state: 'detached' })

  await set('OFFLINE', '该下班了')
  await desk.untilState('签出')
  await desk.page.reload()
  await desk.untilState('签出')
  await desk.page.getByTestId('banner-by-supervisor').filter({ hasText: '该下班了' }).waitFor()
  await desk.page.getByTestId('banner-by-supervisor-do').click()
  await desk.untilState('示忙')
  await desk.close()
})

test('calls leave as a table that opens in a spreadsheet', async () => {
  const supervisor = await newcomer()
  await logIn(supervisor, 'supervisor')
  await supervisor.getByTestId('nav-calls').click()
  await supervisor
    .getByTestId('total')
    .filter({ hasText: /共 [\d,]+ 条|超过/ })
    .waitFor()
  const [file] = await Promise.all([supervisor.waitForEvent('download'), supervisor.getByTestId('export').click()])
  expect(file.suggestedFilename()).toMatch(/^calls-\d{8}-\d{4}\.csv$/)
})
