import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { recordings } from '../../src/calls/recordings/schema.ts'
import { callSegments } from '../../src/calls/records/schema.ts'
import { emergencyHandovers } from '../../src/emergency/schema.ts'
import { readUserToUser } from '../../src/exchange/headers.ts'
import { settings } from './hotline.ts'
import { ask as asterisk, closedRecord, crashController, nothingIsLeft, until, withDatabase } from './support/books.ts'
import type { Media } from './support/rtp.ts'
import { openSeat, type Seat } from './support/seat.ts'
import { type Citizen, callIn, everybodyHangsUp } from './support/sipp.ts'
import { toneShare } from './support/sound.ts'

/** Consult, transfer and three-way with real SIP telephones: each speaks a tone, and who hears whom is measured. */

/** No number outside speaks at it: theirs are multiples of 50. */
const citizenHz = 730
let a: Seat
let b: Seat
let c: Seat
let citizen: Citizen

beforeAll(async () => {
  a = await openSeat('1001', 1_100)
  b = await openSeat('1002', 1_700)
  c = await openSeat('1003', 2_300)
})
afterAll(async () => {
  for (const seat of [a, b, c]) await seat?.close()
})
afterEach(async () => {
  await play('answers')
  await province('/play', { manner: 'acknowledges' })
  await everybodyHangsUp()
  // Those who were talking with others go on without the citizen.
  for (const seat of [a, b]) if (seat.call?.phase === 'talking') await seat.act('hang-up').catch(() => undefined)
  await nothingIsLeft()
  for (const seat of [a, b, c]) {
    seat.phone = 'answers'
    await seat.rest()
  }
})

/** Of somebody outside: the program that plays the province speaks a tone for each number. */
const outside = { kind: 'outside', number: '12366' }

interface PlayedCall {
  number: string
  state: string
  toneHz: number
  loudness: number
  caller: string
  headers: { userToUser: string }
}

async function province<T>(path: string, body?: unknown): Promise<T> {
  const base = settings().provinceUrl
  if (base === null) throw new Error('nobody plays the province')
  const method = body === undefined ? 'GET' : 'POST'
  const asked =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(new URL(path, base), { method, ...asked })
  return (await answer.json()) as T
}

const play = (behaviour: string) => province('/play', { number: outside.number, behaviour })

interface Played {
  calls: PlayedCall[]
  messages: { message: { msg_id: string; body: { emergency: string | null; caller: { number: string } } } }[]
}

async function played(number = outside.number): Promise<PlayedCall> {
  return until(`${number} talks`, async () => {
    const { calls } = await province<Played>('/state')
    return calls.find((call) => call.number === number && call.state === 'talking') ?? null
  })
}

type Ear = Pick<Media, 'shareOf' | 'loudness'>

/** Each listener with the tones that they hear, and no other; `music`: something that is none of them. */
async function hear(wanted: [who: string, ear: Ear, hears: (number | 'music')[]][], tones: number[]): Promise<void> {
  for (const [who, ear, hears] of wanted) {
    const found = () => {
      const heard: (number | 'music')[] = tones.filter((hertz) => ear.shareOf(hertz, 400) > 0.1)
      return heard.length === 0 && ear.loudness(400) > 0.005 ? ['music'] : heard
    }
    await until(`${who} hears ${hears.join(' and ') || 'nobody'}, not ${found()}`, async () =>
      JSON.stringify(found()) === JSON.stringify(hears) ? true : null,
    )
  }
}

const tones = [citizenHz, 1_100, 1_700, 2_300]

/** A citizen who talks with 1001. */
async function talk(from: string): Promise<void> {
  await a.ready()
  citizen = await callIn({ sip: settings(), from, to: '12345' })
  await citizen.answered
  citizen.media.speak(citizenHz)
  await until('1001 talks', async () => (a.call?.phase === 'talking' ? true : null))
  await hear(
    [
      ['the citizen', citizen.media, [1_100]],
      ['1001', a.media, [citizenHz]],
    ],
    tones,
  )
}

const agent = (seat: Seat) => ({ kind: 'agent', number: seat.number })
const stepOf = (seat: Seat, id: string) => seat.call?.parties.find((party) => party.id === id)?.step ?? null

/** The phone itself: desk and floor say so before it is dialled. */
const rings = (seat: Seat) => until(`the phone of ${seat.number} rings`, async () => (seat.isRinging ? true : null))

async function consult(seat: Seat): Promise<string> {
  await seat.ready()
  const party = await a.add(agent(seat), 'consult')
  await until(`${seat.number} is there`, async () => (stepOf(a, party) === 'UP' ? true : null))
  return party
}

