import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { account, pagesUrl, picturesDir, settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, until } from './support/books.ts'
import { type Desk, logIn, openBrowser, openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'

/** The log-in of an agent ends while they talk: the talk goes on, and so does the work after the next log-in. */

const agentHz = 1_020
let desk: Desk

beforeAll(async () => {
  desk = await openDesk('1004', { toneHz: agentHz })
})
afterAll(() => desk.close())
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

const hearsAgent = (citizen: Citizen, what: string) =>
  until(what, async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))

async function talk(from: string): Promise<Citizen> {
  await desk.ready()
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  await desk.answer()
  await hearsAgent(citizen, 'the citizen hears the agent')
  return citizen
}

async function logInAgain(): Promise<void> {
  await desk.page.getByTestId('ended-password').fill(account('1004').password)
  await desk.page.getByTestId('ended-submit').click()
  await desk.page.getByTestId('session-ended').waitFor({ state: 'detached' })
}

const shot = (name: string) => desk.page.screenshot({ path: join(picturesDir(), `log-in-lost-${name}.png`) })

test('a cookie that is lost in mid talk costs neither the talk nor the words, and the desk has the call again', async () => {
  const citizen = await talk('13903558001')
  await desk.page.getByTestId('content').fill('路灯不亮')
  await desk.page.context().clearCookies()
  await desk.page.getByTestId('content').pressSequentially('，已三天')
  const over = desk.page.locator('[data-test=session-ended][data-reason=expired]')
  await over.filter({ hasText: '通话的声音仍在' }).waitFor()
  await hearsAgent(citizen, 'the citizen still hears the agent')
  await shot('cookie')

  await logInAgain()
  await hearsAgent(citizen, 'the citizen hears the agent of the new log-in')
  await desk.untilState('通话')
  expect(await desk.page.getByTestId('content').inputValue()).toBe('路灯不亮，已三天')
  await desk.page.getByTestId('hold').click()
  await desk.untilState('保持')
  await desk.page.getByTestId('hold').click()
  await desk.untilState('通话')
  await desk.hangUp()
  expect((await citizen.ended).by).toBe('hotline')
  await desk.page.getByTestId('content').fill('')
  await desk.finishWrapUp()
  expect(await closedRecord('+8613903558001')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
})

test('an agent whom an administrator signs out in mid talk reads so, ends the talk, and logs in again', async () => {
  const citizen = await talk('13903558002')
  const browser = await openBrowser()
  const admin = await (await browser.newContext({ locale: 'zh-CN' })).newPage()
  await logIn(admin, 'admin')
  await admin.getByTestId('nav-admin-people').click()
  await admin.getByTestId('person-1004').getByRole('link').click()
  await admin.getByTestId('person-sign-out').click()
  await admin.getByTestId('reason').fill('换班')
  await admin.getByTestId('reason-send').click()
  const over = desk.page.locator('[data-test=session-ended][data-reason=revoked]')
  await over.filter({ hasText: '通话的声音仍在' }).waitFor()
  await hearsAgent(citizen, 'the citizen still hears the agent')
  await shot('revoked')
  await browser.close()

  await citizen.hangUp()
  await over.filter({ hasNotText: '通话的声音仍在' }).waitFor()
  await logInAgain()
  // Wrap-up ran out meanwhile or is finished here; then the next caller may come.
  await desk.page
    .getByTestId('state-title')
    .filter({ hasText: /整理|示忙/ })
    .waitFor()
  if ((await desk.state()) === '整理') await desk.finishWrapUp()
  await desk.ready()
  await desk.notReady()
  expect(await closedRecord('+8613903558002')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  expect(desk.page.url()).toBe(`${pagesUrl()}/desk`)
})
