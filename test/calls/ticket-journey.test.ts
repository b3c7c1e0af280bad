import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTicket } from '../../src/tickets/lists/reads.ts'
import { readHistory } from '../servers/tickets/records/history-rows.ts'
import { pagesUrl, settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, untilPhase, withDatabase } from './support/books.ts'
import { type Desk, logIn, openBrowser, openDesk } from './support/desk.ts'
import { patienceMs } from './support/patience.ts'
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
