import { describe, expect, test } from 'vitest'
import type { PartyView } from '../../../src/calls/machine/view.ts'
import { allowed, controls, reasonWords, type Situation } from '../../../src/web/desk/bar/controls.ts'
import { controlFor, type KeyFacts, padKey } from '../../../src/web/desk/shortcuts.ts'
import { aCall, agentId, anAgent } from './build.ts'

/** What one may ask for with the citizen alone. */
const asking = ['transfer', 'consult', 'join', 'emergency']

const situation = (over: Partial<Situation> = {}): Situation => ({
  me: anAgent(),
  call: null,
  phone: 'none',
  isLive: true,
  hasMicrophone: true,
  ...over,
})
const names = (over: Partial<Situation>) => {
  const can = allowed(situation(over))
  return controls.filter((control) => can[control])
}

describe('which controls do something', () => {
  test('none while nothing happens', () => {
    expect(names({})).toEqual([])
  })

  test('answering while the phone rings', () => {
    expect(names({ me: anAgent({ state: 'RINGING' }), call: aCall(), phone: 'incoming' })).toEqual(['answer'])
  })

  const parties = [
    { id: 'caller', role: 'CALLER', agentId: null },
    { id: 'me', role: 'AGENT', agentId: agentId(7) },
  ].map((party) => ({ ...party, step: 'UP', isUp: true, room: 'TALK' })) as PartyView[]
  const call = aCall({ phase: 'talking', parties, actions: ['hold', 'hangup'] })
  const talking = { me: anAgent({ state: 'TALKING' }), call, phone: 'talking' } as const
  test('the call’s own while talking', () => {
    expect(names(talking)).toEqual(['mute', 'hold', 'keypad', 'hangup', ...asking])
  })

  test('what the browser does itself goes on while the server is away', () => {
    expect(names({ ...talking, isLive: false })).toEqual(['mute', 'keypad', 'hangup'])
  })

  test('hold and hang-up for who talks on a desk phone', () => {
    expect(names({ ...talking, phone: 'none' })).toEqual(['hold', 'hangup', ...asking])
  })

  test('no hold and nobody asked in for an agent who was asked in themselves', () => {
    const guest = { ...call, parties: [...parties.slice(0, 1), { ...parties[1], role: 'PARTNER' } as PartyView] }
    expect(names({ ...talking, call: guest })).toEqual(['mute', 'keypad', 'hangup', 'transfer'])
  })

  test('ending and extending in wrap-up, also while the call goes on with somebody else', () => {
    const theirs = { ...call, parties: parties.map((party) => ({ ...party, agentId: null })) }
    for (const left of [theirs, aCall({ phase: 'ended' })]) {
      expect(names({ me: anAgent({ state: 'WRAP_UP' }), call: left })).toEqual(['finish', 'extend'])
    }
  })

  test('not ready without a microphone: who is rung could not answer', () => {
    expect(names({ me: anAgent({ state: 'NOT_READY' }) })).toEqual(['ready'])
    expect(names({ me: anAgent({ state: 'NOT_READY' }), hasMicrophone: false })).toEqual([])
  })

  test('ready again after a missed ring, once the phone is registered', () => {
    const missed = anAgent({ state: 'NOT_READY', reason: 'ring-missed' })
    expect(names({ me: missed })).toEqual(['ready'])
    expect(names({ me: { ...missed, isReachable: false } })).toEqual([])
  })
})

describe('keys', () => {
  const key = (code: string, over: Partial<KeyFacts> = {}): KeyFacts => ({
    code,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    focus: 'page',
    ...over,
  })
  const anything = () => true

  test.each([
    ['KeyM', 'mute'],
    ['KeyH', 'hold'],
    ['KeyK', 'keypad'],
    ['KeyT', 'transfer'],
    ['KeyC', 'consult'],
    ['KeyJ', 'join'],
    ['KeyX', 'swap'],
    ['KeyE', 'emergency'],
    ['Backspace', 'hangup'],
    ['Space', 'answer'],
    ['F9', 'answer'],
    ['Equal', 'extend'],
  ])('%s means %s', (code, control) => {
    expect(controlFor(key(code), anything)).toBe(control)
  })

  test('letters belong to the text while one types, and to the call with Alt', () => {
    expect(controlFor(key('KeyM', { focus: 'text' }), anything)).toBeNull()
    expect(controlFor(key('KeyM', { focus: 'text', altKey: true }), anything)).toBe('mute')
    expect(controlFor(key('Backspace', { focus: 'text' }), anything)).toBeNull()
  })

  test('F9 answers even out of a text field', () => {
    expect(controlFor(key('F9', { focus: 'text' }), anything)).toBe('answer')
  })

  test('Space is typed in a text field, and left to buttons while nothing rings', () => {
    expect(controlFor(key('Space', { focus: 'text' }), anything)).toBeNull()
    expect(controlFor(key('Space'), () => false)).toBeNull()
  })

  test('nothing is taken from the browser', () => {
    expect(controlFor(key('KeyR', { ctrlKey: true }), anything)).toBeNull()
  })

  test('R means what is possible: ending the wrap-up, or ready again', () => {
    expect(controlFor(key('KeyR'), (control) => control === 'ready')).toBe('ready')
    expect(controlFor(key('KeyR'), (control) => control === 'finish')).toBe('finish')
    expect(controlFor(key('KeyR'), () => false)).toBeNull()
  })

  test('the keypad takes digits, star and hash only', () => {
    const plain = { altKey: false, ctrlKey: false, metaKey: false }
    expect(['5', '*', '#'].map((one) => padKey({ key: one, ...plain }))).toEqual(['5', '*', '#'])
    expect(padKey({ key: 'a', ...plain })).toBeNull()
    expect(padKey({ key: '5', ...plain, ctrlKey: true })).toBeNull()
  })
})

describe('why somebody is not ready', () => {
  const breaks = [{ code: 'meal', name: '用餐' }]

  test('is said in words', () => {
    expect(reasonWords('meal', breaks)).toBe('用餐')
    expect(reasonWords('ring-missed', breaks)).toBe('振铃未接')
    expect(reasonWords(null, breaks)).toBeNull()
  })

  test('a reason that was taken out of the list is still shown', () => {
    expect(reasonWords('smoke', breaks)).toBe('smoke')
  })
})
