import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance } from '../../../../src/calls/machine/advance.ts'
import type { Call, CallEvent, Effect, TimerName } from '../../../../src/calls/machine/call.ts'
import {
  keypadLimitMs,
  listenMs,
  longestHelloMs,
  longestWordMs,
  silenceMs,
} from '../../../../src/calls/machine/keypad/keypad.ts'
import { placeByMachine } from '../../../../src/calls/machine/keypad/placing.ts'
import { citizenLegOf } from '../../../../src/calls/machine/outgoing/placing.ts'
import { storedCall } from '../../../../src/calls/machine/stored.ts'
import type { PlaybackId } from '../../../../src/platform/types.ts'
import { random } from '../dice.ts'
import { anOffer, entry, timings } from '../world.ts'

/** The machine calls a citizen and asks by keys. */
class Called {
  call: Call
  effects: Effect[]
  now = 1_000_000

  constructor() {
    const outgoing = {
      ...{ by: null, endpoint: '13903551234@trunk-carrier', ringMs: 30_000, isHidden: false, ties: [] },
      ...{ about: { kind: 'ticket', id: '20261124000123' } as const, followUp: 'f1' },
    }
    const step = placeByMachine({ ...entry, channel: citizenLegOf(entry.id), outgoing }, this.now)
    this.call = step.call
    this.effects = step.effects
  }

  on(event: CallEvent, afterMs = 10): this {
    this.now += afterMs
    const step = advance(this.call, event, this.now, timings)
    this.call = step.call
    this.effects = step.effects
    return this
  }
  due(timer: TimerName): this {
    const at = this.call.timers[timer]
    if (at === undefined) throw new Error(`no alarm ${timer}`)
    return this.on({ type: 'timer', timer }, Math.max(0, at - this.now))
  }
  answered = () => this.on({ type: 'leg-up', leg: this.call.channel }, 4_000)
  word = (ms: number) =>
    this.on({ type: 'voice', isOn: true, ms: 0 }, 200).on({ type: 'voice', isOn: false, ms }, ms + 600)
  key = (digit: string) => this.on({ type: 'digit', digit }, 500)
  said(): this {
    const { stage } = this.call
    const playback = stage.phase === 'asking' ? stage.playback : null
    return this.on({ type: 'playback-finished', playback: playback as PlaybackId }, 6_000)
  }
  get prompts(): string[] {
    return this.effects.flatMap((effect) => (effect.do === 'play' ? effect.prompts : []))
  }
  get outcome(): string | null {
    const { stage } = this.call
    return stage.phase === 'ending' || stage.phase === 'ended' ? stage.outcome : null
  }
}
const asked = (): Called => new Called().answered().word(600)

