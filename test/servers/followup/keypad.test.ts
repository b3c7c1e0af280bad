import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { livingKey } from '../../../src/calls/control/ledger.ts'
import { keypadCalls } from '../../../src/calls/keypad/schema.ts'
import { advance } from '../../../src/calls/machine/advance.ts'
import type { Call, CallEvent } from '../../../src/calls/machine/call.ts'
import { placeByMachine } from '../../../src/calls/machine/keypad/placing.ts'
import type { KeypadAsk } from '../../../src/calls/machine/outgoing/outgoing.ts'
import { outgoingEntry } from '../../../src/calls/outgoing/entry.ts'
import { addNeverCall } from '../../../src/calls/outgoing/store.ts'
import { calls } from '../../../src/calls/records/schema.ts'
import { openCallStore } from '../../../src/calls/records/store.ts'
import { callDue } from '../../../src/followup/keypad/calling.ts'
import { settleKeypads } from '../../../src/followup/keypad/settling.ts'
import { lineIds } from '../../../src/lines/store.ts'
import type { CallId } from '../../../src/platform/types.ts'
import { timings } from '../../unit/calls/world.ts'
import { site } from '../web/world.ts'
import { aFollowedOffice } from './world.ts'

/** Calls by machine: whose turn it is, how many, and what becomes of the keys. */

const hour = 3_600_000
/** No link can be opened there: the machine calls at once. */
const landline = (n: number) => ({ name: `李${n}`, phone: `0355${2_000_000 + n}` })

type End = 'answers' | 'nobody' | 'voice box' | 'breaks off' | 'no line'
const endings: Record<End, (call: Call) => CallEvent[]> = {
  answers: ({ channel: leg }) => [
    { type: 'leg-up', leg },
    { type: 'voice', isOn: true, ms: 0 },
    { type: 'voice', isOn: false, ms: 500 },
    { type: 'digit', digit: '1' },
    { type: 'digit', digit: '2' },
    { type: 'leg-gone', leg, cause: 16 },
  ],
  nobody: ({ channel: leg }) => [{ type: 'leg-gone', leg, cause: 19 }],
  'voice box': ({ channel: leg }) => [
    { type: 'leg-up', leg },
    { type: 'voice', isOn: true, ms: 0 },
    { type: 'timer', timer: 'voice' },
    { type: 'leg-gone', leg, cause: 16 },
  ],
  'breaks off': ({ channel: leg }) => [
    { type: 'leg-up', leg },
    { type: 'timer', timer: 'listen' },
    { type: 'digit', digit: '2' },
    { type: 'leg-gone', leg, cause: 16 },
  ],
  'no line': ({ channel: leg }) => [{ type: 'leg-gone', leg, cause: 34 }],
}

async function aKeypadOffice(rules = { atOnce: 2, perMinute: 6, whileBelow: 20 }) {
  const office = await aFollowedOffice()
  const asked: KeypadAsk[] = []
  await office.bus.respond('call.ask', async (ask) => {
    asked.push(ask)
    return { ok: true }
  })
  const ids = await lineIds(office.db)
  const store = openCallStore({
    ...{ db: office.db, gaveUpAfterMs: 5_000, recordingDir: '/' },
    lineId: (number) => ids.get(number) ?? 0,
  })
  const parts = {
    ...office.parts,
    ...{ bus: office.bus, redis: office.redis, node: 'node-1', isSamplePlayed: false },
    site: { ...site, outgoing: { ...site.outgoing, machine: rules } },
    log: pino({ level: 'silent' }),
  }
  return {
    ...office,
    asked,
    recordOf: office.call,
    call: () => callDue(parts),
    settle: () => settleKeypads(parts),
    /** The call that was asked for last comes to this end, as the machine and the store of calls have it. */
    async ended(how: End): Promise<CallId> {
      const ask = asked.at(-1)
      if (!ask) throw new Error('nobody was called')
      let { call } = placeByMachine(outgoingEntry(site, { ...ask, name: null }, office.now()), office.now())
      for (const event of endings[how](call)) call = advance(call, event, office.now(), timings).call
      expect(call.stage.phase).toBe('ended')
      await store.write([call])
      return call.id
    },
  }
}

