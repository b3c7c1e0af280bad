import { describe, expect, test } from 'vitest'
import type { CallView, PartyView } from '../../../src/calls/machine/view.ts'
import {
  explain,
  isOverFor,
  meaningOf,
  type PartyControl,
  partyControls,
  wordOf,
} from '../../../src/web/desk/parties/meaning.ts'
import { isWorthShowing, pictureOf } from '../../../src/web/desk/parties/picture.ts'
import { rowsFor, stepRow } from '../../../src/web/desk/parties/targets.ts'
import { aCall, agentId } from './build.ts'

const me = agentId(7)

function aParty(id: string, over: Partial<PartyView> = {}): PartyView {
  return {
    ...{ id, role: 'PARTNER', step: 'UP', isUp: over.step === undefined || over.step === 'UP', room: 'TALK' },
    ...{ agentId: null, agentNumber: null, name: null, number: null, isOnHold: false, isMuted: false },
    ...{ mode: null, askedAt: null, isAway: false },
    ...over,
  }
}
const caller = (over: Partial<PartyView> = {}) => aParty('caller', { role: 'CALLER', number: '139****1234', ...over })
const agent = (over: Partial<PartyView> = {}) =>
  aParty('me', { role: 'AGENT', agentId: me, agentNumber: '1001', ...over })
const province = (over: Partial<PartyView> = {}) =>
  aParty('p', { name: '省平台', number: '0351****345', mode: 'consult', askedAt: 5, ...over })

const talk = (parties: PartyView[], actions: CallView['actions'] = []) => aCall({ phase: 'talking', parties, actions })

const alone = talk([caller(), agent()], ['hold', 'hangup'])
const ringing = talk(
  [caller(), agent({ room: 'CONSULT' }), province({ role: 'CONSULTED', step: 'RINGING', room: 'CONSULT' })],
  ['hangup', 'cancel'],
)
const consulting = talk(
  [caller(), agent({ room: 'CONSULT' }), province({ role: 'CONSULTED', room: 'CONSULT' })],
  ['hangup', 'swap', 'join', 'complete', 'cancel'],
)
const threeWay = talk([caller(), agent(), province()], ['hold', 'hangup', 'leave'])

const words = (call: CallView, who = me) =>
  Object.fromEntries(
    partyControls.flatMap((control) => {
      const meaning = meaningOf(control, call, who)
      return meaning ? [[control, wordOf(control, meaning)]] : []
    }),
  )

describe('what the keys do', () => {
  test('with the citizen alone each opens the list of targets, in its own way', () => {
    expect(words(alone)).toEqual({ transfer: '转接', consult: '咨询', join: '三方', emergency: '紧急' })
    expect(meaningOf('transfer', alone, me)).toEqual({ does: 'pick', mode: 'blind', isEmergency: false })
    expect(meaningOf('emergency', alone, me)).toEqual({ does: 'pick', mode: 'three-way', isEmergency: true })
  })

  test('while the other phone rings the consult can be taken back, and an emergency be called', () => {
    expect(words(ringing)).toEqual({ consult: '收回', emergency: '紧急' })
  })

  test('in a consult: hand over, take back, join, swap', () => {
    expect(words(consulting)).toEqual({
      transfer: '转出',
      consult: '收回',
      join: '三方',
      swap: '切换',
      emergency: '紧急',
    })
    expect(meaningOf('transfer', consulting, me)).toEqual({ does: 'act', action: 'complete' })
    expect(meaningOf('join', consulting, me)).toEqual({ does: 'act', action: 'join' })
  })

  test('of three the agent leaves, or asks one more; nothing is handed on blindly', () => {
    expect(words(threeWay)).toEqual({ transfer: '退出', consult: '咨询', join: '三方', emergency: '紧急' })
    const stays = talk([caller(), agent(), province({ isOnHold: true })], ['hangup'])
    expect(meaningOf('transfer', stays, me)).toBeNull()
  })

  test('who was asked in may leave and no more', () => {
    const other = agentId(8)
    const asked = talk([caller(), agent(), aParty('o', { agentId: other, agentNumber: '1002', askedAt: 1 })], ['leave'])
    expect(words(asked, other)).toEqual({ transfer: '退出' })
  })

  test('a full call takes in an emergency and nobody else, and one of others has no keys here', () => {
    const full = talk([caller(), agent(), ...[1, 2, 3, 4].map((n) => province({ id: `p${n}` }))], ['leave'])
    expect(words(full)).toEqual({ transfer: '退出', emergency: '紧急' })
    expect(words(threeWay, agentId(9))).toEqual({})
    expect(words(aCall({ phase: 'waiting' }))).toEqual({})
  })

  test('each is explained in a sentence', () => {
    const controls: PartyControl[] = [...partyControls]
    for (const call of [alone, ringing, consulting, threeWay]) {
      for (const control of controls) expect(explain(control, meaningOf(control, call, me)).length).toBeGreaterThan(1)
    }
  })
})