const apart = () =>
  hear(
    [
      ['the citizen', citizen.media, ['music']],
      ['1001', a.media, [1_700]],
      ['1002', b.media, [1_100]],
    ],
    tones,
  )

const together = () =>
  hear(
    [
      ['the citizen', citizen.media, [1_100, 1_700]],
      ['1001', a.media, [citizenHz, 1_700]],
      ['1002', b.media, [citizenHz, 1_100]],
    ],
    tones,
  )

async function withSecond(): Promise<void> {
  await hear(
    [
      ['the citizen', citizen.media, [1_700]],
      ['1002', b.media, [citizenHz]],
    ],
    tones,
  )
  // The desk is told a moment after the telephones.
  const isTheirs = () => b.call?.phase === 'talking' && b.call.agentNumber === b.number
  await until('the desk of 1002 has the call', async () => (isTheirs() ? true : null))
}

async function storyOf(callId: string) {
  return withDatabase(async (db) => ({
    segments: await db
      .select()
      .from(callSegments)
      .where(eq(callSegments.callId, callId as never))
      .orderBy(callSegments.seq),
    sounds: await db
      .select()
      .from(recordings)
      .where(eq(recordings.callId, callId as never)),
  }))
}

describe('a second agent', () => {
  test('is consulted, swapped, joined, muted, held and left with the citizen: each hears whom they should', async () => {
    await talk('13903556001')
    const party = await consult(b)
    await apart()

    await a.act('swap')
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
        ['1002', b.media, ['music']],
      ],
      tones,
    )
    await a.act('swap')
    await apart()

    await a.act('join')
    await together()
    const ofParty = `/api/calls/${a.call?.id}/parties/${party}`
    expect((await a.ask('PATCH', ofParty, { isMuted: true })).status).toBe(204)
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
        ['1002', b.media, [citizenHz, 1_100]],
      ],
      tones,
    )
    expect((await a.ask('PATCH', ofParty, { isMuted: false })).status).toBe(204)
    await together()
    expect((await a.ask('PATCH', ofParty, { isOnHold: true })).status).toBe(204)
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
        ['1002', b.media, ['music']],
      ],
      tones,
    )
    expect((await a.ask('PATCH', ofParty, { isOnHold: false })).status).toBe(204)
    await together()
    await a.act('hold')
    await hear(
      [
        ['the citizen', citizen.media, ['music']],
        ['1001', a.media, [1_700]],
        ['1002', b.media, [1_100]],
      ],
      tones,
    )
    await a.act('resume')
    await together()

    await a.act('leave')
    await withSecond()
    await until('1001 is free for wrap-up', async () => (a.state === 'WRAP_UP' && !a.isOnPhone ? true : null))
    await b.act('hang-up')
    expect((await citizen.ended).by).toBe('hotline')

    const record = await closedRecord('+8613903556001')
    expect(record).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
    const { segments } = await storyOf(record.id)
    expect(segments.filter((one) => one.party === null).map((one) => one.kind)).toEqual([
      ...[
        'GREETING',
        'WAITING',
        'OFFER',
        'TALKING',
        'HOLD',
        'TALKING',
        'HOLD',
        'TALKING',
        'HOLD',
        'TALKING',
        'TALKING',
      ],
    ])
    expect(segments.filter((one) => one.party !== null).map((one) => `${one.kind} ${one.result}`)).toEqual([
      'DIAL ANSWERED',
      'CONSULT TRANSFERRED',
      'THREE_WAY TRANSFERRED',
    ])
    await bothAreRecorded(record.id)
  })

  /** One recording of the talk from its first word to its last, and the consult apart. */
  async function bothAreRecorded(callId: string): Promise<void> {
    const sounds = await until('both recordings are kept', async () => {
      const { sounds: all } = await storyOf(callId)
      return all.length === 2 && all.every((one) => one.status === 'KEPT') ? all : null
    })
    const fileOf = (isConsult: boolean) => {
      const name = sounds.find((one) => one.name.endsWith('.consult') === isConsult)?.name
      return join(settings().spoolDir, 'recording', `${name}.wav`)
    }
    for (const hertz of [citizenHz, 1_100, 1_700]) expect(await toneShare(fileOf(false), hertz)).toBeGreaterThan(0.2)
    for (const hertz of [1_100, 1_700]) expect(await toneShare(fileOf(true), hertz)).toBeGreaterThan(0.2)
    expect(await toneShare(fileOf(true), citizenHz)).toBeLessThan(0.05)
  }

  test('takes the call over after the consult, and ends it', async () => {
    await talk('13903556002')
    await consult(b)
    await a.act('complete')
    await withSecond()
    await until('1001 wraps up', async () => (a.state === 'WRAP_UP' ? true : null))
    await b.hangUpPhone()
    expect((await citizen.ended).by).toBe('hotline')
    expect(await closedRecord('+8613903556002')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  })

  test('who is busy, away or does not want to brings the citizen back to the agent, with words', async () => {
    await talk('13903556003')
    await b.ready()
    b.phone = 'busy'
    await a.add(agent(b), 'consult')
    await until('1001 is told', async () => (a.call?.lastResult?.title === '对方占线' ? true : null))
    await hear([['the citizen', citizen.media, [1_100]]], tones)
    // Free without blame, and nobody else's meanwhile.
    await until('1002 is ready', async () => (b.state === 'READY' ? true : null))

    await c.notReady()
    await a.add(agent(c), 'three-way')
    await until('1001 is told', async () => (a.call?.lastResult?.result === 'NOT_READY' ? true : null))
    await hear([['1001', a.media, [citizenHz]]], tones)

    b.phone = 'silent'
    const party = await a.add(agent(b), 'consult')
    await rings(b)
    await hear([['the citizen', citizen.media, ['music']]], tones)
    await until('the desk says so', async () => (stepOf(a, party) === 'RINGING' ? true : null))
    await a.act('cancel')
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
      ],
      tones,
    )
    await until('1002 is ready', async () => (b.state === 'READY' ? true : null))
    await citizen.hangUp()
  })

  test('gets a call blind: the first one is free at once', async () => {
    await talk('13903556004')
    await b.ready()
    await a.add(agent(b), 'blind')
    await until('1001 wraps up', async () => (a.state === 'WRAP_UP' ? true : null))
    await withSecond()
    await citizen.hangUp()
    const record = await closedRecord('+8613903556004')
    const { segments } = await storyOf(record.id)
    expect(segments.filter((one) => one.party === null).map((one) => one.kind)).toEqual([
      ...['GREETING', 'WAITING', 'OFFER', 'TALKING', 'TRANSFER', 'TALKING'],
    ])
  })

  test('refuses what makes no sense, with a code of its own', async () => {
    await talk('13903556005')
    const actions = `/api/calls/${a.call?.id}/actions`
    expect(await a.ask('POST', actions, { action: 'swap' })).toMatchObject({ status: 409, code: 'call.no-consult' })
    expect(await a.ask('POST', actions, { action: 'leave' })).toMatchObject({ status: 409, code: 'call.nobody-stays' })
    expect(await b.ask('POST', actions, { action: 'hold' })).toMatchObject({ status: 403, code: 'call.not-yours' })
    const parties = `/api/calls/${a.call?.id}/parties`
    const stranger = { to: { kind: 'outside', number: '13800138000' }, mode: 'consult' }
    expect(await a.ask('POST', parties, stranger)).toMatchObject({ status: 403, code: 'call.number-not-allowed' })
    await citizen.hangUp()
  })
})

