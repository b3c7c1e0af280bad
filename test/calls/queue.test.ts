import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { settings } from './hotline.ts'
import { closedRecord, nothingIsLeft, segmentsOf, until, untilPhase } from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { callIn, everybodyHangsUp } from './support/sipp.ts'

let desk: Desk

beforeAll(async () => {
  desk = await openDesk('1001')
})
afterAll(() => desk.close())
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

const call = (from: string) => callIn({ sip: settings(), from, to: '12345' })
const cardOf = (lastDigits: string) => desk.page.getByTestId('caller-number').filter({ hasText: lastDigits })

describe('the waiting line', () => {
  test('serves two citizens in the order in which they came', async () => {
    await desk.notReady()
    const first = await call('13903551001')
    await untilPhase('+8613903551001', 'waiting')
    const second = await call('13903551002')
    await untilPhase('+8613903551002', 'waiting')

    await desk.ready()
    await cardOf('1001').waitFor()
    await desk.answer()
    await desk.hangUp()
    await first.ended
    await desk.finishWrapUp()
    await cardOf('1002').waitFor()
    await desk.answer()
    await second.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903551001')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
    expect(await closedRecord('+8613903551002')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  })

  test('takes a call back to its head when nobody picks up, and the agent out', async () => {
    await desk.ready()
    const citizen = await call('13903551003')
    await desk.untilState('振铃')
    await desk.untilState('示忙')
    await desk.page.getByText('振铃未接').first().waitFor()
    await untilPhase('+8613903551003', 'waiting')
    const later = await call('13903551004')
    await untilPhase('+8613903551004', 'waiting')
    // 按 R 恢复示闲: who missed a ring comes back with one key, and the first caller is still the first.
    await desk.page.keyboard.press('r')
    await cardOf('1003').waitFor()
    await desk.answer()
    await citizen.hangUp()
    await desk.finishWrapUp()
    await later.hangUp()
    const record = await closedRecord('+8613903551003')
    expect((await segmentsOf(record.id)).slice(1)).toEqual([
      'WAITING null',
      'OFFER NO_ANSWER',
      'WAITING null',
      'OFFER ANSWERED',
      'TALKING CALLER_LEFT',
    ])
    await closedRecord('+8613903551004')
    await desk.notReady()
  })

  test('leads to the enterprise desk with key 2, in the middle of the greeting', async () => {
    await desk.notReady()
    const citizen = await call('13903551005')
    await citizen.answered
    await citizen.media.press('2')
    await untilPhase('+8613903551005', 'waiting')
    await citizen.hangUp()
    expect(await closedRecord('+8613903551005')).toMatchObject({
      skill: 'enterprise',
      keys: '2',
      outcome: 'LEFT_QUEUE',
    })
  })

  test('tells a caller who waits his place', async () => {
    await desk.notReady()
    const citizen = await call('13903551006')
    await untilPhase('+8613903551006', 'waiting')
    // The music is soft, a voice is twice as loud.
    await until('music plays', async () => (citizen.media.loudness(1_000) < 0.035 ? true : null))
    await until('a voice speaks', async () => (citizen.media.loudness(1_000) > 0.05 ? true : null))
    await until('music plays again', async () => (citizen.media.loudness(1_000) < 0.035 ? true : null))
    await citizen.hangUp()
    await closedRecord('+8613903551006')
  })

  test('is left by a wrap-up that ends by itself', async () => {
    await desk.ready()
    const citizen = await call('13903551007')
    await desk.answer()
    await citizen.hangUp()
    await desk.untilState('整理')
    await desk.untilState('示闲')
    expect(await closedRecord('+8613903551007')).toMatchObject({ outcome: 'ANSWERED' })
  })
})

describe('a caller who hangs up', () => {
  const phases: [phase: string, from: string, outcome: string][] = [
    ['greeting', '13903551011', 'LEFT_BEFORE_QUEUE'],
    ['waiting', '13903551012', 'LEFT_QUEUE'],
    ['ringing', '13903551013', 'LEFT_AT_OFFER'],
    ['talking', '13903551014', 'ANSWERED'],
  ]
  test.each(phases)('while %s leaves nothing behind', async (phase, from, outcome) => {
    if (phase === 'ringing' || phase === 'talking') await desk.ready()
    else await desk.notReady()
    const citizen = await call(from)
    if (phase === 'talking') await desk.answer()
    // How far the phone has come is the floor's to say.
    if (phase === 'ringing') await desk.untilState('振铃')
    else await untilPhase(`+86${from}`, phase)
    await citizen.hangUp()
    expect(await closedRecord(`+86${from}`)).toMatchObject({ outcome, endedBy: 'CALLER' })
    await nothingIsLeft()
    if (phase === 'ringing') await desk.untilState('示闲')
    if (phase === 'talking') await desk.finishWrapUp()
  })

  test('before anything was played leaves nothing behind', async () => {
    await desk.notReady()
    const citizen = await call('13903551015')
    await citizen.hangUp()
    await nothingIsLeft()
  })
})