describe('a call by machine', () => {
  it('is dialled in a bridge of its own, which the citizen leaves as they answer', () => {
    const called = new Called()
    expect(called.effects).toMatchObject([{ do: 'create-bridge' }, { do: 'dial', party: { role: 'CALLER' } }])
    called.answered()
    expect(called.effects).toMatchObject([{ do: 'leave-bridge', channel: called.call.channel }])
    expect(called.call).toMatchObject({ stage: { step: 'listening' }, pickedUpAt: called.now, answeredAt: null })
  })

  it('asks once a word was said, and after a silence all the same', () => {
    expect(asked().prompts).toEqual(['keypad-hello', 'keypad-solved'])
    const silent = new Called().answered()
    expect(silent.call.timers.listen).toBe(silent.now + listenMs)
    expect(silent.due('listen').prompts).toEqual(['keypad-hello', 'keypad-solved'])
  })

  it('takes both answers by key, at any moment of the question, and says thank you', () => {
    const called = asked().key('2')
    expect(called.prompts).toEqual(['keypad-satisfied'])
    called.said().key('5')
    expect(called.prompts).toEqual(['survey-thanks'])
    called.said()
    expect(called.call.keypad).toMatchObject({ solved: 2, satisfied: 5, result: 'ANSWERED' })
    // What was answered is no part of the record that agents read.
    expect(called.call).toMatchObject({ keys: '', stage: { outcome: 'OUT_ASKED', endedBy: 'SYSTEM' } })
  })

  it('repeats with *, and a wrong key or no key once', () => {
    expect(asked().key('*').key('*').prompts).toEqual(['keypad-solved'])
    const wrong = asked().key('7')
    expect(wrong.prompts).toEqual(['survey-wrong', 'keypad-solved'])
    expect(wrong.said().due('key').call.keypad).toMatchObject({ result: 'BROKEN_OFF', solved: null })
  })

  it('with 0 puts the citizen into the line, and the agent who takes it talks with them', () => {
    const called = asked().key('1').key('0')
    expect(called.call).toMatchObject({ stage: { phase: 'waiting' }, keypad: { result: 'WANTS_AGENT', solved: 1 } })
    expect(called.prompts).toEqual(['keypad-agent'])
    const offer = anOffer()
    called.on({ type: 'offered', offer }).on({ type: 'pop-shown', offerId: offer.id })
    const leg = called.call.parties.find(({ role }) => role === 'AGENT')?.channel
    if (!leg) throw new Error('no agent')
    called.on({ type: 'leg-up', leg }).on({ type: 'offer-accepted', offerId: offer.id })
    expect(called.call.stage.phase).toBe('talking')
    called.on({ type: 'leg-gone', leg: called.call.channel, cause: 16 })
    expect(called.outcome).toBe('ANSWERED')
  })

  it('that is hung up in the middle is broken off, whatever was answered by then', () => {
    const called = asked().key('1').on({ type: 'leg-gone', leg: asked().call.channel, cause: 16 })
    expect(called.call.keypad).toMatchObject({ solved: 1, satisfied: null, result: 'BROKEN_OFF' })
    expect(called.outcome).toBe('OUT_ASKED')
  })

  it('lasts 40 s at most, however often it is repeated', () => {
    const called = asked()
    expect(called.call.timers.limit).toBe(called.call.pickedUpAt === null ? 0 : called.call.pickedUpAt + keypadLimitMs)
    for (let times = 0; times < 3; times += 1) called.key('*')
    expect(called.due('limit').call.keypad?.result).toBe('BROKEN_OFF')
    expect(called.effects).toContainEqual(expect.objectContaining({ do: 'hangup', channel: called.call.channel }))
  })
})

describe('a voice box', () => {
  it('is told by an announcement that goes on longer than a person’s word', () => {
    const called = new Called().answered().on({ type: 'voice', isOn: true, ms: 0 }, 300)
    expect(called.call.timers.voice).toBe(called.now + longestHelloMs + silenceMs)
    expect(called.due('voice').call).toMatchObject({ keypad: { result: 'VOICE_BOX' } })
    expect(called.outcome).toBe('OUT_VOICE_BOX')
  })

  it('is nobody who answers with a long word', () => {
    expect(new Called().answered().word(longestHelloMs).prompts).toEqual(['keypad-hello', 'keypad-solved'])
    expect(new Called().answered().word(longestHelloMs + 100).outcome).toBe('OUT_VOICE_BOX')
  })

  it('whose announcement began before the answer is told as well', () => {
    const called = new Called().on({ type: 'voice', isOn: true, ms: 0 }, 3_000).answered()
    expect(called.due('voice').outcome).toBe('OUT_VOICE_BOX')
  })

  it('that begins late is told in the middle of the question', () => {
    const called = new Called().answered().due('listen').on({ type: 'voice', isOn: true, ms: 0 }, 1_000)
    expect(called.call.timers.voice).toBe(called.now + longestWordMs + silenceMs)
    expect(called.due('voice').outcome).toBe('OUT_VOICE_BOX')
    expect(called.call.keypad?.result).toBe('VOICE_BOX')
  })

  it('is a line on which nothing was ever said or pressed', () => {
    const called = new Called().answered().due('listen').said().due('key').said().due('key')
    expect(called.call.keypad?.result).toBe('VOICE_BOX')
  })

  it('is nobody who has pressed a key, however long they talk', () => {
    const called = asked().key('1').on({ type: 'voice', isOn: true, ms: 0 })
    expect(called.call.timers.voice).toBeUndefined()
  })
})

