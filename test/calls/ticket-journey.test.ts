import { join } from 'node:path'
import { and, asc, eq } from 'drizzle-orm'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calendarOf } from '../../src/calendar/calendar.ts'
import { dayMs, hourMs } from '../../src/calendar/days.ts'
import { requireCalendarFiles } from '../../src/calendar/load.ts'
import { makeRatingLink } from '../../src/followup/links/store.ts'
import { followUps } from '../../src/followup/schema.ts'
import { actOnFollowUp } from '../../src/followup/store.ts'
import { requireSite } from '../../src/site/load.ts'
import { findTicket } from '../../src/tickets/lists/reads.ts'
import { readHistory } from '../servers/tickets/records/history-rows.ts'
import { pagesUrl, picturesDir, settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, until, untilPhase, withDatabase } from './support/books.ts'
import { type Desk, logIn, openBrowser, openDesk } from './support/desk.ts'
import { patienceMs } from './support/patience.ts'
import { sideways } from './support/seen.ts'
import { callIn, everybodyHangsUp } from './support/sipp.ts'

/** From the citizen's voice to the unit's answer and back to the citizen: everybody on the page or telephone he has. */

const citizenNumber = '13903558001'
/** Number and code are enough: he asks from another telephone. */
const otherNumber = '13903558002'

let desk: Desk
let browser: Browser
let unit: Page
let dispatcher: Page

beforeAll(async () => {
  desk = await openDesk('1002')
  browser = await openBrowser()
  unit = await enter('luzhou', '/unit')
  dispatcher = await enter('dispatcher', '/dispatch?tab=replied')
})
afterAll(async () => {
  await everybodyHangsUp()
  await browser.close()
  await desk.close()
})

async function enter(username: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await logIn(page, username)
  await page.getByTestId('worklist').waitFor()
  await page.goto(`${pagesUrl()}${path}`)
  await page.getByTestId('worklist').waitFor()
  return page
}

/** Opens this ticket from the list, which shows it without a reload. */
async function choose(page: Page, number: string): Promise<void> {
  await page.getByTestId(`row-${number}`).click()
  await page.getByTestId('ticket-pane').getByRole('heading', { name: number }).waitFor()
  await page.getByTestId('actions').waitFor()
}

const inPane = (page: Page, state: string) =>
  page.locator(`[data-test=ticket-pane] > header [data-state=${state}]`).waitFor()

async function handIn(content: string): Promise<{ number: string; code: string }> {
  const { page } = desk
  await page.locator('[data-test=content]:focus').waitFor()
  await page.keyboard.insertText(content)
  await page.getByTestId('type-HELP').click()
  await page.getByTestId('place').fill('潞州区英雄中路')
  await page.getByTestId('suggested-1').filter({ hasText: '路灯' }).click()
  await page.getByTestId('unit-chosen').filter({ hasText: '潞州' }).waitFor()
  await page.keyboard.press('Control+Enter')
  const shown = async (name: string) => ((await page.getByTestId(name).textContent()) ?? '').replaceAll(' ', '')
  return { number: await shown('made-number'), code: await shown('made-code') }
}

test('what a citizen says reaches the unit, is answered and closed, and key 3 tells him so', async () => {
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from: citizenNumber, to: '12345' })
  await desk.answer()
  const { number, code } = await handIn('英雄中路路灯不亮，已经三天了')

  // The unit sees it while the citizen is still on the line.
  await choose(unit, number)
  await citizen.hangUp()
  await desk.finishWrapUp()
  await desk.notReady()
  await unit.keyboard.press('s')
  await inPane(unit, 'SIGNED')
  await unit.keyboard.press('a')
  await unit.getByTestId('field-internalReply').fill('养护班更换灯头两只')
  await unit.getByTestId('field-publicReply').fill('路灯已修复')
  await unit.keyboard.press('Control+Enter')
  await inPane(unit, 'REPLIED')

  await choose(dispatcher, number)
  await dispatcher.keyboard.press('c')
  await inPane(dispatcher, 'CLOSED')

  const again = await callIn({ sip: settings(), from: otherNumber, to: '12345' })
  await again.answered
  await again.media.press('3')
  await untilPhase(`+86${otherNumber}`, 'number')
  for (const digit of `${number.slice(2)}#`) await again.media.press(digit)
  await untilPhase(`+86${otherNumber}`, 'code')
  for (const digit of code) await again.media.press(digit)
  await untilPhase(`+86${otherNumber}`, 'told')
  await again.hangUp()
  expect(await closedRecord(`+86${otherNumber}`)).toMatchObject({
    outcome: 'SELF_SERVED',
    inquired: [{ number, result: 'FOUND' }],
  })

  const history = await withDatabase(async (db) => {
    const found = await findTicket(db, number)
    return found ? readHistory(db, found.ticket.id) : []
  })
  expect(history.map(({ kind, toState, actorId }) => [kind, toState, actorId === null])).toEqual([
    ['register', 'REGISTERED', false],
    ['dispatch', 'DISPATCHED', true],
    ['sign', 'SIGNED', false],
    ['reply', 'REPLIED', false],
    ['close', 'CLOSED', false],
  ])
  await nothingIsLeft()
})

/** A step of the ticket over the API: the pages of these steps have tests of their own. */
async function act(page: Page, number: string, action: string, more: object = {}): Promise<void> {
  const address = `${pagesUrl()}/api/tickets/${number}`
  const { version } = await (await page.request.get(address)).json()
  const headers = { origin: pagesUrl() }
  const done = await page.request.post(`${address}/actions`, { headers, data: { action, version, ...more } })
  expect(done.status(), await done.text()).toBe(200)
}

