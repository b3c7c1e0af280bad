import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { picturesDir, settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, segmentsOf, until } from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { sideways, sizes, unreadable } from './support/seen.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'

/** A call of three, by keyboard alone at two desks: consult, swap, join, leave, and a target who does not answer. */

const citizenHz = 620
const firstHz = 1_020
const secondHz = 1_420
let first: Desk
let second: Desk

beforeAll(async () => {
  first = await openDesk('1001', { toneHz: firstHz })
  second = await openDesk('1002', { toneHz: secondHz })
  await first.notReady()
  await second.notReady()
})
afterAll(async () => {
  await second.close()
  await first.close()
})
afterEach(async () => {
  await everybodyHangsUp()
  // Those who talked with others go on without the citizen.
  for (const desk of [first, second]) {
    if ((await desk.state()) === '通话') await desk.hangUp()
  }
  await nothingIsLeft()
})

/** Looks at the desk on every screen, and asks whether it can be read. */
async function look(name: string): Promise<void> {
  const { page } = first
  const troubles: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    await page.screenshot({ path: join(picturesDir(), `desk-parties-${name}-${size.width}.png`) })
    troubles.push(...(await sideways(page)).map((what) => `${size.width}: ${what}`))
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  expect([...troubles, ...(await unreadable(page))]).toEqual([])
}

/** Who of the three the citizen hears now, until it is so. */
function citizenHears(citizen: Citizen, wanted: { first: boolean; second: boolean }): Promise<true> {
  return until(`the citizen hears ${JSON.stringify(wanted)}`, async () => {
    const isHeard = (hertz: number) => citizen.media.shareOf(hertz, 1_000) > 0.2
    return isHeard(firstHz) === wanted.first && isHeard(secondHz) === wanted.second ? true : null
  })
}
const deskHears = (desk: Desk, hertz: number) =>
  until(`${desk.username} hears ${hertz} Hz`, async () => (Math.abs((await desk.hears()) - hertz) < 30 ? true : null))

async function talk(from: string): Promise<Citizen> {
  await first.ready()
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  citizen.media.speak(citizenHz)
  await first.page.locator('[data-test=answer]:not(:disabled)').waitFor()
  await first.page.keyboard.press('F9')
  await first.untilState('通话')
  await citizenHears(citizen, { first: true, second: false })
  return citizen
}

/** As an agent does it in mid sentence: the caret is in the form before and after. */
async function askFor(key: string, typed: string): Promise<void> {
  const { page } = first
  await page.getByTestId('content').focus()
  await page.keyboard.press(`Alt+${key}`)
  await page.locator('[data-test=picker-search]:focus').waitFor()
  await page.keyboard.type(typed)
  await page.locator(`[data-test=pick-agent-1002][aria-selected=true][aria-disabled=false]`).waitFor()
  await page.keyboard.press('Enter')
  await page.getByTestId('target-picker').waitFor({ state: 'detached' })
  await page.locator('[data-test=content]:focus').waitFor()
}

const inGroup = (desk: Desk, kind: string, ...who: string[]) =>
  Promise.all(who.map((one) => desk.page.getByTestId(`group-${kind}`).getByTestId(`party-${one}`).waitFor()))

test('consult, swap, join and leave: each hears whom the picture says, and the colleague has the call', async () => {
  const citizen = await talk('13903559001')
  await second.ready()
  await first.page.getByTestId('content').focus()
  await first.page.keyboard.type('路灯不亮')

  await askFor('c', 'zwj')
  await inGroup(first, 'ringing', 'agent')
  await inGroup(first, 'music', 'citizen')
  await second.page.locator('[data-test=answer]:not(:disabled)').waitFor()
  await second.page.keyboard.press('F9')
  await inGroup(first, 'talk', 'me', 'agent')
  await deskHears(first, secondHz)
  await deskHears(second, firstHz)
  await citizenHears(citizen, { first: false, second: false })
  await second.page.getByTestId('call-stage').filter({ hasText: '同事正在咨询您' }).waitFor()
  await look('consult')

  await first.page.keyboard.press('Alt+x')
  await inGroup(first, 'talk', 'me', 'citizen')
  await citizenHears(citizen, { first: true, second: false })
  await first.page.keyboard.press('Alt+j')
  await inGroup(first, 'talk', 'me', 'citizen', 'agent')
  await citizenHears(citizen, { first: true, second: true })
  await look('joined')

  await first.page.keyboard.press('Alt+t')
  await first.untilState('整理')
  await citizenHears(citizen, { first: false, second: true })
  await deskHears(second, citizenHz)
  // The colleague is answerable now: their keys are those of a call of their own.
  expect(await second.page.getByTestId('transfer').textContent()).toContain('转接')
  expect(await first.page.getByTestId('parties').count()).toBe(0)
  expect(await first.page.getByTestId('content').inputValue()).toBe('路灯不亮')
  await first.page.getByTestId('content').fill('')
  await first.finishWrapUp()
  // The caret is in the form of the colleague, too.
  await second.page.keyboard.press('Alt+Backspace')
  await second.page.keyboard.press('Alt+Backspace')
  expect((await citizen.ended).by).toBe('hotline')
  await second.finishWrapUp()
  const record = await closedRecord('+8613903559001')
  expect(record).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  expect((await segmentsOf(record.id)).join(' ')).toContain('CONSULT')
})

