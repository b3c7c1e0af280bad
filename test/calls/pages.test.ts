import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { account, pagesUrl, picturesDir } from './hotline.ts'
import { closedRecord, nothingIsLeft, untilPhase } from './support/books.ts'
import { type Desk, logIn, openDesk } from './support/desk.ts'
import { patienceMs } from './support/patience.ts'
import { sideways, sizes, unreadable } from './support/seen.ts'

/** The pages as people meet them: seen, read aloud, on every screen, and in two places at once. */

let desk: Desk
let browser: Browser
let supervisor: Page
let clerk: Page
let dispatcher: Page
let admin: Page
let auditor: Page
let director: Page
/** Somebody who is not logged in. */
let stranger: Page
const opened: BrowserContext[] = []

async function newcomer(): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    permissions: ['microphone'],
  })
  context.setDefaultTimeout(patienceMs)
  opened.push(context)
  return context.newPage()
}

beforeAll(async () => {
  desk = await openDesk('1001')
  const own = desk.page.context().browser()
  if (!own) throw new Error('the desk has no browser')
  browser = own
  await desk.notReady()
  supervisor = await newcomer()
  await logIn(supervisor, 'supervisor')
  await supervisor.getByTestId('floor').waitFor()
  clerk = await newcomer()
  await logIn(clerk, 'luzhou')
  dispatcher = await newcomer()
  await logIn(dispatcher, 'dispatcher')
  for (const page of [clerk, dispatcher]) await page.getByTestId('worklist').waitFor()
  admin = await newcomer()
  await logIn(admin, 'admin')
  auditor = await newcomer()
  await logIn(auditor, 'auditor')
  await auditor.getByTestId('audit').waitFor()
  director = await newcomer()
  await logIn(director, 'director')
  await director.getByTestId('overview').waitFor()
  await admin.getByTestId('person-menu').waitFor()
  stranger = await newcomer()
})
afterEach(() => nothingIsLeft())
afterAll(async () => {
  for (const context of opened) await context.close()
  await desk.close()
})

describe("a citizen's telephone in the browser", () => {
  test('reaches the waiting line, and its keypad is heard during the greeting', async () => {
    await stranger.goto(`${pagesUrl()}/phone`)
    await stranger.getByTestId('phone-own').fill('13903557001')
    await stranger.getByTestId('phone-call').click()
    await stranger.locator('[data-test=phone-stage][data-call=talking]').waitFor()
    await stranger.getByTestId('phone-key-2').click()
    await untilPhase('+99913903557001', 'waiting')
    expect(await stranger.getByTestId('phone-sent').textContent()).toBe('2')
    await stranger.getByTestId('phone-hangup').click()
    await stranger.getByText('您已挂断').waitFor()
    expect(await closedRecord('+99913903557001')).toMatchObject({
      dialled: '12345',
      keys: '2',
      skill: 'enterprise',
      outcome: 'LEFT_QUEUE',
      endedBy: 'CALLER',
    })
  })

  test('says in words that a number does not exist', async () => {
    await stranger.goto(`${pagesUrl()}/phone`)
    await stranger.getByTestId('phone-number').fill('99999')
    await stranger.getByTestId('phone-call').click()
    await stranger.getByText('此号码不存在').waitFor()
  })
})

test('a supervisor sees who is signed in, and what each does', async () => {
  await supervisor.goto(`${pagesUrl()}/floor`)
  const tile = supervisor.getByTestId('agent-1001')
  await tile.filter({ hasText: '李晓燕' }).filter({ hasText: '示忙' }).waitFor()
  await desk.ready()
  await tile.filter({ hasText: '示闲' }).waitFor()
  await desk.notReady()
  await tile.filter({ hasText: '示忙' }).waitFor()
})