describe('somebody outside', () => {
  test('hears the hotline’s number, talks with both, and goes on with the citizen when the agent leaves', async () => {
    await talk('13903556011')
    await a.add(outside, 'three-way')
    const call = await played()
    expect(call.caller).toBe('12345')
    const all = [...tones, call.toneHz]
    await hear(
      [
        ['the citizen', citizen.media, [1_100, call.toneHz]],
        ['1001', a.media, [citizenHz, call.toneHz]],
      ],
      all,
    )
    await a.act('leave')
    await hear([['the citizen', citizen.media, [call.toneHz]]], all)
    await until('1001 wraps up', async () => (a.state === 'WRAP_UP' ? true : null))
    expect((await played()).loudness).toBeGreaterThan(0.01)
    await citizen.hangUp()
    expect(await closedRecord('+8613903556011')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  })

  test('who is busy after a blind transfer leaves the citizen first in line, with music until the next agent', async () => {
    await play('busy')
    await talk('13903556012')
    await b.ready()
    await a.add(outside, 'blind')
    await withSecond()
    await citizen.hangUp()
  })
})

describe('an emergency', () => {
  test('comes into the talk out of a consult, is told who calls, and the record proves when it was handed over', async () => {
    await talk('13903556013')
    await consult(b)
    await apart()
    const callId = a.call?.id ?? ''
    const party = await a.add({ kind: 'outside', number: '119' }, 'three-way')
    const call = await played('119')
    expect(readUserToUser(call.headers.userToUser)).toBe(party)
    const { messages } = await province<Played>('/state')
    const packet = messages.find(({ message }) => message.msg_id === party)?.message.body
    expect(packet).toMatchObject({ emergency: '119', caller: { number: '+8613903556013' } })
    await hear(
      [
        ['the citizen', citizen.media, [1_100, call.toneHz]],
        ['1001', a.media, [citizenHz, call.toneHz]],
      ],
      [...tones, call.toneHz],
    )
    // Whom the agent was asking has made room.
    await until('1002 wraps up', async () => (b.state === 'WRAP_UP' ? true : null))
    await a.act('leave')
    await hear([['the citizen', citizen.media, [call.toneHz]]], [...tones, call.toneHz])
    await citizen.hangUp()
    await closedRecord('+8613903556013')
    const proof = await withDatabase((db) =>
      db
        .select()
        .from(emergencyHandovers)
        .where(eq(emergencyHandovers.callId, callId as never)),
    )
    expect(proof).toMatchObject([{ id: party, service: '119', packetState: 'ACKED', result: 'CALLER_LEFT' }])
    const [{ askedAt, dialledAt, pickedUpAt, agentLeftAt, endedAt } = {} as never] = proof
    expect([askedAt, dialledAt, pickedUpAt, agentLeftAt, endedAt].toSorted()).toEqual([
      askedAt,
      dialledAt,
      pickedUpAt,
      agentLeftAt,
      endedAt,
    ])
  })
})

describe('a target that rings', () => {
  async function ringing(from: string, mode: string): Promise<void> {
    await talk(from)
    await b.ready()
    b.phone = 'silent'
    await a.add(agent(b), mode)
    await rings(b)
  }

  test('rings no more when the citizen hangs up, and nothing is left', async () => {
    await ringing('13903556031', 'consult')
    await citizen.hangUp()
    await until('1002 is free', async () => (b.state === 'READY' ? true : null))
    expect(await closedRecord('+8613903556031')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
  })

  test('rings no more when the agent hangs up, and gets the citizen from the line instead', async () => {
    await ringing('13903556032', 'three-way')
    b.phone = 'answers'
    await a.hangUpPhone()
    await withSecond()
    await b.act('hang-up')
    expect((await citizen.ended).by).toBe('hotline')
  })

  test('for too long is given up: the agent is told, and has the citizen back', async () => {
    await ringing('13903556033', 'consult')
    await until('1001 is told', async () => (a.call?.lastResult?.title === '对方未接听' ? true : null))
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
      ],
      tones,
    )
    await until('1002 is free', async () => (b.state === 'READY' ? true : null))
    await citizen.hangUp()
  })
})