test('a colleague who is busy cannot be chosen; one who does not answer is told in words, and the citizen is back', async () => {
  await second.notReady()
  const citizen = await talk('13903559002')
  const { page } = first
  await page.getByTestId('content').focus()
  await page.keyboard.press('Alt+c')
  await page.keyboard.type('1002')
  await page.locator('[data-test=pick-agent-1002][aria-disabled=true]').waitFor()
  await look('picker')
  await page.keyboard.press('Escape')
  await page.locator('[data-test=content]:focus').waitFor()

  await second.ready()
  await askFor('c', '1002')
  await second.page.locator('[data-test=answer]:not(:disabled)').waitFor()
  // Taken back while it rings.
  await page.keyboard.press('Alt+c')
  await page.getByTestId('parties').waitFor({ state: 'detached' })
  await citizenHears(citizen, { first: true, second: false })
  await second.untilState('示闲')

  await askFor('c', '1002')
  await second.page.locator('[data-test=answer]:not(:disabled)').waitFor()
  // As long as anybody may let it ring.
  await page.getByTestId('party-result').filter({ hasText: '1002' }).waitFor()
  await citizenHears(citizen, { first: true, second: false })
  await look('no-answer')
  await page.getByTestId('party-result-read').click()
  await page.getByTestId('parties').waitFor({ state: 'detached' })
  await citizen.hangUp()
  await first.finishWrapUp()
})

test('the province joins, is held and muted from the picture; one key hands it the matter; nobody notices a reload', async () => {
  await second.notReady()
  const citizen = await talk('13903559003')
  const { page } = first
  await page.getByTestId('content').focus()
  await page.keyboard.press('Alt+j')
  await page.locator('[data-test=picker-search]:focus').waitFor()
  await page.keyboard.type('035112345')
  await page.locator('[data-test^=pick-][aria-selected=true]').filter({ hasText: '山西省' }).waitFor()
  await page.keyboard.press('Enter')
  await inGroup(first, 'talk', 'me', 'citizen', 'outside')
  const owner = (side: string) => page.locator(`[data-test=exchange-owner][data-holder=${side}]`)
  await owner('US').waitFor()
  const outside = page.getByTestId('party-outside')
  await outside.getByTestId('party-hold').click()
  await inGroup(first, 'music', 'outside')
  await outside.getByTestId('party-hold').click()
  await inGroup(first, 'talk', 'me', 'citizen', 'outside')
  await outside.getByTestId('party-mute').click()
  await outside.filter({ hasText: '已静音' }).waitFor()
  await outside.getByTestId('party-mute').click()
  await outside.filter({ hasNotText: '已静音' }).waitFor()
  await page.getByTestId('exchange-hand-over').waitFor()
  await look('province')
  await page.getByTestId('content').focus()
  // Told by the server when the province has acknowledged, not by asking.
  await page.keyboard.press('Alt+g')
  await owner('THEM').waitFor()

  await page.reload()
  await owner('THEM').waitFor()
  await inGroup(first, 'talk', 'me', 'citizen', 'outside')
  // The browser takes a steady tone for noise and damps it: beside the province's it is a fiftieth of the sound.
  const agentIsHeard = () => citizen.media.shareOf(firstHz, 1_000) > 0.005
  await until('the citizen hears the agent beside the province', async () => (agentIsHeard() ? true : null))
  expect(citizen.media.shareOf(secondHz, 1_000)).toBeLessThan(0.005)
  await page.getByTestId('party-outside').getByTestId('party-drop').click()
  await owner('US').waitFor()
  await page.getByTestId('exchange-back').waitFor()
  await citizen.hangUp()
  await first.finishWrapUp()
})

test('a reload in a consult leaves the colleague with music and brings the agent back to them', async () => {
  await second.notReady()
  const citizen = await talk('13903559004')
  await second.ready()
  await askFor('c', '1002')
  await second.page.locator('[data-test=answer]:not(:disabled)').waitFor()
  await second.page.keyboard.press('F9')
  await deskHears(first, secondHz)
  await first.page.reload()
  await inGroup(first, 'talk', 'me', 'agent')
  await deskHears(first, secondHz)
  await deskHears(second, firstHz)
  await citizenHears(citizen, { first: false, second: false })
  // The caller does not wait: the two are told, and end it themselves.
  await citizen.hangUp()
  await first.page.getByTestId('caller-left').waitFor()
  await look('caller-left')
  await first.hangUp()
  await first.finishWrapUp()
  await second.finishWrapUp()
  expect(await closedRecord('+8613903559004')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
})