interface Screen {
  name: string
  path: string
  who: () => Page
  /** What shows that the page is whole. */
  sign: string
  /** Pressed first. */
  open?: string
}
const screens: Screen[] = [
  { name: 'log-in', path: '/', who: () => stranger, sign: '[data-test=login-submit]' },
  { name: 'desk', path: '/desk', who: () => desk.page, sign: '[data-test=state-title]' },
  { name: 'floor', path: '/floor', who: () => supervisor, sign: '[data-test=agent-1001]' },
  {
    name: 'floor-set',
    path: '/floor',
    who: () => supervisor,
    sign: '[data-test=set-state]',
    open: '[data-test=set-1001]',
  },
  { name: 'people', path: '/admin/people', who: () => admin, sign: '[data-test=person-1001]' },
  {
    name: 'person-new',
    path: '/admin/people/new',
    who: () => admin,
    sign: '[data-test=skill-general]',
    open: '[data-test=role-AGENT]',
  },
  { name: 'directory', path: '/admin/directory', who: () => admin, sign: '[data-test=entry-95598]' },
  { name: 'directory-agent', path: '/directory', who: () => desk.page, sign: '[data-test=entry-95598]' },
  { name: 'directory-new', path: '/admin/directory/new', who: () => admin, sign: '[data-test=directory-number]' },
  { name: 'own-password', path: '/password', who: () => admin, sign: '[data-test=rule-length]' },
  { name: 'set-password', path: '/set-password#nothing', who: () => stranger, sign: '[data-test=link-over]' },
  { name: 'audit', path: '/audit', who: () => auditor, sign: 'tr[data-test^=audit-]' },
  { name: 'overview', path: '/overview', who: () => director, sign: '[data-test=overview-overdue]' },
  { name: 'cases13710', path: '/oversight/13710', who: () => director, sign: '[data-test=cases13710]' },
  { name: 'batches', path: '/oversight/batches', who: () => director, sign: '[data-test=batches]' },
  { name: 'oversight-units', path: '/oversight/units', who: () => director, sign: '[data-test=oversight-units]' },
  { name: 'oversight-alerts', path: '/oversight/alerts', who: () => director, sign: '[data-test=alerts-level]' },
  { name: 'oversight-cases', path: '/oversight/cases', who: () => director, sign: '[data-test=cases-kind]' },
  { name: 'oversight-rules', path: '/oversight/rules', who: () => director, sign: '[data-test=rule-T16]' },
  { name: 'follow-ups', path: '/follow-ups', who: () => supervisor, sign: '[data-test=follow-ups-TODO]' },
  { name: 'letters', path: '/follow-ups/letters', who: () => clerk, sign: '[data-test=unit-summary]' },
  { name: 'rate', path: '/rate#nothing', who: () => stranger, sign: '[data-test=rate-over]' },
  { name: 'callbacks', path: '/callbacks', who: () => supervisor, sign: '[data-test=callbacks-TO_CALL_BACK]' },
  { name: 'never-calls', path: '/never-calls', who: () => supervisor, sign: '[data-test=never-call-add]' },
  { name: 'emergencies', path: '/emergencies', who: () => dispatcher, sign: '[data-test=emergencies-told]' },
  { name: 'calls', path: '/calls', who: () => supervisor, sign: 'tr[data-test^=call-]' },
  { name: 'unit', path: '/unit?tab=hand', who: () => clerk, sign: '[data-test=history]' },
  { name: 'dispatch', path: '/dispatch?tab=asked', who: () => dispatcher, sign: '[data-test=history]' },
  { name: 'catalogue', path: '/catalogue/rules/heating', who: () => dispatcher, sign: '[data-test=rule-panel]' },
  {
    name: 'disputes-new',
    path: '/catalogue/disputes/new',
    who: () => dispatcher,
    sign: '[data-test=dispute-question]',
  },
  { name: 'workstations', path: '/workstations', who: () => dispatcher, sign: '[data-test=station-luzhou]' },
  { name: 'workstation', path: '/workstations', who: () => clerk, sign: '[data-test=duty-name]' },
  { name: 'proposals', path: '/catalogue/proposals', who: () => director, sign: '[data-test=proposals]' },
  { name: 'learner', path: '/catalogue/learner', who: () => director, sign: '[data-test=learner-state]' },
  { name: 'catalogue-review', path: '/catalogue/review', who: () => dispatcher, sign: '[data-test=gaps]' },
  { name: 'unit-sign', path: '/unit?tab=sign', who: () => clerk, sign: '[data-test=reply-signing]' },
  { name: 'dispatch-undecided', path: '/dispatch', who: () => dispatcher, sign: '[data-test=claim]' },
  { name: 'clusters', path: '/clusters', who: () => dispatcher, sign: '[data-test^=cluster]' },
  { name: 'calendar', path: '/admin/calendar', who: () => admin, sign: '[data-test=calendar-text]' },
  { name: 'limits', path: '/admin/limits', who: () => admin, sign: '[data-test=limits-profile]' },
  { name: 'answer-by-link', path: '/answer#nothing', who: () => stranger, sign: '[data-test=answer-over]' },
  { name: 'tickets', path: '/tickets', who: () => dispatcher, sign: 'tr[data-test^=ticket-]' },
  { name: 'phone', path: '/phone', who: () => stranger, sign: '[data-test=phone-line]' },
]
describe.each(screens)('the page $name', ({ name, path, who, sign, open }) => {
  test('can be read by everybody and fits every screen, by day and by night', async () => {
    const page = who()
    const folder = picturesDir()
    await mkdir(folder, { recursive: true })
    await page.goto(`${pagesUrl()}${path}`)
    if (open !== undefined) await page.locator(open).click()
    await page.locator(sign).first().waitFor()
    const troubles: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const size of sizes) {
        const shown = `${name}-${colorScheme}-${size.width}x${size.height}`
        await page.setViewportSize(size)
        await page.screenshot({ path: join(folder, `${shown}.png`) })
        const wide = await sideways(page)
        troubles.push(...wide.map((what) => `${shown}: scrolls sideways: ${what}`))
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      troubles.push(...(await unreadable(page)).map((what) => `${name}-${colorScheme}: ${what}`))
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null })
    expect(troubles).toEqual([])
  })
})

