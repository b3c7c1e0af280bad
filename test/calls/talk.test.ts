import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { settings } from './hotline.ts'
import { closedRecord, keptRecording, nothingIsLeft, segmentsOf, until } from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { callIn, everybodyHangsUp } from './support/sipp.ts'
import { toneShare } from './support/sound.ts'

const citizenHz = 620
const agentHz = 1_020

let desk: Desk

beforeAll(async () => {
  desk = await openDesk('1001', { toneHz: agentHz })
})
afterAll(() => desk.close())
beforeEach(() => desk.ready())
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})

const call = (from: string, to = '12345', headers: string[] = []) => callIn({ sip: settings(), from, to, headers })

describe('a citizen who dials 12345', () => {
  test('talks with an agent in the browser: each hears the other, and the recording holds both', async () => {
    const citizen = await call('13903550001')
    await citizen.answered
    citizen.media.speak(citizenHz)
    await desk.answer()

    await until('the citizen hears the agent', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))
    await until('the agent hears the citizen', async () =>
      Math.abs((await desk.hears()) - citizenHz) < 30 ? true : null,
    )
    await desk.hangUp()
    expect((await citizen.ended).by).toBe('hotline')
    await desk.finishWrapUp()

    const record = await closedRecord('+8613903550001')
    expect(record).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT', dialled: '12345', lineSource: 'DIALLED' })
    expect(await segmentsOf(record.id)).toEqual([
      'GREETING null',
      'WAITING null',
      'OFFER ANSWERED',
      'TALKING AGENT_ENDED',
    ])
    const recording = await keptRecording(record.id)
    expect(
      createHash('sha256')
        .update(await readFile(recording.file))
        .digest('hex'),
    ).toBe(recording.sha256)
    expect(await toneShare(recording.file, citizenHz)).toBeGreaterThan(0.5)
    expect(await toneShare(recording.file, agentHz)).toBeGreaterThan(0.5)
  })

  test('is on the screen before the phone rings', async () => {
    const events: string[] = []
    await desk.page.exposeFunction('told', (what: string) => events.push(what))
    await desk.page.evaluate(`
      new MutationObserver(() => {
        if (document.querySelector('[data-test=caller-card]')) window.told('card')
        if (document.querySelector('[data-test=answer]:not(:disabled)')) window.told('ring')
      }).observe(document.body, { subtree: true, childList: true, attributes: true })
    `)
    const citizen = await call('13903550002')
    await desk.page.locator('[data-test=answer]:not(:disabled)').waitFor()
    await citizen.hangUp()
    await desk.untilState('示闲')
    expect(events[0]).toBe('card')
    expect(events).toContain('ring')
  })

  test('is answered by Space, whatever page the agent was on', async () => {
    const { page } = desk
    await page.getByTestId('nav-tickets').click()
    await page.getByTestId('tickets').waitFor()
    const citizen = await call('13903550005')
    await page.getByTestId('ticket-form').waitFor()
    await page.locator('[data-test=answer]:not(:disabled)').waitFor()
    await page.keyboard.press('Space')
    await desk.untilState('通话')
    // From now on it is typed.
    await page.locator('[data-test=content]:focus').waitFor()
    expect(await page.getByTestId('content').inputValue()).toBe('')
    await citizen.hangUp()
    await desk.finishWrapUp()
  })

  test('hears music on hold, and the agent again afterwards', async () => {
    const citizen = await call('13903550003')
    await citizen.answered
    await desk.answer()
    await until('the citizen hears the agent', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))
    await desk.page.getByTestId('hold').click()
    await desk.untilState('保持')
    await until('the agent is not heard', async () => (citizen.media.shareOf(agentHz, 1_000) < 0.05 ? true : null))
    await desk.page.getByTestId('hold').click()
    await desk.untilState('通话')
    await until('the agent is heard again', async () => (citizen.media.shareOf(agentHz, 1_000) > 0.5 ? true : null))
    await citizen.hangUp()
    await desk.finishWrapUp()
    const record = await closedRecord('+8613903550003')
    expect((await segmentsOf(record.id)).map((line) => line.split(' ')[0])).toEqual([
      'GREETING',
      'WAITING',
      'OFFER',
      'TALKING',
      'HOLD',
      'TALKING',
    ])
  })

  test('who calls again is shown as a repeat caller, with the call before', async () => {
    const first = await call('13903550004')
    await first.answered
    await first.hangUp()
    await closedRecord('+8613903550004')
    const again = await call('13903550004')
    await desk.page.getByTestId('caller-repeat').waitFor()
    await desk.page.getByTestId('past-call').first().waitFor()
    await again.hangUp()
    await desk.untilState('示闲')
  })
})

describe('an old number', () => {
  test.each([
    ['its landing number', '03555550333', [], 'DID', '13903550011'],
    [
      'Diversion',
      '12345',
      ['Diversion: <sip:12333@carrier.example>;reason=unconditional;counter=1'],
      'DIVERSION',
      '13903550012',
    ],
    [
      'History-Info',
      '12345',
      ['History-Info: <sip:12333@carrier.example>;index=1, <sip:12345@carrier.example;cause=302>;index=1.1'],
      'HISTORY_INFO',
      '13903550013',
    ],
    ['P-Called-Party-ID', '12345', ['P-Called-Party-ID: <sip:12333@carrier.example>'], 'P_CALLED_PARTY', '13903550014'],
  ])('that is recognised by %s is shown big', async (_, to, headers, source, from) => {
    const citizen = await call(from, to, headers)
    await desk.page.getByTestId('caller-line').filter({ hasText: '12333' }).waitFor()
    await citizen.hangUp()
    await desk.untilState('示闲')
    expect(await closedRecord(`+86${from}`)).toMatchObject({ lineSource: source })
  })

  test('that nobody knows still reaches 12345, and says what it was', async () => {
    const citizen = await call('13903550015', '12345', [
      'Diversion: <sip:03559999999@carrier.example>;reason=unconditional',
    ])
    await desk.page.getByTestId('caller-card').waitFor()
    await citizen.hangUp()
    await desk.untilState('示闲')
    expect(await closedRecord('+8613903550015')).toMatchObject({ lineSource: 'UNKNOWN_DIVERSION', dialled: '12345' })
  })
})