test('two keys are the rating: once, whatever is repeated, and the unit has its letter', async () => {
  const office = await aKeypadOffice()
  const number = await office.closed({ caller: landline(1) })
  await office.turn()
  expect(await office.call()).toBe(1)
  expect(office.asked).toMatchObject([{ number: '+863552000001', outgoing: { by: null, about: { id: number } } }])
  // The attempt is under way: nobody is called beside it.
  expect(await office.call()).toBe(0)
  const callId = await office.ended('answers')
  expect(await office.settle()).toBe(1)
  const task = await office.taskOf(number)
  const rated = { state: 'DONE', solved: 'SOLVED', satisfied: 'SATISFIED', outcome: 'SATISFIED', answeredBy: 'KEYPAD' }
  expect(task).toMatchObject(rated)
  expect(await office.letters('cgj')).toMatchObject([{ number, satisfied: 'SATISFIED' }])
  // The process died before it could note that it had settled the call.
  await office.db.update(keypadCalls).set({ settledAt: null }).where(eq(keypadCalls.callId, callId))
  expect(await office.settle()).toBe(1)
  expect(await office.settle()).toBe(0)
  expect(await office.taskOf(number)).toEqual(task)
  expect(await office.letters('cgj')).toHaveLength(1)
  const [record] = await office.db.select().from(calls).where(eq(calls.id, callId))
  // The record that agents read tells no answer.
  expect(record).toMatchObject({ direction: 'OUT', outcome: 'OUT_ASKED', keys: '', answeredAt: null })
})

test('who does not pick up three times was not reached: never content, and by machine only once', async () => {
  const office = await aKeypadOffice()
  await office.join('1002', 'AGENT')
  const number = await office.closed({ caller: landline(1) })
  await office.turn()
  await office.call()
  await office.ended('nobody')
  await office.settle()
  const { id, ...task } = await office.taskOf(number)
  expect(task).toMatchObject({ state: 'WAITING', outcome: null, nextMeans: 'AGENT' })
  for (let tries = 0; tries < 2; tries += 1) {
    const { nextAt } = await office.taskOf(number)
    await office.later((nextAt ?? 0) - office.now() + 1_000)
    expect(await office.call()).toBe(0)
    await office.atPhone('1002')
    const tried = await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'call' })
    expect(tried.statusCode, tried.body).toBe(200)
    await office.send('1002', `/api/follow-ups/${id}/attempts`, { act: 'result', result: 'NO_ANSWER' })
  }
  await office.later(hour)
  await office.turn()
  expect(await office.taskOf(number)).toMatchObject({ state: 'DONE', outcome: 'NOT_REACHED', satisfied: null })
  expect((await office.followUp('1002', id)).attempts.map(({ means, result }) => `${means} ${result}`)).toEqual([
    ...['KEYPAD NO_ANSWER', 'AGENT NO_ANSWER', 'AGENT NO_ANSWER'],
  ])
})

test('a voice box is no answer, and half an answer is broken off', async () => {
  const office = await aKeypadOffice()
  const box = await office.closed({ caller: landline(1) })
  await office.turn()
  await office.call()
  await office.ended('voice box')
  await office.settle()
  expect(await office.taskOf(box)).toMatchObject({ state: 'WAITING', satisfied: null, nextMeans: 'AGENT' })
  const half = await office.closed({ caller: landline(2) })
  await office.turn()
  await office.call()
  await office.ended('breaks off')
  await office.settle()
  await office.turn()
  const task = await office.taskOf(half)
  expect(task).toMatchObject({ state: 'DONE', outcome: 'BROKEN_OFF', solved: null, satisfied: null })
  const { attempts } = await office.followUp('follow-up', task.id)
  expect(attempts).toMatchObject([{ result: 'BROKEN_OFF', note: '只答了第一题：部分解决' }])
})

test('a citizen with two matters due at the same instant rings once, however they are called and however much room there is', async () => {
  const office = await aKeypadOffice({ atOnce: 3, perMinute: 6, whileBelow: 20 })
  await office.closed({ caller: landline(1) })
  const later = await office.closed({ caller: landline(1) })
  await office.turn()
  const placed = await Promise.all([office.call(), office.call(), office.call()])
  expect(placed.reduce((sum, one) => sum + one, 0)).toBe(1)
  await office.ended('nobody')
  await office.settle()
  expect(await office.call()).toBe(0)
  const { nextAt } = await office.taskOf(later)
  expect((nextAt ?? 0) - office.now()).toBeGreaterThan(3.9 * hour)
  await office.later((nextAt ?? 0) - office.now() + 1_000)
  expect(await office.call()).toBe(1)
  expect(office.asked).toHaveLength(2)
})

test('two processes together keep to how many may ring at once', async () => {
  const office = await aKeypadOffice({ atOnce: 2, perMinute: 6, whileBelow: 20 })
  for (let n = 1; n <= 6; n += 1) await office.closed({ caller: landline(n) })
  await office.turn()
  await Promise.all([office.call(), office.call(), office.call()])
  expect(office.asked).toHaveLength(2)
})

/** 0 was pressed, and this agent, if any, talked with them. */
async function pressedZero(office: Awaited<ReturnType<typeof aKeypadOffice>>, agent: string | null): Promise<CallId> {
  const ask = office.asked.at(-1)
  if (!ask) throw new Error('nobody was called')
  const { callId: id, number: callerNumber } = ask
  const talked =
    agent === null
      ? {}
      : {
          agentId: (await office.get<{ person: { id: number } }>(agent, '/api/session')).person.id,
          answeredAt: office.now(),
        }
  await office.recordOf({
    id,
    callerNumber,
    direction: 'OUT',
    arrivedAt: office.now(),
    endedAt: office.now(),
    ...talked,
  })
  const ended = { result: 'WANTS_AGENT' as const, solved: null, satisfied: null, endedAt: office.now() }
  await office.db.insert(keypadCalls).values({ callId: id, followUpId: ask.outgoing.followUp, ...ended })
  return id
}

