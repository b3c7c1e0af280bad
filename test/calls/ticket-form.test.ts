import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Page, WebSocket } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { auditEvents } from '../../src/audit/schema.ts'
import { callNotes, calls } from '../../src/calls/records/schema.ts'
import { attachments, ticketCalls, ticketDrafts, tickets } from '../../src/tickets/records/schema.ts'
import { crash, pagesUrl, picturesDir, settings, untilReady } from './hotline.ts'
import { nothingIsLeft, until, withDatabase } from './support/books.ts'
import { type Desk, logIn, openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'
import { composing, pressAsInputMethod } from './support/typing.ts'

/** The form beside the call, as an agent fills it: with the hands on the keyboard, through whatever goes wrong. */

let desk: Desk

beforeAll(async () => {
  desk = await openDesk('1004')
})
afterAll(() => desk.close())
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

/** A citizen who is talked with. */
async function talking(from: string, at = desk): Promise<Citizen> {
  await at.ready()
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await at.page.getByTestId('ticket-form').waitFor()
  await at.answer()
  await at.page.locator('[data-test=content]:focus').waitFor()
  return citizen
}

async function over(citizen: Citizen, at = desk): Promise<void> {
  await citizen.hangUp()
  await at.finishWrapUp()
  await at.notReady()
}

const ticketsOf = (phone: string) =>
  withDatabase((db) => db.select().from(tickets).where(eq(tickets.callerPhone, phone)).orderBy(desc(tickets.id)))
const openDrafts = () => withDatabase((db) => db.select().from(ticketDrafts).where(isNull(ticketDrafts.endedAt)))
const contentOf = (page: Page) => page.getByTestId('content').inputValue()
const untilSaved = (page: Page) => page.getByTestId('draft-saved').filter({ hasText: '草稿已保存' }).waitFor()

/** Presses keys and counts them; what is typed as text is not an interaction. */
function hands(page: Page) {
  let count = 0
  return {
    async press(...keys: string[]) {
      for (const key of keys) {
        await page.keyboard.press(key)
        count += 1
      }
    },
    text: (words: string) => page.keyboard.insertText(words),
    count: () => count,
  }
}

describe('an agent who never touches the mouse', () => {
  test('dispatches a ticket with at most 12 interactions and reads its number to the caller', async () => {
    const { page } = desk
    const citizen = await talking('13903554001')
    const { press, text, count } = hands(page)
    await text('英雄中路的路灯不亮，已经三天了 𠀀🐎')
    await press('Shift+Tab', 'ArrowRight', 'Tab', 'Tab', 'Tab')
    await text('潞州区英雄中路 12 号')
    await page.getByTestId('suggested-1').filter({ hasText: '路灯' }).waitFor()
    await press('Alt+Digit1')
    await page.getByTestId('unit-chosen').filter({ hasText: '潞州' }).waitFor()
    await press('Control+Enter')
    await page.getByTestId('ticket-made').waitFor()
    expect(count()).toBeLessThanOrEqual(12)

    const [ticket] = await ticketsOf('+8613903554001')
    expect(ticket).toMatchObject({
      type: 'HELP',
      countyCode: '140403',
      place: '潞州区英雄中路 12 号',
      channel: 'PHONE',
    })
    const shown = async (name: string) => ((await page.getByTestId(name).textContent()) ?? '').replaceAll(' ', '')
    expect([await shown('made-number'), await shown('made-code')]).toEqual([ticket?.number, ticket?.queryCode])
    await until('the unit has it', async () => {
      const [now] = await ticketsOf('+8613903554001')
      return now?.state === 'DISPATCHED' ? now.leadUnit : null
    })

    // It stands beside the call at once, among the caller's tickets, and says whose it has become.
    await page
      .getByTestId('open-ticket')
      .filter({ hasText: ticket?.number ?? '' })
      .filter({ hasText: '待签收' })
      .waitFor()
    await page.getByTestId('made-unit').filter({ hasText: '潞州' }).waitFor()

    // One call, two tickets.
    await press('Alt+n')
    await page.locator('[data-test=content]:focus').waitFor()
    await over(citizen)
  })

  test('answers a question on the spot with at most 8 interactions', async () => {
    const { page } = desk
    const citizen = await talking('13903554002')
    const { press, text, count } = hands(page)
    await text('咨询社保卡丢失怎么挂失')
    await page.getByTestId('suggested-1').filter({ hasText: '社会保障卡' }).waitFor()
    await press('Shift+Tab', 'Space', 'Alt+Digit1', 'Control+d')
    await page.locator('[data-test=answer-text]:focus').waitFor()
    await text('可拨打 12333 或在任一社保网点挂失。')
    await press('Control+d')
    await page.getByTestId('ticket-made').waitFor()
    expect(count()).toBeLessThanOrEqual(8)
    expect((await ticketsOf('+8613903554002'))[0]).toMatchObject({ state: 'DIRECT_CLOSED', type: 'CONSULT' })
    await over(citizen)
  })

  test('adds the call to an open ticket of the caller instead of a new one', async () => {
    const { page } = desk
    const citizen = await talking('13903554001')
    await page.getByTestId('open-ticket').filter({ hasText: '路灯' }).waitFor()
    await page.keyboard.press('Alt+u')
    await page.locator('[data-test=urge-word]:focus').waitFor()
    await page.keyboard.insertText('来电人问何时修好')
    await page.keyboard.press('Enter')
    await page.getByTestId('urged').waitFor()
    await look(page, 'desk-form')
    expect((await ticketsOf('+8613903554001'))[0]?.urgeCount).toBe(1)
    await over(citizen)
  })
})

test('words of danger show whom to hand over to, and leave the hands where they are', async () => {
  const { page } = desk
  const citizen = await talking('13903554003')
  await page.keyboard.insertText('楼下商铺着火了，有人受伤')
  await page.getByTestId('emergency-119').waitFor()
  await page.getByTestId('emergency-120').waitFor()
  await page.locator('[data-test=content]:focus').waitFor()
  expect(await page.getByTestId('urgency-P1').locator('input').isChecked()).toBe(true)
  await page.getByTestId('content').fill('没有着火，也没有人受伤')
  await page.getByTestId('emergency-119').waitFor({ state: 'detached' })
  await over(citizen)
})

test('what is typed outlives the web role, a reload and the change to another desk', async () => {
  const { page } = desk
  const citizen = await talking('13903554004')
  await page.keyboard.insertText('第一句')
  await untilSaved(page)
  // Asterisk and the citizen are there: the sound goes on, and only therefore is it said.
  const isGone = page.getByTestId('banner-server').filter({ hasText: '通话不受影响' }).waitFor()
  await crash('web')
  await page.keyboard.insertText('，断线时写的第二句')
  await isGone
  await untilReady()
  await until('the server has both', async () =>
    (await openDrafts()).some((draft) => draft.content.content === '第一句，断线时写的第二句') ? true : null,
  )
  await untilSaved(page)
  await page.reload()
  await until('the form is back', async () => ((await contentOf(page)) === '第一句，断线时写的第二句' ? true : null))
  await page.getByTestId('content').press('End')
  await page.keyboard.insertText('，第三句')
  await untilSaved(page)

  const other = await openDesk('1004')
  try {
    await page.locator('[data-test=session-ended][data-reason=replaced]').waitFor()
    await other.page.getByTestId('ticket-form').waitFor()
    await until('the form is at the other desk', async () =>
      (await contentOf(other.page)) === '第一句，断线时写的第二句，第三句' ? true : null,
    )
    await other.untilState('通话')
    await citizen.hangUp()
    // Not handed in: it waits in the box.
    await other.finishWrapUp()
    await other.page.getByTestId('draft-box-open').click()
    await other.page.getByTestId('draft-take').filter({ hasText: '第三句' }).click()
    expect(await contentOf(other.page)).toBe('第一句，断线时写的第二句，第三句')
    await other.page.getByTestId('put-aside').click()
  } finally {
    await other.close()
  }
  await page.getByTestId('log-in-again').click()
  await logIn(page, '1004')
  await page.getByTestId('state-title').waitFor()
})

describe('bad input', () => {
  test('is told beside its field, in Chinese, and nothing typed is lost', async () => {
    const { page } = desk
    const citizen = await talking('13903554005')
    const fault = (field: string) => page.getByTestId(`fault-${field}`)
    await page.keyboard.press('Control+Enter')
    await fault('content').filter({ hasText: '请填写诉求内容' }).waitFor()
    await fault('categoryCode').filter({ hasText: '请选择事项分类' }).waitFor()
    await fault('type').filter({ hasText: '请选择诉求类型' }).waitFor()
    // The first fault has the hands.
    expect(await page.evaluate(`document.activeElement.closest('[data-field]')?.dataset.field`)).toBe('type')

    await page.getByTestId('type-HELP').click()
    await page.getByTestId('category').fill('ldzm')
    await page.getByTestId('category').press('Enter')
    await page.getByTestId('content').fill('路'.repeat(1_000_000))
    await page.getByText('已超过 5000 字').waitFor()
    await page.keyboard.press('Control+Enter')
    await fault('content').filter({ hasText: '内容' }).waitFor()
    expect((await contentOf(page)).length).toBe(1_000_000)
    await page.getByTestId('content').fill('路灯\u0007不亮')
    await page.keyboard.press('Control+Enter')
    await fault('content').filter({ hasText: '不可见的控制字符' }).waitFor()

    // Twice at once, and once more: one ticket.
    await page.getByTestId('content').fill('路灯不亮 𠀀🐎')
    await page.getByTestId('caller-name').fill('王小明')
    await page.getByTestId('hand-in-dispatch').dblclick()
    await page.getByTestId('ticket-made').waitFor()
    expect(await ticketsOf('+8613903554005')).toHaveLength(1)
    await over(citizen)
  })

  test('a draft that was changed elsewhere stays beside ours', async () => {
    const { page } = desk
    const citizen = await talking('13903554005')
    // The number has called before: its name is proposed, and said to be no more than that.
    await page.getByTestId('name-proposed').waitFor()
    expect(await page.getByTestId('caller-name').inputValue()).toBe('王小明')
    await page.keyboard.insertText('这里写的')
    await untilSaved(page)
    const [draft] = (await openDrafts()).filter(({ content }) => content.content === '这里写的')
    if (!draft) throw new Error('the draft is not on the server')
    const { id, callId, version } = draft
    const answer = await page.request.put(`${pagesUrl()}/api/ticket-drafts/${id}`, {
      data: { callId, version, content: { ...draft.content, content: '别处写的' } },
      headers: { origin: pagesUrl() },
    })
    expect(answer.ok()).toBe(true)
    await page.keyboard.insertText('，接着写')
    await page.getByTestId('draft-saved').filter({ hasText: '已在别处修改' }).waitFor()
    expect(await contentOf(page)).toBe('这里写的，接着写')
    const kept = await until('both are kept', async () => {
      const texts = (await openDrafts()).filter((one) => one.callId === callId).map(({ content }) => content.content)
      return texts.length === 2 ? texts : null
    })
    expect(kept.toSorted()).toEqual(['别处写的', '这里写的，接着写'].toSorted())
    await over(citizen)
  })
})

test('keys with which pinyin is composed hand nothing in, and the same keys do afterwards', async () => {
  const { page } = desk
  const citizen = await talking('13903554010')
  const faults = () => page.locator('[data-test^=fault-]').count()
  const pinyin = await composing(page, 'ludeng')
  await pinyin.press('Control+Enter')
  await pinyin.press('Control+d')
  await pinyin.end()
  await pressAsInputMethod(page, 'Enter', { ctrlKey: true })
  expect(await faults()).toBe(0)
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('fault-categoryCode').waitFor()
  // While one types, the keypad opens with Alt; Escape closes it, and takes nothing of the form with it.
  await page.getByTestId('content').fill('路灯')
  await page.keyboard.press('Alt+k')
  await page.getByTestId('keypad-panel').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('keypad-panel').waitFor({ state: 'detached' })
  expect(await contentOf(page)).toBe('路灯')
  await over(citizen)
})

test('a form says whose it is; number and code survive a reload in wrap-up, no ghost of the draft does', async () => {
  const { page } = desk
  const citizen = await talking('13903554011')
  await page.getByTestId('whose').filter({ hasText: '139****4011' }).filter({ hasText: '12345' }).waitFor()
  await page.keyboard.insertText('路灯不亮')
  await untilSaved(page)
  await page.getByTestId('type-HELP').click()
  await page.getByTestId('category').fill('ldzm')
  await page.getByTestId('category').press('Enter')
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('ticket-made').waitFor()
  const shown = async () =>
    (await Promise.all(['made-number', 'made-code'].map((name) => page.getByTestId(name).textContent()))).join()
  const before = await shown()
  await citizen.hangUp()
  await desk.untilState('整理')
  await page.reload()
  await page.getByTestId('ticket-made').waitFor()
  expect(await shown()).toBe(before)
  expect((await openDrafts()).filter(({ content }) => content.content === '路灯不亮')).toEqual([])
  // Said once in the call's record, whatever was reloaded.
  const notes = await withDatabase((db) =>
    db
      .select({ text: callNotes.text })
      .from(callNotes)
      .innerJoin(calls, eq(calls.id, callNotes.callId))
      .where(eq(calls.callerNumber, '+8613903554011')),
  )
  expect(notes.filter(({ text }) => text.includes('CZ'))).toHaveLength(1)

  await page.keyboard.press('Alt+n')
  await page.locator('[data-test=content]:focus').waitFor()
  await page.keyboard.insertText('井盖缺失')
  await page.getByTestId('put-aside').click()
  await page.getByTestId('draft-box-open').click()
  await page.getByTestId('draft').filter({ hasText: '139****4011' }).filter({ hasText: '井盖缺失' }).waitFor()
  await desk.finishWrapUp()
  await desk.notReady()
})

test('who types in wrap-up has time for it', async () => {
  const { page } = desk
  const citizen = await talking('13903554012')
  await citizen.hangUp()
  await desk.untilState('整理')
  const left = async () => Number(((await page.getByTestId('state-time').textContent()) ?? '').split(':')[1])
  await until('few seconds are left', async () => ((await left()) <= 10 ? true : null))
  await page.getByTestId('content').pressSequentially('路')
  await until('there is time again', async () => ((await left()) > 12 ? true : null))
  await page.getByTestId('content').fill('')
  await desk.finishWrapUp()
  await desk.notReady()
})

test('who hands a report in has not opened it, and is not written down as one who read of its caller', async () => {
  const { page } = desk
  const citizen = await talking('13903554007')
  await page.keyboard.insertText('举报路灯养护班收了钱不修路灯')
  await page.getByTestId('type-REPORT').click()
  await page.getByTestId('place').fill('潞州区英雄中路')
  await page.getByTestId('category').fill('ldzm')
  await page.getByTestId('category').press('Enter')
  await page.getByTestId('unit-chosen').filter({ hasText: '潞州' }).waitFor()
  // Said before it is handed in: what the unit will see, and whether the place tells who reports.
  await page.getByTestId('content').focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('，我是 139 0355 4007')
  await page.getByTestId('preview-content').filter({ hasText: '我是 ＊＊＊' }).waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('fault-home').waitFor()
  await look(page, 'ticket-secret')
  await page.getByTestId('home-no').click()
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('made-unit').filter({ hasText: '潞州' }).waitFor()
  await look(page, 'ticket-made')
  const [ticket] = await ticketsOf('+8613903554007')
  const written = await withDatabase((db) =>
    db
      .select({ action: auditEvents.action })
      .from(auditEvents)
      .where(eq(auditEvents.subject, ticket?.number ?? '')),
  )
  expect(written).toEqual([])
  await over(citizen)
})

test('新建工单 in the middle of a call is for its caller, and the number before it can still be read out', async () => {
  const { page } = desk
  const citizen = await talking('13903554008')
  await page.keyboard.insertText('路灯不亮')
  await page.getByTestId('type-HELP').click()
  await page.getByTestId('category').fill('ldzm')
  await page.getByTestId('category').press('Enter')
  await page.getByTestId('caller-name').fill('王小明')
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('ticket-made').waitFor()
  expect(await page.getByTestId('made-before').count()).toBe(0)

  await page.getByTestId('nav-tickets').click()
  await page.getByTestId('tickets-new').click()
  await page.locator('[data-test=content]:focus').waitFor()
  const [first] = await ticketsOf('+8613903554008')
  const before = ((await page.getByTestId('made-before').textContent()) ?? '').replaceAll(' ', '')
  expect(before).toContain(first?.number)
  expect(before).toContain(first?.queryCode)
  expect(await page.getByTestId('caller-name').inputValue()).toBe('王小明')
  await look(page, 'ticket-second')

  await page.keyboard.insertText('井盖缺失')
  await page.getByTestId('type-HELP').click()
  await page.getByTestId('category').fill('井盖')
  await page.getByTestId('category').press('Enter')
  await page.keyboard.press('Control+Enter')
  await page.getByTestId('ticket-made').waitFor()
  const calls = await withDatabase((db) =>
    db
      .select({ callId: ticketCalls.callId })
      .from(tickets)
      .innerJoin(ticketCalls, eq(ticketCalls.ticketId, tickets.id))
      .where(eq(tickets.callerPhone, '+8613903554008')),
  )
  expect(calls).toHaveLength(2)
  expect(new Set(calls.map(({ callId }) => callId)).size).toBe(1)
  await over(citizen)
  await page.getByTestId('made-before').waitFor({ state: 'detached' })
})

test('a form that was put aside in a call leaves room for another one of the same caller', async () => {
  const { page } = desk
  const citizen = await talking('13903554008')
  await page.keyboard.insertText('先放一放')
  await page.getByTestId('put-aside').click()
  await page.keyboard.press('Alt+n')
  await page.locator('[data-test=content]:focus').waitFor()
  // Of a call: nobody has to say by which way it came.
  expect(await page.getByTestId('channel').count()).toBe(0)
  await over(citizen)
})

test('a county that was taken back is not chosen again by a reload, and another one that is named is', async () => {
  const { page } = desk
  const citizen = await talking('13903554009')
  const county = page.getByTestId('county')
  const untilCounty = (code: string) =>
    until(`the county is ${code}`, async () => ((await county.inputValue()) === code ? true : null))
  await page.keyboard.insertText('潞州区的亲戚说路灯不亮')
  await untilCounty('140403')
  await county.selectOption('')
  await untilSaved(page)
  await page.reload()
  await until('the form is back', async () => ((await contentOf(page)) === '潞州区的亲戚说路灯不亮' ? true : null))
  await county.getByRole('option', { name: '潞州区' }).waitFor({ state: 'attached' })
  expect(await county.inputValue()).toBe('')
  await page.getByTestId('content').fill('潞州区的亲戚说路灯不亮，三天了')
  await page.getByTestId('content').fill('上党区的路灯不亮，三天了')
  await untilCounty('140404')
  await desk.untilState('通话')
  await over(citizen)
})

describe('beside the call', () => {
  test('the desk hears of tickets, and before and after it of none', async () => {
    const { page } = desk
    const asked: string[] = []
    const watchSocket = (socket: WebSocket) =>
      socket.on('framesent', ({ payload }) => asked.push(...(String(payload).match(/tickets:\w+/g) ?? [])))
    page.on('websocket', watchSocket)
    await page.reload()
    await desk.ready()
    expect(asked).toEqual([])
    const citizen = await talking('13903554006')
    await page.getByTestId('open-none').waitFor()
    expect(asked).toEqual(['tickets:watch'])
    await over(citizen)
    expect(asked).toEqual(['tickets:watch', 'tickets:unwatch'])
    page.off('websocket', watchSocket)
  })

  test('a name that the agent emptied does not come back with the next news', async () => {
    const { page } = desk
    const citizen = await talking('13903554005')
    await page.getByTestId('name-proposed').waitFor()
    await page.getByTestId('caller-name').fill('')
    const [ticket] = await ticketsOf('+8613903554005')
    const urged = await page.request.post(`${pagesUrl()}/api/tickets/${ticket?.number}/actions`, {
      data: { action: 'urge', note: '请尽快' },
      headers: { origin: pagesUrl() },
    })
    expect(urged.ok()).toBe(true)
    await page.getByTestId('open-ticket').filter({ hasText: '催办 1 次' }).waitFor()
    expect(await page.getByTestId('caller-name').inputValue()).toBe('')
    await over(citizen)
  })

  test('a question that was overtaken may fail unseen', async () => {
    const { page } = desk
    await page.evaluate(failLate)
    const citizen = await talking('13903554006')
    await page.getByTestId('open-none').waitFor()
    await page.evaluate('window.failLate()')
    expect(await page.getByTestId('caller-tickets').getByRole('alert').count()).toBe(0)
    await over(citizen)
  })
})

/** The next question for a caller's tickets is held back until `failLate()`, which ends when the page knows of it. */
const failLate = `
  const fetchNow = window.fetch
  window.fetch = (path, ...rest) => {
    if (!/callers.*tickets/.test(path)) return fetchNow(path, ...rest)
    window.fetch = fetchNow
    return new Promise((_, reject) => {
      window.failLate = () => {
        reject(new TypeError('late'))
        return new Promise((done) => setTimeout(done))
      }
    })
  }
`

test('without a call an agent begins a ticket from the list of tickets, and is in its form at the desk', async () => {
  const { page } = desk
  await page.getByTestId('nav-tickets').click()
  await page.getByTestId('tickets-new').click()
  await page.getByTestId('desk').waitFor()
  await page.locator('[data-test=content]:focus').waitFor()
  expect(await page.getByTestId('channel').inputValue()).toBe('WALK_IN')
})

test('without a call a dispatcher takes on a letter, with a file that is what it says', async () => {
  const browser = desk.page.context().browser()
  const context = await browser?.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' })
  if (!context) throw new Error('the desk has no browser')
  try {
    const page = await context.newPage()
    await logIn(page, 'dispatcher')
    await page.getByTestId('person-menu').waitFor()
    await page.goto(`${pagesUrl()}/tickets/new`)
    await page.locator('[data-test=content]:focus').waitFor()
    await page.getByTestId('channel').selectOption('LETTER')
    await page.keyboard.press('Tab')
    await page.getByTestId('content').fill('来信反映潞州区一小区井盖缺失')
    await until('the county that the content names is chosen', async () =>
      (await page.getByTestId('county').inputValue()) === '140403' ? true : null,
    )
    await page.getByTestId('type-COMPLAINT').click()
    await page.getByTestId('suggested-1').filter({ hasText: '井盖' }).click()
    await page.getByTestId('accused-unit').getByTestId('unit-picker').fill('城管局')
    await page.getByTestId('unit-cgj').click()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
      'base64',
    )
    const file = page.getByTestId('attachment-file')
    await file.setInputFiles({ name: '井盖.png', mimeType: 'image/png', buffer: png })
    await page.getByTestId('attachment').filter({ hasText: '井盖.png' }).waitFor()
    await file.setInputFiles({ name: '照片.png', mimeType: 'image/png', buffer: Buffer.from('MZ not a picture') })
    await page.getByTestId('upload').filter({ hasText: '不支持这种文件' }).waitFor()
    await look(page, 'ticket-form')
    await page.keyboard.press('Control+Enter')
    const number = ((await page.getByTestId('made-number').textContent()) ?? '').replaceAll(' ', '')
    const rows = await withDatabase((db) =>
      db
        .select({ channel: tickets.channel, accusedUnit: tickets.accusedUnit, fileName: attachments.fileName })
        .from(tickets)
        .innerJoin(attachments, and(eq(attachments.ticketId, tickets.id), isNull(attachments.deletedAt)))
        .where(eq(tickets.number, number)),
    )
    expect(rows).toEqual([{ channel: 'LETTER', accusedUnit: 'cgj', fileName: '井盖.png' }])
  } finally {
    await context.close()
  }
})

/** Screens of every size by day and by night, kept with the run; nothing that axe finds serious. */
async function look(page: Page, name: string): Promise<void> {
  const folder = picturesDir()
  await mkdir(folder, { recursive: true })
  const troubles: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [width, height] of [
      [1440, 900],
      [1280, 720],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}x${height}.png`) })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    const { violations } = await new AxeBuilder({ page }).analyze()
    troubles.push(
      ...violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
    )
  }
  expect(troubles).toEqual([])
}