test('six talk with one another, and the seventh is refused', async () => {
  await talk('13903556041')
  const others: PlayedCall[] = []
  for (const number of ['12366', '12367', '12305', '12313']) {
    await a.add({ kind: 'outside', number }, 'three-way')
    others.push(await played(number))
    await until('they are in', async () => (a.call?.parties.every(({ isUp }) => isUp) ? true : null))
  }
  const heard = [...new Set(others.map(({ toneHz }) => toneHz))].toSorted((one, other) => one - other)
  expect(heard.length).toBeGreaterThan(1)
  const unheard = new Set([1_100, ...heard])
  await until('the citizen hears them all', async () => {
    for (const hertz of unheard) if (citizen.media.shareOf(hertz, 200) > 0.05) unheard.delete(hertz)
    return unheard.size === 0 ? true : null
  })
  const seventh = { to: { kind: 'outside', number: '12360' }, mode: 'three-way' }
  expect(await a.ask('POST', `/api/calls/${a.call?.id}/parties`, seventh)).toMatchObject({
    code: 'call.too-many-parties',
  })
  await a.act('hang-up')
  expect((await citizen.ended).by).toBe('hotline')
})

test('a call that is handed to a skill waits in its line and reaches an agent who has it', async () => {
  await talk('13903556042')
  await b.ready()
  await a.add({ kind: 'skill', skill: 'general' }, 'blind')
  await until('1001 wraps up', async () => (a.state === 'WRAP_UP' ? true : null))
  await withSecond()
  expect(b.call?.skill).toBe('general')
  await citizen.hangUp()
})