test('who pressed 0 and talked with an agent is not called again: that agent writes it down, also after the call', async () => {
  const office = await aKeypadOffice()
  await office.join('1002', 'AGENT')
  await office.join('1003', 'AGENT')
  const number = await office.closed({ caller: landline(1) })
  await office.turn()
  await office.call()
  await pressedZero(office, '1002')
  expect(await office.settle()).toBe(1)
  const { id } = await office.taskOf(number)
  expect(await office.taskOf(number)).toMatchObject({ state: 'CALLING', nextMeans: null })
  const answers = { contacted: 'YES', solved: 'SOLVED', satisfied: 'SATISFIED' }
  const other = await office.send('1003', `/api/follow-ups/${id}/answers`, answers)
  expect(other.json()).toMatchObject({ code: 'follow-up.not-your-call' })
  expect((await office.send('1002', `/api/follow-ups/${id}/answers`, answers)).statusCode).toBe(200)
  expect(await office.taskOf(number)).toMatchObject({ outcome: 'SATISFIED', answeredBy: 'KEYPAD' })

  const silent = await office.closed({ caller: landline(2) })
  await office.turn()
  await office.call()
  await pressedZero(office, '1002')
  await office.settle()
  // Nothing was written down: they were reached all the same.
  await office.later(2 * hour)
  await office.turn()
  await office.turn()
  expect(await office.taskOf(silent)).toMatchObject({ state: 'DONE', outcome: 'BROKEN_OFF', satisfied: null })
})

test('0 without an agent: one calls them; 0 and only the agent who took the call: reached, and not called again', async () => {
  const office = await aKeypadOffice()
  const waiting = await office.closed({ caller: landline(1) })
  await office.turn()
  await office.call()
  await pressedZero(office, null)
  await office.settle()
  expect(await office.taskOf(waiting)).toMatchObject({ state: 'WAITING', nextMeans: 'AGENT' })
  const own = await office.closed({ caller: landline(2) })
  await office.turn()
  await office.call()
  await pressedZero(office, '1001')
  await office.settle()
  await office.turn()
  expect(await office.taskOf(own)).toMatchObject({ state: 'DONE', outcome: 'BROKEN_OFF' })
})

test('no more than there is room for: at once, a minute, beside callers, within hours', async () => {
  const office = await aKeypadOffice({ atOnce: 2, perMinute: 3, whileBelow: 5 })
  for (let n = 1; n <= 5; n += 1) await office.closed({ caller: landline(n) })
  await office.turn()
  for (let n = 0; n < 5; n += 1) await office.redis.hset(livingKey, `call-${n}`, '{}')
  expect(await office.call()).toBe(0)
  await office.redis.del(livingKey)
  expect(await office.call()).toBe(2)
  expect(await office.call()).toBe(0)
  await office.ended('answers')
  await office.settle()
  expect(await office.call()).toBe(1)
  await office.ended('answers')
  await office.settle()
  // Three in this minute.
  expect(await office.call()).toBe(0)
  await office.later(61_000)
  expect(await office.call()).toBe(1)
  await office.ended('no line')
  await office.settle()
  // The trunk is left alone for a while.
  await office.later(61_000)
  expect(await office.call()).toBe(0)
  await office.later(5 * 60_000)
  expect(await office.call()).toBe(1)
  await office.later(11 * hour)
  expect(await office.call()).toBe(0)
})

test('who is on the never-call list by now is not called, nor who was called five times today', async () => {
  const office = await aKeypadOffice()
  const listed = await office.closed({ caller: landline(1) })
  await office.turn()
  const { id: by } = (await office.get<{ person: { id: number } }>('1001', '/api/session')).person
  const number = '+863552000001'
  await office.db.transaction((tx) => addNeverCall(tx, { number, reason: '不愿接听', by }, office.now()))
  const often = await office.closed({ caller: landline(2) })
  await office.turn()
  for (let n = 0; n < 5; n += 1) {
    await office.recordOf({
      callerNumber: '+863552000002',
      direction: 'OUT',
      outcome: 'OUT_BUSY',
      arrivedAt: office.now(),
    })
  }
  expect(await office.call()).toBe(0)
  expect(office.asked).toEqual([])
  expect(await office.taskOf(listed)).toMatchObject({ state: 'DONE', outcome: 'REFUSED' })
  expect(await office.taskOf(often)).toMatchObject({ state: 'PLANNED', nextMeans: 'KEYPAD' })
})
