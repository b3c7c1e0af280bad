import { desc, eq } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBus } from '../../src/bus.ts'
import { livingKey } from '../../src/calls/control/ledger.ts'
import { keypadCalls } from '../../src/calls/keypad/schema.ts'
import type { Call } from '../../src/calls/machine/call.ts'
import { calls } from '../../src/calls/records/schema.ts'
import { newId } from '../../src/platform/database/ids.ts'
import { logIn } from '../../src/tools/bench/desks.ts'
import { wait } from '../../src/tools/setup/files.ts'
import { account, pagesUrl, settings } from './hotline.ts'
import {
  type CallRow,
  crashController,
  keptRecording,
  nothingIsLeft,
  segmentsOf,
  until,
  withDatabase,
} from './support/books.ts'
import { type Desk, openDesk } from './support/desk.ts'
import { openSeat, type Seat } from './support/seat.ts'
import { toneShare } from './support/sound.ts'

/** An agent calls people outside; the program that plays the province answers for every number there, each with a tone. */

const citizen = '13903557001'
const silent = pino({ level: 'silent' })
let a: Seat
/** A body of the directory whose phone is told how to behave. */
let entry: { id: number; number: string }

beforeAll(async () => {
  a = await openSeat('1001', 1_100)
  const { said } = await a.ask('GET', '/api/directory?q=12366')
  const [found] = said.entries as (typeof entry)[]
  if (!found) throw new Error('12366 is not in the directory')
  entry = found
})
afterAll(async () => a?.close())
afterEach(async () => {
  await play(entry.number, 'answers')
  a.phone = 'answers'
  a.media.speak(a.hertz)
  // Of a test that failed: the next one needs the agent.
  if (a.isOnPhone) await a.hangUpPhone()
  await nothingIsLeft()
  await a.rest()
})

interface PlayedCall {
  id: string
  number: string
  state: string
  toneHz: number
  caller: string
}

async function province<T>(path: string, body?: unknown): Promise<T> {
  const base = settings().provinceUrl
  if (base === null) throw new Error('nobody plays the province')
  const method = body === undefined ? 'GET' : 'POST'
  const headers = { 'content-type': 'application/json' }
  const asked = body === undefined ? {} : { headers, body: JSON.stringify(body) }
  return (await (await fetch(new URL(path, base), { method, ...asked })).json()) as T
}

const play = (number: string, behaviour: string) => province('/play', { number, behaviour })

async function played(number: string, state: string): Promise<PlayedCall> {
  return until(`the phone of ${number} is ${state}`, async () => {
    const { calls: all } = await province<{ calls: PlayedCall[] }>('/state')
    const [last] = all.filter((call) => call.number === number)
    return last?.state === state ? last : null
  })
}

async function place(to: object): Promise<CallRow['id']> {
  const { status, code, said } = await a.ask('POST', '/api/calls', { to })
  if (status !== 202) throw new Error(`not placed: ${status} ${code}`)
  return said.call as CallRow['id']
}

async function closed(id: CallRow['id']): Promise<CallRow> {
  return until(`the record of ${id} is closed`, () =>
    withDatabase(async (db) => {
      const [row] = await db.select().from(calls).where(eq(calls.id, id)).orderBy(desc(calls.id))
      return row?.endedAt ? row : null
    }),
  )
}

async function heard(hertz: number): Promise<void> {
  await until(`1001 hears ${hertz} Hz`, async () => (a.media.shareOf(hertz, 400) > 0.1 ? true : null))
}

/** The desk learns of a talk a moment after the telephones. */
const shown = () => until('the desk shows the talk', async () => (a.call?.phase === 'talking' ? true : null))

const isInState = (state: string) => until(`1001 is ${state}`, async () => (a.state === state ? true : null))

