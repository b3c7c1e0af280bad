import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { wait } from '../../src/tools/setup/files.ts'
import { crash, giveBack, pagesUrl, pidOf, settings, takeAway, untilReady } from './hotline.ts'
import {
  ask,
  callbackOf,
  closedRecord,
  crashController,
  flushRedis,
  keptRecording,
  nothingIsLeft,
  segmentsOf,
  until,
  untilControlled,
  untilPhase,
} from './support/books.ts'
import { type Desk, logIn, openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'
import { toneShare } from './support/sound.ts'

const agentHz = 1_020
const citizenHz = 620

let desk: Desk

beforeAll(async () => {
  desk = await openDesk('1001', { toneHz: agentHz })
})
afterAll(() => desk.close())
afterEach(async () => {
  await everybodyHangsUp()
  await untilReady()
  await nothingIsLeft()
})

const call = (from: string, to = '12345') => callIn({ sip: settings(), from, to })
const cardOf = (lastDigits: string) => desk.page.getByTestId('caller-number').filter({ hasText: lastDigits })
const hearsAgent = (citizen: Citizen) =>
  until('the citizen hears the agent', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))

describe('when the controller is killed', () => {
  test('before it heard of a caller, he has been picked up, is greeted by the next one and gets an agent', async () => {
    await desk.ready()
    const pid = await pidOf('calls')
    if (pid === null) throw new Error('no controller')
    process.kill(pid, 'SIGSTOP')
    const citizen = await call('13903552000')
    await citizen.answered
    await crashController()
    await desk.answer()
    await hearsAgent(citizen)
    await citizen.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903552000')).toMatchObject({ outcome: 'ANSWERED' })
  })

  test('in the greeting, the caller is greeted again and gets an agent', async () => {
    await desk.notReady()
    const citizen = await call('13903552001')
    await untilPhase('+8613903552001', 'greeting')
    await crashController()
    await untilPhase('+8613903552001', 'waiting')
    await desk.ready()
    await desk.answer()
    await hearsAgent(citizen)
    await citizen.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903552001')).toMatchObject({ outcome: 'ANSWERED' })
  })

  test('in the line, everybody keeps his place', async () => {
    await desk.notReady()
    const first = await call('13903552002')
    await untilPhase('+8613903552002', 'waiting')
    const second = await call('13903552003')
    await untilPhase('+8613903552003', 'waiting')
    await crashController()
    // One that was long in coming finds both with the fallback, which gives them back one by one.
    for (const last of [2, 3]) await untilPhase(`+861390355200${last}`, 'waiting')
    await desk.ready()
    await cardOf('2002').waitFor()
    await desk.answer()
    await first.hangUp()
    await desk.finishWrapUp()
    await cardOf('2003').waitFor()
    await desk.answer()
    await second.hangUp()
    await desk.finishWrapUp()
    expect((await closedRecord('+8613903552002')).queuedAt).toBeLessThan(
      (await closedRecord('+8613903552003')).queuedAt ?? 0,
    )
  })

  test('while the agent’s phone rings, the agent still gets the call', async () => {
    await desk.ready()
    const citizen = await call('13903552004')
    await desk.untilState('振铃')
    await crashController()
    await desk.answer()
    await hearsAgent(citizen)
    await citizen.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903552004')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  })

  test('in the talk, both go on hearing each other, and record and recording are whole', async () => {
    await desk.ready()
    const citizen = await call('13903552005')
    await citizen.answered
    await desk.answer()
    // The announcement of the agent's number sounds over the tone at first.
    await wait(5_000)
    await hearsAgent(citizen)
    const before = citizen.media.heard
    await crash('calls')
    const killedAt = Date.now()
    await hearsAgent(citizen)
    await untilControlled(killedAt)
    await hearsAgent(citizen)
    expect(citizen.media.heard).toBeGreaterThan(before)
    expect(await desk.state()).toBe('通话')
    await desk.hangUp()
    expect((await citizen.ended).by).toBe('hotline')
    await desk.finishWrapUp()
    const record = await closedRecord('+8613903552005')
    expect(record).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
    expect((await segmentsOf(record.id)).at(-1)).toBe('TALKING AGENT_ENDED')
    expect((await keptRecording(record.id)).durationMs).toBeGreaterThan(2_000)
  })
})

describe('without any controller', () => {
  // A test that failed half way must not take the controller from all that follow.
  afterEach(() => giveBack('calls'))

  test('a citizen is answered, leaves a message, and somebody will call back', async () => {
    await desk.notReady()
    await takeAway('calls')
    const citizen = await call('13903552006', '12333')
    await citizen.answered
    // Apology, the queue that nobody serves, then the invitation to speak.
    await until('the machine records', async () => {
      const channels = await ask<{ dialplan: { app_name: string } }[]>('channels')
      return channels.some((channel) => channel.dialplan.app_name === 'Record') ? true : null
    })
    citizen.media.speak(620)
    await wait(4_000)
    await citizen.hangUp()
    await giveBack('calls')
    const record = await closedRecord('+8613903552006')
    expect(record).toMatchObject({ outcome: 'FALLBACK_MESSAGE', dialled: '12333' })
    const message = await until('the message is kept', async () => (await callbackOf(record.id)) ?? null)
    expect(message).toMatchObject({ status: 'TO_CALL_BACK', callerNumber: '+8613903552006' })
    expect(message.durationMs).toBeGreaterThan(2_000)

    // Whoever calls back finds it, sees the number, hears what was said, and says that it is done.
    const office = await desk.page.context().browser()?.newContext({ locale: 'zh-CN' })
    if (!office) throw new Error('the desk has no browser')
    const page = await office.newPage()
    await logIn(page, 'supervisor')
    await page.getByTestId('nav-callbacks').click()
    const shown = page.getByTestId(`callback-${message.id}`)
    await shown.getByTestId('callback-reveal').click()
    await shown.getByTestId('reveal-submit').click()
    await shown.getByText('13903552006').waitFor()
    const sound = await page.request.get(`${pagesUrl()}/api/callbacks/${message.id}/sound`)
    expect(
      createHash('sha256')
        .update(await sound.body())
        .digest('hex'),
    ).toBe(message.sha256)
    await shown.getByTestId('callback-done').click()
    await shown.waitFor({ state: 'detached' })
    expect(await callbackOf(record.id)).toMatchObject({ status: 'CALLED_BACK' })
    await office.close()
  })

  test('an agent whose talk ends is rung by Asterisk’s own queue; with a controller back the talk goes on, recorded, and who waits comes after it', async () => {
    await desk.ready()
    const before = await call('13903552020')
    await desk.answer()
    await hearsAgent(before)
    // Members follow the floor once a second.
    await wait(2_500)
    await takeAway('calls')
    // Nobody ends this call for the agent: he hears that the citizen has gone.
    await before.hangUp()
    const talking = await call('13903552021')
    await talking.answered
    await desk.hangUp()
    await desk.page.locator('[data-test=answer]:not(:disabled)').click()
    await hearsAgent(talking)
    talking.media.speak(citizenHz)
    await giveBack('calls')
    // The desk learns who calls, and by which way.
    await cardOf('2021').waitFor()
    await desk.untilState('通话')
    await desk.page.getByTestId('call-stage').filter({ hasText: '应急接听' }).waitFor()
    await desk.page.getByTestId('caller-month').filter({ hasText: '次来电' }).waitFor()
    const callId = await desk.page.getByTestId('desk').getAttribute('data-call')
    const waiting = await call('13903552022')
    await untilPhase('+8613903552022', 'waiting')
    // Many rounds of matching, and one of the comparison of floor and calls.
    await wait(6_000)
    await untilPhase('+8613903552022', 'waiting')
    expect(await desk.state()).toBe('通话')
    await hearsAgent(talking)
    // A page that is opened anew finds the caller whom no controller steers.
    await desk.page.reload()
    await cardOf('2021').waitFor()
    await talking.hangUp()
    await desk.finishWrapUp()
    await cardOf('2022').waitFor()
    await desk.answer()
    await hearsAgent(waiting)
    await waiting.hangUp()
    await desk.finishWrapUp()
    const record = await closedRecord('+8613903552021')
    expect(record).toMatchObject({ id: callId, outcome: 'FALLBACK_ANSWERED' })
    expect(record.agentId).not.toBeNull()
    const { file } = await keptRecording(record.id)
    expect(await toneShare(file, citizenHz)).toBeGreaterThan(0.5)
    expect(await toneShare(file, agentHz)).toBeGreaterThan(0.5)
    expect(await closedRecord('+8613903552020')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
    expect(await closedRecord('+8613903552022')).toMatchObject({ outcome: 'ANSWERED' })
  })

  test('a caller whose greeting was cut off is with an agent soon, though no controller comes', async () => {
    await desk.ready()
    await wait(2_500)
    const citizen = await call('13903552025')
    await citizen.answered
    await untilPhase('+8613903552025', 'greeting')
    await takeAway('calls')
    await desk.page.locator('[data-test=answer]:not(:disabled)').click()
    await hearsAgent(citizen)
    await citizen.hangUp()
    await giveBack('calls')
    await untilReady()
    const id = await until('the fallback’s part is in the record', async () => {
      const record = await closedRecord('+8613903552025')
      return record.outcome === 'FALLBACK_ANSWERED' ? record.id : null
    })
    expect(await segmentsOf(id)).toEqual(['GREETING null', 'FALLBACK FALLBACK_ANSWERED'])
  })

  test('a phone that rings when a controller comes back is not rung for the next caller, who comes to the controller', async () => {
    await desk.ready()
    await wait(2_500)
    await takeAway('calls')
    const first = await call('13903552023')
    const answer = desk.page.locator('[data-test=answer]:not(:disabled)')
    await answer.waitFor()
    const second = await call('13903552024')
    await second.answered
    await giveBack('calls')
    await desk.untilState('振铃')
    await cardOf('2023').waitFor()
    await answer.click()
    await desk.untilState('通话')
    await hearsAgent(first)
    await untilPhase('+8613903552024', 'waiting')
    await wait(2_000)
    await untilPhase('+8613903552024', 'waiting')
    // The desk's own button ends a talk that no controller steers.
    await desk.hangUp()
    expect((await first.ended).by).toBe('hotline')
    await desk.finishWrapUp()
    await cardOf('2024').waitFor()
    await desk.answer()
    await hearsAgent(second)
    await second.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903552023')).toMatchObject({ outcome: 'FALLBACK_ANSWERED' })
    expect(await closedRecord('+8613903552024')).toMatchObject({ outcome: 'ANSWERED' })
  })
})

describe('when Redis loses everything', () => {
  test('a talk goes on and ends well, and who waited is still served', async () => {
    await desk.ready()
    const talking = await call('13903552011')
    await talking.answered
    await desk.answer()
    await hearsAgent(talking)
    const waiting = await call('13903552012')
    await untilPhase('+8613903552012', 'waiting')
    // The announcement of the agent's number is over by now.
    await wait(2_000)
    await hearsAgent(talking)
    await flushRedis()
    await wait(1_000)
    await hearsAgent(talking)
    await desk.untilState('通话')
    await talking.hangUp()
    await desk.finishWrapUp()
    await desk.ready()
    await cardOf('2012').waitFor()
    await desk.answer()
    await waiting.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903552011')).toMatchObject({ outcome: 'ANSWERED' })
    expect(await closedRecord('+8613903552012')).toMatchObject({ outcome: 'ANSWERED' })
  })
})

describe('when Asterisk is killed', () => {
  test('its calls are closed as lost, and the next citizen is answered', async () => {
    await desk.notReady()
    const lost = await call('13903552013')
    await untilPhase('+8613903552013', 'waiting')
    await crash('asterisk')
    const record = await closedRecord('+8613903552013')
    expect(record).toMatchObject({ outcome: 'PLATFORM_LOST', endedBy: 'SYSTEM' })
    const todo = { reason: 'LOST', status: 'TO_CALL_BACK', callerNumber: '+8613903552013' }
    expect(await callbackOf(record.id)).toMatchObject(todo)
    await untilControlled(Date.now())
    await lost.hangUp()
    const next = await call('13903552014')
    await untilPhase('+8613903552014', 'waiting')
    await desk.ready()
    await desk.answer()
    await hearsAgent(next)
    await next.hangUp()
    await desk.finishWrapUp()
  })
})

test('a page reload in mid call loses neither the call nor what was typed', async () => {
  await desk.ready()
  const citizen = await call('13903552008')
  await citizen.answered
  await desk.answer()
  await hearsAgent(citizen)
  await desk.page.getByTestId('content').fill('英雄中路路灯不亮')
  await desk.page.getByTestId('draft-saved').filter({ hasText: '已保存' }).waitFor()
  await desk.page.reload()
  await desk.untilState('通话')
  await until('the form is back', async () =>
    (await desk.page.getByTestId('content').inputValue()) === '英雄中路路灯不亮' ? true : null,
  )
  await until('the agent is back on the line', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))
  await desk.hangUp()
  expect((await citizen.ended).by).toBe('hotline')
  await desk.finishWrapUp()
  expect(await closedRecord('+8613903552008')).toMatchObject({ outcome: 'ANSWERED' })
})