describe('a citizen who is not reached', () => {
  it.each([
    [17, 'BUSY', 'OUT_BUSY'],
    [21, 'NO_ANSWER', 'OUT_DECLINED'],
    [19, 'NO_ANSWER', 'OUT_NO_ANSWER'],
    [1, 'UNREACHABLE', 'OUT_NO_NUMBER'],
    [34, 'NOT_PLACED', 'OUT_NOT_PLACED'],
    [127, 'UNREACHABLE', 'OUT_UNREACHABLE'],
  ])('by cause %i: %s', (cause, result, outcome) => {
    const called = new Called()
    called.on({ type: 'leg-gone', leg: called.call.channel, cause })
    expect(called.call.keypad?.result).toBe(result)
    expect(called.outcome).toBe(outcome)
  })

  it('is hung up when the phone has rung long enough', () => {
    const called = new Called().due('reach')
    expect(called.call.keypad?.result).toBe('NO_ANSWER')
    expect(called.effects).toContainEqual(expect.objectContaining({ do: 'hangup', channel: called.call.channel }))
  })
})

describe('a controller that dies', () => {
  const nothing = { legs: [], bridged: [], consulting: null, isRecording: false, isConsultRecorded: false }
  const reborn = (called: Called): Called => {
    called.call = storedCall(JSON.parse(JSON.stringify(called.call)))
    return called
  }

  it('while it rings: who answered meanwhile is listened to, and nobody is dialled twice', () => {
    const up = reborn(new Called()).on({
      type: 'adopted',
      found: { ...nothing, isCallerAlive: true, isCallerUp: true },
    })
    expect(up.call.stage).toMatchObject({ step: 'listening' })
    const down = { ...nothing, isCallerAlive: true, isCallerDown: true }
    expect(reborn(new Called()).on({ type: 'adopted', found: down }).call.keypad?.result).toBe('NOT_PLACED')
    const gone = reborn(new Called()).on({ type: 'adopted', found: { ...nothing, isCallerAlive: false } })
    expect(gone.call.keypad?.result).toBe('NO_ANSWER')
  })

  it('in a question: it is asked again', () => {
    const called = reborn(asked().key('1')).on({ type: 'adopted', found: { ...nothing, isCallerAlive: true } })
    expect(called.prompts).toEqual(['keypad-satisfied'])
    expect(called.key('3').call.keypad).toMatchObject({ solved: 1, satisfied: 3, result: 'ANSWERED' })
  })
})

describe('any order of events', () => {
  it('turns no silence into an answer, ends in 40 s or in the line, and leaves nothing', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, length) => {
        const dice = random(seed)
        const called = new Called()
        if (dice() < 0.9) called.answered()
        const pressed: string[] = []
        for (let index = 0; index < length && called.call.stage.phase === 'asking'; index += 1) {
          const roll = dice()
          const { stage } = called.call
          if (roll < 0.3) {
            const digit = '0123456789*#'[Math.floor(dice() * 12)] ?? '1'
            pressed.push(digit)
            called.key(digit)
          } else if (roll < 0.5) called.on({ type: 'voice', isOn: dice() < 0.5, ms: dice() * 8_000 }, dice() * 3_000)
          else if (roll < 0.7 && stage.phase === 'asking' && stage.playback) called.said()
          else if (roll < 0.75) called.on({ type: 'leg-gone', leg: called.call.channel, cause: 16 })
          else {
            const timers = Object.entries(called.call.timers).toSorted(([, a], [, b]) => a - b)
            const [next] = timers
            if (next) called.due(next[0] as TimerName)
          }
        }
        const { keypad, pickedUpAt, endedAt, stage } = called.call
        if (keypad?.result === 'ANSWERED') {
          expect(pressed).toContain(String(keypad.solved))
          expect(pressed).toContain(String(keypad.satisfied))
        } else expect(keypad?.satisfied ?? null).toBeNull()
        if (stage.phase === 'ending' && pickedUpAt !== null && endedAt !== null)
          expect(endedAt - pickedUpAt).toBeLessThanOrEqual(keypadLimitMs + 10_000)
        if (stage.phase !== 'ending' && stage.phase !== 'ended') return
        called.on({ type: 'leg-gone', leg: called.call.channel, cause: 16 })
        expect(called.call).toMatchObject({ stage: { phase: 'ended' }, timers: {} })
        expect(called.call.owned).toEqual({ caller: false, legs: [], bridge: null, recording: null })
        expect(called.call.segments.filter((segment) => segment.endedAt === null)).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })
})