describe('an agent who calls', () => {
  test('the caller of a ticket: 12345 is shown, both hear each other, it is recorded and stands at the ticket', async () => {
    const form = { type: 'HELP', categoryCode: '010101', content: '英雄路工地扬尘', caller: { phone: citizen } }
    const made = await a.ask('POST', '/api/tickets', form)
    const ticket = made.said.number as string
    const id = await place({ ticket })
    await isInState('OUTBOUND')
    const there = await played(citizen, 'talking')
    expect(there.caller).toBe('12345')
    await heard(there.toneHz)
    await shown()
    expect(a.call).toMatchObject({ direction: 'OUT', about: { kind: 'ticket', id: ticket } })
    // Long enough to be found in the recording, behind the announcement.
    await wait(4_000)
    await a.act('hold')
    await until('the citizen waits', async () => (a.call?.isOnHold ? true : null))
    expect(a.state).toBe('OUTBOUND')
    await a.act('resume')
    await heard(there.toneHz)
    await province('/hang-up', { id: there.id })
    await isInState('WRAP_UP')
    const row = await closed(id)
    expect(row).toMatchObject({ direction: 'OUT', outcome: 'ANSWERED', endedBy: 'CALLER', dialled: '12345' })
    expect(await segmentsOf(id)).toEqual([
      ...['CALLING RUNG', 'RINGING ANSWERED', 'TALKING null', 'HOLD null', 'TALKING CALLER_LEFT'],
    ])
    const { file } = await keptRecording(id)
    // Where both speak at once, each has half.
    expect(await toneShare(file, 1_100)).toBeGreaterThan(0.2)
    expect(await toneShare(file, there.toneHz)).toBeGreaterThan(0.2)
    const { said } = await a.ask('GET', `/api/tickets/${ticket}`)
    expect(said.callIds).toContain(id)
  })

  test('asks a colleague, joins all three, and leaves them together', async () => {
    const b = await openSeat('1002', 1_700)
    try {
      const id = await place({ directory: entry.id })
      const there = await played(entry.number, 'talking')
      const hear = (seat: Seat, hears: number[]) =>
        until(`${seat.number} hears ${hears}`, async () => {
          const tones = [1_100, 1_700, there.toneHz].filter((hertz) => seat.media.shareOf(hertz, 400) > 0.1)
          return JSON.stringify(tones) === JSON.stringify(hears) ? true : null
        })
      await hear(a, [there.toneHz])
      await shown()
      await b.ready()
      await a.add({ kind: 'agent', number: '1002' }, 'consult')
      await hear(b, [1_100])
      await hear(a, [1_700])
      await a.act('join')
      await hear(a, [1_700, there.toneHz])
      await hear(b, [1_100, there.toneHz])
      await a.act('leave')
      await hear(b, [there.toneHz])
      await isInState('WRAP_UP')
      await until('the call is 1002’s', async () => (b.call?.agentNumber === '1002' ? true : null))
      await b.act('hang-up')
      expect(await closed(id)).toMatchObject({ direction: 'OUT', outcome: 'ANSWERED', endedBy: 'AGENT' })
      const segments = await segmentsOf(id)
      for (const segment of ['DIAL ANSWERED', 'CONSULT TRANSFERRED']) expect(segments).toContain(segment)
      await until('1002 is in wrap-up', async () => (b.state === 'WRAP_UP' ? true : null))
    } finally {
      await b.rest()
      await b.close()
    }
  })

  test.each([
    ['busy', 'OUT_BUSY'],
    ['declines', 'OUT_DECLINED'],
    ['silent', 'OUT_NO_ANSWER'],
  ])('somebody who is %s: the record says so', async (behaviour, outcome) => {
    await play(entry.number, behaviour)
    const id = await place({ directory: entry.id })
    expect((await closed(id)).outcome).toBe(outcome)
    await isInState('WRAP_UP')
  })

  test('and hangs up while it rings: the other phone stops', async () => {
    await play(entry.number, 'silent')
    const id = await place({ directory: entry.id })
    await played(entry.number, 'ringing')
    expect((await a.ask('POST', '/api/calls', { to: { directory: entry.id } })).code).toBe('outgoing.busy')
    await a.act('hang-up')
    expect(await closed(id)).toMatchObject({ outcome: 'OUT_CANCELLED', endedBy: 'AGENT' })
    await played(entry.number, 'ended')
  })

  test('with a phone of their own that is busy: nobody outside is called', async () => {
    a.phone = 'busy'
    const id = await place({ directory: entry.id })
    expect(await closed(id)).toMatchObject({ outcome: 'OUT_NOT_PLACED' })
  })
})