test('a phone that transfers by itself is refused, makes no leg, and its talk goes on', async () => {
  await talk('13903556043')
  const before = await asterisk<{ id: string }[]>('channels')
  expect(await a.transferByPhone('12366')).toBe(603)
  await hear(
    [
      ['the citizen', citizen.media, [1_100]],
      ['1001', a.media, [citizenHz]],
    ],
    tones,
  )
  expect((await asterisk<{ id: string }[]>('channels')).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  await citizen.hangUp()
})

describe('whoever hangs up', () => {
  const states = {
    consult: async () => {
      await consult(b)
      await apart()
    },
    'a consult, back with the citizen': async () => {
      await consult(b)
      await a.act('swap')
      await hear([['1002', b.media, ['music']]], tones)
    },
    'a three-way': async () => {
      await consult(b)
      await a.act('join')
      await together()
    },
  }
  let serial = 13_903_556_100
  for (const [state, enter] of Object.entries(states)) {
    test(`in ${state}: after the citizen the two agents go on, and either of them ends it`, async () => {
      const from = `${serial++}`
      await talk(from)
      await enter()
      await citizen.hangUp()
      await hear(
        [
          ['1001', a.media, [1_700]],
          ['1002', b.media, [1_100]],
        ],
        tones,
      )
      const isAlone = () => a.call?.parties.every(({ role }) => role !== 'CALLER')
      await until('the desk knows that the citizen is gone', async () => (isAlone() ? true : null))
      if (state === 'consult') await a.act('hang-up')
      else await b.hangUpPhone()
      expect(await closedRecord(`+86${from}`)).toMatchObject({ outcome: 'ANSWERED', endedBy: 'CALLER' })
    })

    test(`in ${state}: the second agent leaves the two together`, async () => {
      await talk(`${serial++}`)
      await enter()
      await b.hangUpPhone()
      await hear(
        [
          ['the citizen', citizen.media, [1_100]],
          ['1001', a.media, [citizenHz]],
        ],
        tones,
      )
      await citizen.hangUp()
    })

    test(`in ${state}: of the agent who is answerable the citizen is not left alone`, async () => {
      await talk(`${serial++}`)
      await enter()
      await a.hangUpPhone()
      if (state === 'a three-way') await withSecond()
      else await until('the citizen is in line', async () => (citizen.media.loudness(400) > 0.005 ? true : null))
      await citizen.hangUp()
    })
  }
})

describe('a controller that is killed', () => {
  test('in a consult changes nothing for those who talk, and the next one can join and end it', async () => {
    await talk('13903556021')
    await consult(b)
    await apart()
    await crashController()
    await apart()
    await a.act('join')
    await together()
    await a.act('hang-up')
    expect((await citizen.ended).by).toBe('hotline')
    expect(await closedRecord('+8613903556021')).toMatchObject({ outcome: 'ANSWERED', endedBy: 'AGENT' })
  })

  test('in a three-way changes nothing either, and the next one knows every party', async () => {
    await talk('13903556022')
    await consult(b)
    await a.act('join')
    await together()
    await crashController()
    await together()
    expect(a.call?.parties.map(({ role }) => role)).toEqual(['CALLER', 'AGENT', 'PARTNER'])
    await a.act('leave')
    await withSecond()
    await b.act('hang-up')
    expect((await citizen.ended).by).toBe('hotline')
  })

  test('while a phone rings leaves it ringing, and the one who answers is there', async () => {
    await talk('13903556023')
    await b.ready()
    b.phone = 'silent'
    const party = await a.add(agent(b), 'consult')
    await rings(b)
    await crashController()
    await hear([['the citizen', citizen.media, ['music']]], tones)
    b.pickUp()
    await until('1002 is there', async () => (stepOf(a, party) === 'UP' ? true : null))
    await apart()
    await a.act('complete')
    await withSecond()
    await citizen.hangUp()
  })

  test('before the leg is made is followed by one that rings the party all the same', async () => {
    await talk('13903556026')
    // The packet is waited for before the phone of the province rings: long enough for a kill.
    await province('/play', { manner: 'silent' })
    await a.add({ kind: 'outside', number: '035112345' }, 'three-way')
    await crashController()
    const call = await played('035112345')
    const all = [...tones, call.toneHz]
    await hear([['the citizen', citizen.media, [1_100, call.toneHz]]], all)
    await a.act('hang-up')
    expect((await citizen.ended).by).toBe('hotline')
  })

  test('after a blind transfer leaves the citizen with music, then with the one who answers', async () => {
    await talk('13903556024')
    await b.ready()
    b.phone = 'silent'
    await a.add(agent(b), 'blind')
    await rings(b)
    await crashController()
    b.pickUp()
    await withSecond()
    await citizen.hangUp()
  })

  test('in a consult while the agent is back with the citizen leaves the other with music', async () => {
    await talk('13903556025')
    await consult(b)
    await a.act('swap')
    await hear([['1002', b.media, ['music']]], tones)
    await crashController()
    await hear(
      [
        ['the citizen', citizen.media, [1_100]],
        ['1001', a.media, [citizenHz]],
        ['1002', b.media, ['music']],
      ],
      tones,
    )
    await a.act('swap')
    await apart()
    await a.act('hang-up')
  })
})
