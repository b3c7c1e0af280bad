import { desc, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { auditEvents } from '../../src/audit/schema.ts'
import { pagesUrl, settings, untilReady } from './hotline.ts'
import {
  ask,
  closedRecord,
  crashController,
  nothingIsLeft,
  segmentsOf,
  stageOf,
  until,
  untilPhase,
  withDatabase,
} from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'

let desk: Desk
let ticket: { number: string; queryCode: string }

beforeAll(async () => {
  desk = await openDesk('1001')
  await desk.notReady()
  const answer = await desk.page.request.post(`${pagesUrl()}/api/tickets`, {
    headers: { origin: pagesUrl() },
    data: { type: 'HELP', categoryCode: '010101', content: '英雄路工地扬尘', caller: { phone: '13903554001' } },
  })
  expect(answer.status()).toBe(201)
  ticket = await answer.json()
})
afterAll(() => desk.close())
afterEach(async () => {
  await everybodyHangsUp()
  await untilReady()
  await nothingIsLeft()
})

/** A citizen who has pressed 3 and is asked for the number. */
async function asks(from: string): Promise<Citizen> {
  const citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  await citizen.media.press('3')
  await untilPhase(`+86${from}`, 'number')
  return citizen
}

async function type(citizen: Citizen, keys: string): Promise<void> {
  for (const key of keys) await citizen.media.press(key)
}

const digits = () => ticket.number.slice(2)
const wrongCode = () => (ticket.queryCode === '111111' ? '222222' : '111111')

/** What Asterisk plays to this caller at this moment. */
async function isPlaying(from: string, sound: RegExp): Promise<void> {
  await until(`${sound} is played`, async () => {
    const stage = await stageOf(`+86${from}`)
    if (stage?.phase !== 'inquiring' || !stage.playback) return null
    const playback = await ask<{ media_uri: string }>(`playbacks/${stage.playback}`).catch(() => null)
    return playback && sound.test(playback.media_uri) ? true : null
  })
}

describe('a citizen who asks for the progress of his ticket', () => {
  test('hears its state after number and code, asks once more, and needs no agent', async () => {
    const citizen = await asks('13903554001')
    await type(citizen, `${digits()}#`)
    await untilPhase('+8613903554001', 'code')
    await type(citizen, ticket.queryCode)
    await untilPhase('+8613903554001', 'told')
    await isPlaying('13903554001', /^sound:zh\/(number-|digit-)/)
    expect(citizen.media.loudness(2_000)).toBeGreaterThan(0.005)
    await type(citizen, '1')
    await untilPhase('+8613903554001', 'number')
    await citizen.hangUp()
    const record = await closedRecord('+8613903554001')
    expect(record).toMatchObject({
      outcome: 'SELF_SERVED',
      endedBy: 'CALLER',
      keys: '3',
      queuedAt: null,
      inquired: [{ number: ticket.number, result: 'FOUND' }],
    })
    expect(await segmentsOf(record.id)).toEqual(['GREETING null', 'INQUIRY CALLER_LEFT'])
    const [event] = await withDatabase((db) =>
      db
        .select()
        .from(auditEvents)
        .where(eq(auditEvents.subject, ticket.number))
        .orderBy(desc(auditEvents.id))
        .limit(1),
    )
    expect(event).toMatchObject({ action: 'ticket.inquired', actor: '+8613903554001', isAllowed: 1 })
  })

  test('gets an agent after three wrong tries, who sees what was asked for', async () => {
    await desk.ready()
    const citizen = await asks('13903554002')
    await type(citizen, '2026#1#')
    await type(citizen, `${digits()}${wrongCode()}`)
    await desk.page.getByTestId('caller-inquired').filter({ hasText: ticket.number }).waitFor()
    await desk.answer()
    await citizen.hangUp()
    await desk.finishWrapUp()
    expect(await closedRecord('+8613903554002')).toMatchObject({ outcome: 'ANSWERED', keys: '3' })
    await desk.notReady()
  })

  test('is asked for the number also by a key that comes just after the greeting, in the line already', async () => {
    const citizen = await callIn({ sip: settings(), from: '13903554006', to: '12345' })
    await citizen.answered
    await untilPhase('+8613903554006', 'waiting')
    await citizen.media.press('3')
    await untilPhase('+8613903554006', 'number')
    await citizen.hangUp()
    expect(await closedRecord('+8613903554006')).toMatchObject({ outcome: 'LEFT_BEFORE_QUEUE', keys: '3' })
  })

  test('gets into the line at once by 0, and leaves nothing behind when he hangs up before', async () => {
    const citizen = await asks('13903554003')
    await type(citizen, '0')
    await untilPhase('+8613903554003', 'waiting')
    await citizen.hangUp()
    expect(await closedRecord('+8613903554003')).toMatchObject({ outcome: 'LEFT_QUEUE' })
    const other = await asks('13903554004')
    await type(other, digits().slice(0, 5))
    await other.hangUp()
    expect(await closedRecord('+8613903554004')).toMatchObject({ outcome: 'LEFT_BEFORE_QUEUE', inquired: null })
  })

  test('is asked the same again after the controller was killed, and still hears the state', async () => {
    const citizen = await asks('13903554005')
    await type(citizen, digits())
    await untilPhase('+8613903554005', 'code')
    await type(citizen, '12')
    await crashController()
    await isPlaying('13903554005', /^sound:zh\/inquiry-code$/)
    await type(citizen, ticket.queryCode)
    await untilPhase('+8613903554005', 'told')
    await citizen.hangUp()
    expect(await closedRecord('+8613903554005')).toMatchObject({ outcome: 'SELF_SERVED' })
  })
})