async function handled(number: string): Promise<void> {
  await act(unit, number, 'sign')
  const answer = { publicReply: '您好，已更换灯头，路灯亮了。感谢您的监督。', internalReply: '更换灯头一只' }
  await act(unit, number, 'reply', { ...answer, overrideReason: '现场已核实' })
  await act(dispatcher, number, 'close')
}

async function pageOf(username: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await logIn(page, username)
  await page.getByTestId('person-menu').waitFor()
  await page.goto(`${pagesUrl()}${path}`)
  return page
}

/** As the job sends it, at 10:00 whatever the time is: at night no message leaves. @returns where the citizen opens it */
async function ratingLink(number: string, round: number): Promise<string> {
  const { followUp: rules } = requireSite('config')
  const { years, workingTime } = requireCalendarFiles('config')
  const ten = Math.floor((Date.now() + 8 * hourMs) / dayMs) * dayMs + 2 * hourMs
  const token = await withDatabase(async (db) => {
    const ticket = (await findTicket(db, number))?.ticket
    if (!ticket) throw new Error(`no ticket ${number}`)
    const isIt = and(eq(followUps.ticketId, ticket.id), eq(followUps.round, round))
    const id = await until(`${number} is planned to be followed up`, async () => {
      const [row] = await db.select({ id: followUps.id }).from(followUps).where(isIt)
      return row?.id ?? null
    })
    const calendar = async () => calendarOf(years, workingTime)
    await actOnFollowUp({ db, rules, calendar, now: () => ten }, id, { kind: 'link' })
    return db.transaction((tx) => makeRatingLink(tx, id, Date.now()))
  })
  return `${pagesUrl()}/rate#${token}`
}

test('who is not content says so on the telephone: redone, the unit appeals, and the second rating is final', async () => {
  const made = await dispatcher.request.post(`${pagesUrl()}/api/tickets`, {
    headers: { origin: pagesUrl() },
    data: {
      ...{ type: 'HELP', categoryCode: '030401', countyCode: '140403', place: '英雄中路', content: '英雄中路路灯不亮' },
      caller: { name: '张秀兰', phone: '13903558003' },
    },
  })
  const { number } = await made.json()
  await until(`${number} is dispatched`, async () => {
    const seen = await unit.request.get(`${pagesUrl()}/api/tickets/${number}`)
    return seen.ok() ? true : null
  })
  await handled(number)

  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
  context.setDefaultTimeout(patienceMs)
  const phone = await context.newPage()
  await phone.goto(await ratingLink(number, 1))
  await phone.getByTestId('rate-solved-UNSOLVED').check()
  await phone.getByTestId('rate-satisfied-DISSATISFIED').check()
  await phone.getByTestId('rate-reason-R1').check()
  expect(await sideways(phone)).toEqual([])
  await phone.screenshot({ path: join(picturesDir(), 'rate-390.png'), fullPage: true })
  await phone.getByTestId('rate-send').click()
  await phone.getByTestId('rate-done').filter({ hasText: '一个工作日' }).waitFor()

  const asker = await pageOf('follow-up', '/follow-ups?list=REVIEW')
  await asker.getByTestId(`follow-up-${number}`).getByRole('link').click()
  expect(await asker.getByTestId('verdict-REDO').isChecked()).toBe(true)
  await asker.getByTestId('verdict-note').fill('请到现场核实并联系来电人')
  await asker.getByTestId('verdict-advice').fill('办结前须与来电人核实')
  await asker.getByTestId('verdict-send').click()
  await asker.getByTestId('follow-up-state').filter({ hasText: '已完成' }).waitFor()

  await unit.goto(`${pagesUrl()}/follow-ups/letters`)
  await unit.getByTestId(`letter-${number}`).getByRole('link').click()
  await unit.getByTestId('letter-facts').filter({ hasText: '退回重办' }).waitFor()
  await unit.getByTestId('letter-grounds').fill('当日已到现场，有照片')
  await unit.getByTestId('letter-appeal').click()
  const director = await pageOf('director', '/follow-ups/letters?appeals=open')
  await director.getByTestId(`letter-${number}`).getByRole('link').click()
  await director.getByTestId('decision-REFUSED').check()
  await director.getByTestId('decision-note').fill('照片中路灯未亮')
  await director.getByTestId('letter-decide').click()
  await director.getByTestId('letter-decision').filter({ hasText: '申诉不成立' }).waitFor()

  await handled(number)
  const second = await ratingLink(number, 2)
  await phone.goto('about:blank')
  await phone.goto(second)
  await phone.getByText('第二次评价').waitFor()
  await phone.getByTestId('rate-solved-SOLVED').check()
  await phone.getByTestId('rate-satisfied-SATISFIED').check()
  await phone.getByTestId('rate-send').click()
  await phone.getByTestId('rate-done').waitFor()
  await phone.reload()
  await phone.getByTestId('rate-rated').waitFor()
  const rated = await withDatabase(async (db) => {
    const ticketId = (await findTicket(db, number))?.ticket.id
    if (!ticketId) throw new Error(`no ticket ${number}`)
    return db
      .select({ outcome: followUps.outcome, isFinal: followUps.isFinal })
      .from(followUps)
      .where(eq(followUps.ticketId, ticketId))
      .orderBy(asc(followUps.round))
  })
  expect(rated).toEqual([
    { outcome: 'DISSATISFIED_REASONABLE', isFinal: false },
    { outcome: 'SATISFIED', isFinal: true },
  ])
})