test('a call is over for an agent who is no longer in it, and not while only its controller is away', () => {
  expect(isOverFor(threeWay, me)).toBe(false)
  expect(isOverFor(talk([caller(), province()]), me)).toBe(true)
  expect(isOverFor(aCall({ phase: 'ended' }), me)).toBe(true)
  expect(isOverFor(aCall({ phase: 'fallback' }), me)).toBe(false)
  expect(isOverFor(null, me)).toBe(true)
})

describe('the picture', () => {
  const drawn = (call: CallView, who = me) =>
    pictureOf(call, who).map(({ kind, chips }) => [kind, ...chips.map(({ title }) => title)])

  test('two who talk need none', () => {
    expect(isWorthShowing(alone, me)).toBe(false)
    expect(isWorthShowing(ringing, me)).toBe(true)
    // It goes on without this agent.
    expect(isWorthShowing(threeWay, agentId(9))).toBe(false)
  })

  test('a consult: who talk first, the citizen with music, a phone that rings apart', () => {
    expect(drawn(ringing)).toEqual([
      ['talk', '我'],
      ['music', '市民'],
      ['ringing', '省平台'],
    ])
    expect(drawn(consulting)).toEqual([
      ['talk', '我', '省平台'],
      ['music', '市民'],
    ])
  })

  test('swapped, it is the consulted who waits', () => {
    const swapped = talk([caller(), agent(), province({ role: 'CONSULTED', room: 'CONSULT' })])
    expect(drawn(swapped)).toEqual([
      ['talk', '市民', '我'],
      ['music', '省平台'],
    ])
  })

  test('three who hear each other, and one of them on hold', () => {
    expect(drawn(threeWay)).toEqual([['talk', '市民', '我', '省平台']])
    const held = talk([caller({ isOnHold: true }), agent(), province()])
    expect(drawn(held)).toEqual([
      ['talk', '我', '省平台'],
      ['music', '市民'],
    ])
  })

  test('only who is answerable may do something to others, and is marked so', () => {
    const chips = pictureOf(threeWay, me).flatMap((group) => group.chips)
    expect(chips.map(({ title, isAnswerable, may }) => [title, isAnswerable, may.drop, may.mute, may.hold])).toEqual([
      ['市民', false, false, true, true],
      ['我', true, false, false, false],
      ['省平台', false, true, true, true],
    ])
    const guest = talk([caller(), agent({ agentId: agentId(8) }), aParty('o', { agentId: me, agentNumber: '1001' })])
    expect(pictureOf(guest, me).flatMap(({ chips }) => chips.flatMap(({ may }) => Object.values(may)))).not.toContain(
      true,
    )
  })
})

describe('whom one can ask', () => {
  const colleague = (number: string, name: string, pinyin: string, state: 'READY' | 'TALKING' = 'READY') => ({
    ...{ number, name, pinyin, state },
  })
  const site = {
    colleagues: [
      colleague('1002', '张文静', 'zhang wen jing'),
      colleague('1003', '赵国强', 'zhao guo qiang', 'TALKING'),
    ],
    skills: [{ id: 'general', name: '综合' }],
    entries: [
      {
        ...{ id: 4, name: '省12345平台', number: '035112345', kind: 'PROVINCE' as const, hours: '', hoursInWords: '' },
        ...{ isOpen: null, remark: '' },
      },
    ],
  }
  const keys = (mode: 'blind' | 'consult', typed: string) => rowsFor(mode, typed, site).map(({ key }) => key)

  test('ready colleagues first, busy ones last and out of reach; a queue for a transfer only', () => {
    expect(keys('blind', '')).toEqual(['agent-1002', 'skill-general', 'entry-4', 'agent-1003'])
    expect(keys('consult', '')).toEqual(['agent-1002', 'entry-4', 'agent-1003'])
    expect(rowsFor('consult', '', site).map(({ isOff }) => isOff)).toEqual([false, false, true])
  })

  test('found by name, pinyin or 工号', () => {
    const agents = (typed: string) => keys('consult', typed).filter((key) => key.startsWith('agent'))
    for (const typed of ['文静', 'zwj', 'wenj', '1002']) expect(agents(typed), typed).toEqual(['agent-1002'])
  })

  test('the arrow keys pass over who is out of reach', () => {
    const rows = rowsFor('consult', '', site)
    expect([stepRow(rows, -1, 1), stepRow(rows, 0, 1), stepRow(rows, 1, 1), stepRow(rows, 1, -1)]).toEqual([0, 1, 1, 0])
  })

  test('who is not there at this hour is told before they are called', () => {
    const [entry] = site.entries
    if (!entry) throw new Error('no entry')
    const closed = { ...entry, isOpen: false, hoursInWords: '工作日 8:30-18:00' }
    const [row] = rowsFor('consult', '省', { ...site, colleagues: [], entries: [closed] })
    expect(row).toMatchObject({ isDoubtful: true, note: '省平台 · 现在无人值守（工作日 8:30-18:00）' })
  })
})