describe('an agent at the desk in the browser', () => {
  const called = '13903557009'
  let desk: Desk
  let number = ''
  beforeAll(async () => {
    desk = await openDesk('1002', { toneHz: 1_300 })
    await desk.notReady()
    const form = { type: 'HELP', categoryCode: '010101', content: '英雄路井盖松动', caller: { phone: called } }
    number = (await a.ask('POST', '/api/tickets', form)).said.number as string
  })
  afterAll(async () => {
    await play(called, 'answers')
    await desk.close()
  })

  const hearsAbout = (hertz: number) =>
    until(`1002 hears ${hertz} Hz`, async () => (Math.abs((await desk.hears()) - hertz) < 30 ? true : null))
  /** Of a page that was loaded anew. */
  const phoneIsBack = () => desk.page.getByTestId('state-detail').filter({ hasNotText: '未就绪' }).waitFor()
  const title = () => desk.page.getByTestId('result-title').textContent()

  test('calls by one key, hears the ringing and the citizen, says by one key what came of it', async () => {
    const { page } = desk
    await page.goto(`${pagesUrl()}/tickets/${number}`)
    await page.getByTestId('call-out').waitFor()
    await phoneIsBack()
    await play(called, 'silent')
    await page.keyboard.press('o')
    await desk.untilState('外呼')
    await page.getByTestId('call-stage').filter({ hasText: '正在呼叫对方' }).waitFor()
    // The ring-back tone of this country.
    await hearsAbout(450)
    await desk.hangUp()
    await page.getByTestId('ask-result').waitFor()
    expect(await title()).toContain('接通前取消')
    await page.keyboard.press('3')
    await desk.untilState('示忙')

    await play(called, 'busy')
    await page.keyboard.press('o')
    await page.getByTestId('ask-result').waitFor()
    expect(await title()).toContain('对方占线')
    // The record says it: no question is left.
    await page.getByTestId('wrap-up-finish').click()
    await desk.untilState('示忙')

    await play(called, 'answers')
    await page.keyboard.press('o')
    const there = await played(called, 'talking')
    await hearsAbout(there.toneHz)
    expect(await desk.state()).toBe('外呼')
    await desk.hangUp()
    await page.getByTestId('ask-result').waitFor()
    await page.reload()
    await page.getByTestId('ask-result').waitFor()
    // A page that is loaded anew asks as well, and opens no form: the call has its ticket.
    await page.keyboard.press('1')
    await desk.untilState('示忙')
    await page.getByTestId('ticket-call-open').nth(2).click()
    const opened = page.getByTestId('ticket-call-detail')
    await opened.getByTestId('ticket-call-sound').waitFor()
    expect(await opened.textContent()).toContain('【已联系上】')
  })

  test('from the row of a list that has the focus; why a call is not placed is said in words', async () => {
    const { page } = desk
    const boss = await logIn(pagesUrl(), 'supervisor', account('supervisor').password)
    await boss.post('/api/never-calls', { of: { ticket: number }, reason: '市民不希望接到来电' })
    await page.goto(`${pagesUrl()}/tickets`)
    await phoneIsBack()
    await page.getByTestId(`ticket-${number}`).getByRole('link').focus()
    await page.keyboard.press('o')
    await page.getByTestId('call-out-failure').filter({ hasText: '勿扰名单' }).waitFor()
    await page.getByTestId('call-out-read').click()
    await page.goto(`${pagesUrl()}/tickets/${number}`)
    await page.getByTestId('call-out-why').filter({ hasText: '勿扰名单' }).waitFor()
    expect(await desk.state()).toBe('示忙')
  })
})

