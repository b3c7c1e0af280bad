import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { callSurveys } from '../../src/calls/survey/schema.ts'
import { settings } from './hotline.ts'
import {
  closedRecord,
  crashController,
  nothingIsLeft,
  segmentsOf,
  stageOf,
  until,
  untilPhase,
  withDatabase,
} from './support/books.ts'
import { openSeat, type Seat } from './support/seat.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'

/** Callers who are asked to rate a talk, with real telephones and keys; the test's hotline asks those of 12320 alone. */

const seats: Seat[] = []

beforeAll(async () => {
  for (const [index, number] of ['1001', '1002', '1003', '1004'].entries())
    seats.push(await openSeat(number, 1_100 + index * 300))
})
afterEach(async () => {
  await everybodyHangsUp()
  await nothingIsLeft()
})
afterAll(async () => {
  for (const seat of seats) {
    await seat.rest()
    await seat.close()
  }
})

interface Talk {
  seat: Seat
  citizen: Citizen
  number: string
}

/** With whichever agent they get: told by the tone. */
async function talk(number: string): Promise<Talk> {
  const citizen = await callIn({ sip: settings(), from: number, to: '03555550320' })
  await citizen.answered
  const seat = await until(
    `an agent is heard by ${number}`,
    async () => seats.find(({ hertz }) => citizen.media.shareOf(hertz, 400) > 0.3) ?? null,
  )
  return { seat, citizen, number: `+86${number}` }
}

/** The agent is gone, in wrap-up, and something is said. */
async function isAsked({ seat, citizen, number }: Talk): Promise<void> {
  await untilPhase(number, 'question')
  await until(`${seat.number} is in wrap-up`, async () => (seat.state === 'WRAP_UP' && !seat.isOnPhone ? true : null))
  await until('the question is heard', async () =>
    citizen.media.loudness(300) > 0.005 && citizen.media.shareOf(seat.hertz, 300) < 0.05 ? true : null,
  )
}

async function ratingOf({ number }: Talk) {
  const record = await closedRecord(number)
  expect(record).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT', keys: '' })
  const [row] = await withDatabase((db) => db.select().from(callSurveys).where(eq(callSurveys.callId, record.id)))
  const segments = await segmentsOf(record.id)
  return { level: row?.level, result: row?.result, segments: segments.slice(-2) }
}

const thanked = ['TALKING AGENT_ENDED', 'SURVEY RATED']
const not = ['TALKING AGENT_ENDED', 'SURVEY NOT_RATED']

test('a key rates the talk; silence, a hang-up and wrong keys do not; a controller that is killed asks again', async () => {
  await Promise.all(seats.map((seat) => seat.ready()))
  const talks = await Promise.all(seats.map((_, index) => talk(`1390358000${index}`)))
  const [key, silence, left, killed] = talks as [Talk, Talk, Talk, Talk]

  await key.seat.act('hang-up')
  await left.seat.act('hang-up')
  await silence.seat.hangUpPhone()
  await killed.seat.act('hang-up')
  await Promise.all(talks.map(isAsked))
  await key.citizen.media.press('1')
  await left.citizen.media.press('7')
  expect((await key.citizen.ended).by).toBe('hotline')
  await left.citizen.hangUp()
  await crashController()
  // A key that comes before the call is taken on is lost.
  await until('the next controller hears the key', async () => {
    await killed.citizen.media.press('3')
    const stage = await stageOf(killed.number)
    return stage?.phase === 'surveying' && stage.step === 'question' ? null : true
  })
  for (const { citizen } of [killed, silence]) expect((await citizen.ended).by).toBe('hotline')
  expect(await ratingOf(key)).toEqual({ level: 1, result: 'RATED', segments: thanked })
  expect(await ratingOf(left)).toEqual({ level: null, result: 'HUNG_UP', segments: not })
  expect(await ratingOf(silence)).toEqual({ level: null, result: 'NO_KEY', segments: not })
  expect(await ratingOf(killed)).toEqual({ level: 3, result: 'RATED', segments: thanked })
})