test('filters fold at 1280 px, say how many of them are in use, and are all there at 1440 px', async () => {
  const page = supervisor
  await page.goto(`${pagesUrl()}/calls`)
  const folded = page.getByTestId('filter-agent')
  await folded.waitFor()
  expect(await page.getByTestId('filter-more').isVisible()).toBe(false)

  await page.setViewportSize({ width: 1280, height: 720 })
  await folded.waitFor({ state: 'hidden' })
  const opener = page.getByTestId('filter-more')
  expect([await opener.textContent(), await opener.getAttribute('aria-expanded')]).toEqual(['更多条件', 'false'])
  await opener.focus()
  await page.keyboard.press('Enter')
  await folded.waitFor()
  expect(await opener.getAttribute('aria-expanded')).toBe('true')
  await opener.click()
  await folded.waitFor({ state: 'hidden' })

  await page.goto(`${pagesUrl()}/calls?agent=1001&line=12333`)
  await opener.filter({ hasText: '更多条件（已用 2 个）' }).waitFor()
  await page.getByTestId('filter-clear').click()
  await page.waitForURL(`${pagesUrl()}/calls`)
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('a filter that is no number is refused once: it can be cleared, and nothing is exported', async () => {
  const page = supervisor
  await page.goto(`${pagesUrl()}/calls?caller=12`)
  await page.getByTestId('calls-failed').filter({ hasText: '不是完整的号码' }).waitFor()
  expect(await page.getByTestId('export').isDisabled()).toBe(true)
  await page.getByTestId('failed-clear').click()
  await page.waitForURL(`${pagesUrl()}/calls`)
  await page.locator('tr[data-test^=call-]').first().waitFor()
  expect(await page.getByTestId('export').isDisabled()).toBe(false)
})

describe('the log-in', () => {
  async function tryPassword(page: Page, password: string): Promise<void> {
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByTestId('login-password').fill(password)
    await page.getByTestId('login-submit').click()
    await answer
  }

  test('says that a password was wrong, and after five of them for how long the account is locked', async () => {
    const page = await newcomer()
    await page.goto(pagesUrl())
    await page.getByTestId('login-username').fill('zjj')
    for (let tries = 0; tries < 5; tries += 1) {
      await tryPassword(page, `wrong-${tries}`)
      await page.getByTestId('login-failure').filter({ hasText: '用户名或密码不正确' }).waitFor()
      expect(await page.getByTestId('login-password').inputValue()).toBe('')
    }
    await tryPassword(page, account('zjj').password)
    await page.getByTestId('login-locked').filter({ hasText: '此处暂时不能登录' }).waitFor()
    expect(await page.getByTestId('login-locked').textContent()).toMatch(/请 1[45] 分.* 后再试/)
    expect(await page.getByTestId('login-submit').isDisabled()).toBe(true)
    // Whoever else sits down at this computer is not locked out.
    await page.getByTestId('login-username').fill('director')
    expect(await page.getByTestId('login-submit').isDisabled()).toBe(false)
  })

  test('in another place tells the first page, and takes its telephone', async () => {
    const first = await newcomer()
    await logIn(first, '1002')
    await first.getByTestId('state-title').waitFor()
    const second = await newcomer()
    await logIn(second, '1002')
    await second.getByTestId('state-title').waitFor()
    await first.locator('[data-test=session-ended][data-reason=replaced]').waitFor()
    await first.getByText('您的账号已在另一处登录').waitFor()
    await first.getByTestId('log-in-again').click()
    await first.getByTestId('login-username').waitFor()
  })
})

describe('a log-in that ends in mid form', () => {
  test('is made anew over the page, and what was typed is still there', async () => {
    const page = await newcomer()
    await logIn(page, 'dispatcher')
    await page.getByTestId('person-menu').waitFor()
    await page.goto(`${pagesUrl()}/tickets/new`)
    await page.getByTestId('content').fill('写到一半')
    await page.context().clearCookies()
    await page.getByTestId('content').pressSequentially('，接着写')
    const over = page.locator('[data-test=session-ended][data-reason=expired]')
    await over.waitFor()
    expect(await over.textContent()).not.toContain('通话')
    // Nothing of the page below is reached by keys.
    await page.keyboard.press('?')
    expect(await page.getByTestId('key-help').isVisible()).toBe(false)
    await page.getByTestId('ended-password').fill('wrong')
    await page.getByTestId('ended-submit').click()
    await page.getByTestId('ended-failure').filter({ hasText: '密码不正确' }).waitFor()
    await page.getByTestId('ended-password').fill(account('dispatcher').password)
    await page.getByTestId('ended-submit').click()
    await over.waitFor({ state: 'detached' })
    expect(await page.getByTestId('content').inputValue()).toBe('写到一半，接着写')
    await page.getByTestId('draft-saved').filter({ hasText: '草稿已保存' }).waitFor()
    await page.getByTestId('content').fill('')
  })
})

test('keys are listed by ?, and badges name the key that works', async () => {
  const { page } = desk
  await page.goto(`${pagesUrl()}/desk`)
  await page.getByTestId('state-title').waitFor()
  await page.keyboard.press('?')
  await page.getByTestId('key-help').getByText('静音').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('key-help').waitFor({ state: 'hidden' })
  const badge = page.getByTestId('mute').locator('kbd')
  expect(await badge.textContent()).toBe('M')
  await page.getByTestId('new-ticket').click()
  await page.locator('[data-test=content]:focus').waitFor()
  await badge.filter({ hasText: 'Alt+M' }).waitFor()
  await page.reload()
})

test('a second tab leaves the telephone to the first until it is told to take it', async () => {
  const second = await desk.page.context().newPage()
  await second.goto(`${pagesUrl()}/desk`)
  const told = (page: Page, words: string) => page.getByTestId('banner-elsewhere').filter({ hasText: words })
  await told(second, '另一个标签页正在使用电话').waitFor()
  // What it is not told it does not know.
  expect(await second.getByTestId('queue').textContent()).toMatch(/排队 —.*示闲 — · 通话 —/)
  expect(await desk.page.getByTestId('banner-elsewhere').count()).toBe(0)

  await second.getByTestId('banner-elsewhere-do').click()
  await told(desk.page, '电话已被另一个标签页接管').waitFor()
  await second.getByTestId('banner-elsewhere').waitFor({ state: 'detached' })
  await second.getByTestId('state-detail').filter({ hasNotText: '未就绪' }).waitFor()

  await desk.page.getByTestId('banner-elsewhere-do').click()
  await told(second, '电话已被另一个标签页接管').waitFor()
  // A browser lets what lies behind another tab wait.
  await desk.page.bringToFront()
  await desk.ready()
  await desk.notReady()
  await second.close()
})