/** The telephone of 1001 is the citizen's here: it says what it is told to, and presses keys. */
async function machineCalls(): Promise<CallRow['id']> {
  const bus = await openBus(settings(), silent)
  const callId = newId() as CallRow['id']
  const about = { kind: 'ticket', id: '20261124000123' } as const
  const outgoing = {
    by: null,
    endpoint: a.endpoint,
    ringMs: 4_000,
    isHidden: false,
    about,
    ties: [],
    followUp: newId(),
  }
  try {
    const asked = { callId, node: settings().NODE_NAME, number: '+8613903557002', outgoing }
    expect(await bus.request('call.ask', asked, 5_000)).toEqual({ ok: true })
  } finally {
    bus.close()
  }
  return callId
}

async function pressed(id: CallRow['id']) {
  const { outcome, keys } = await closed(id)
  const [row] = await withDatabase((db) => db.select().from(keypadCalls).where(eq(keypadCalls.callId, id)))
  return { outcome, keys, result: row?.result, solved: row?.solved, satisfied: row?.satisfied }
}

async function stepOf(id: CallRow['id']): Promise<string> {
  const redis = new Redis(settings().redisUrl)
  const text = await redis.hget(livingKey, id)
  redis.disconnect()
  const stage = text === null ? null : (JSON.parse(text) as Call).stage
  return stage?.phase === 'asking' ? stage.step : 'over'
}

const isAt = (id: CallRow['id'], step: string) =>
  until(`the call is at ${step}`, async () => ((await stepOf(id)) === step ? true : null))

/** A key that comes before its question counts for none: again, until it was heard. */
async function press(id: CallRow['id'], step: string, key: string): Promise<void> {
  await isAt(id, step)
  await until(`${key} is heard`, async () => {
    if ((await stepOf(id)) !== step) return true
    await a.media.press(key)
    await wait(300)
    return null
  })
}

async function word(): Promise<void> {
  a.media.speak(1_100)
  await wait(600)
  a.media.speak(null)
}

describe('the machine that calls', () => {
  test('a citizen who says a word: is asked, answers by two keys, and a controller that dies in between asks again', async () => {
    a.media.speak(null)
    const id = await machineCalls()
    await isAt(id, 'listening')
    await word()
    await isAt(id, 'solved')
    await until('the question is heard', async () => (a.media.loudness(300) > 0.005 ? true : null))
    await crashController()
    await press(id, 'solved', '1')
    await press(id, 'satisfied', '2')
    expect(await pressed(id)).toEqual({ outcome: 'OUT_ASKED', keys: '', result: 'ANSWERED', solved: 1, satisfied: 2 })
    await until('the phone is hung up', async () => (a.isOnPhone ? null : true))
  })

  test('a voice box, which goes on speaking: nothing is asked', async () => {
    a.media.speak(1_100)
    expect(await pressed(await machineCalls())).toMatchObject({ outcome: 'OUT_VOICE_BOX', result: 'VOICE_BOX' })
  })

  test('somebody who does not pick up, and somebody who hangs up in the middle', async () => {
    a.phone = 'silent'
    expect(await pressed(await machineCalls())).toMatchObject({ outcome: 'OUT_NO_ANSWER', result: 'NO_ANSWER' })
    a.phone = 'answers'
    a.media.speak(null)
    const id = await machineCalls()
    await press(id, 'solved', '3')
    await a.hangUpPhone()
    expect(await pressed(id)).toMatchObject({ outcome: 'OUT_ASKED', result: 'BROKEN_OFF', solved: 3, satisfied: null })
  })
})

describe('a controller that is killed', () => {
  test('while the phone outside rings: it rings on, and the two talk with the next one', async () => {
    const id = await place({ directory: entry.id })
    await played(entry.number, 'ringing')
    await crashController()
    const there = await played(entry.number, 'talking')
    await heard(there.toneHz)
    await shown()
    expect(a.state).toBe('OUTBOUND')
    await a.act('hang-up')
    expect(await closed(id)).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  })

  test('while they talk: neither notices', async () => {
    const id = await place({ directory: entry.id })
    const there = await played(entry.number, 'talking')
    await heard(there.toneHz)
    await crashController()
    await heard(there.toneHz)
    await a.hangUpPhone()
    expect(await closed(id)).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
    await played(entry.number, 'ended')
  })
})
