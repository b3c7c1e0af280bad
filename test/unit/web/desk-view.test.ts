import { describe, expect, test } from 'vitest'
import type { CallView } from '../../../src/calls/machine/view.ts'
import {
  emptyDesk,
  mustRejoin,
  withAgent,
  withCall,
  withHistory,
  withPop,
  withSnapshot,
} from '../../../src/web/desk/deskView.ts'
import { aCall, agentId, anAgent, callId, noFigures, offerId } from './build.ts'

const history = { callsIn30Days: 2, isRepeat: true, calls: [] }
const pop = { offerId: offerId(1), call: aCall(), history }
const atWork = { ...emptyDesk, me: anAgent({ version: 5 }) }

describe('the desk follows the floor', () => {
  test('shows the caller as soon as the pop is there, whatever the own state says yet', () => {
    const popped = withPop(atWork, pop)
    expect(popped.call?.id).toBe(callId(1))
    expect(popped.history?.isRepeat).toBe(true)
  })

  test('keeps the caller when the news of the former call comes after the pop', () => {
    const late = withAgent(withPop(atWork, pop), anAgent({ state: 'READY', version: 6 }))
    const reserved = withAgent(late, anAgent({ state: 'RESERVED', offerId: offerId(1), version: 7 }))
    expect(reserved.call?.id).toBe(callId(1))
    expect(reserved.history).toBe(history)
  })

  test('takes history that comes late, for the call that it is about', () => {
    const talking = withCall(atWork, aCall({ phase: 'talking' }))
    expect(withHistory(talking, { callId: callId(1), history }).history).toBe(history)
    expect(withHistory(talking, { callId: callId(2), history }).history).toBeNull()
  })

  test('drops an older state of the agent', () => {
    const view = withAgent(atWork, anAgent({ state: 'BREAK', version: 4 }))
    expect(view.me?.state).toBe('READY')
  })

  test('drops an older state of the call', () => {
    const talking = withCall(withPop(atWork, pop), aCall({ phase: 'talking', version: 4 }))
    expect(withCall(talking, aCall({ phase: 'offering', version: 3 })).call?.phase).toBe('talking')
  })

  test('clears the card when a missed call goes back to the line', () => {
    const missed = withCall(withPop(atWork, pop), aCall({ phase: 'waiting', agentId: null, version: 9 }))
    expect(missed.call).toBeNull()
    expect(missed.history).toBeNull()
  })

  test('keeps the ended call for the wrap-up and clears it after', () => {
    const ended = withCall(withPop(atWork, pop), aCall({ phase: 'ended', version: 9 }))
    const wrapUp = withAgent(ended, anAgent({ state: 'WRAP_UP', version: 8 }))
    expect(wrapUp.call?.phase).toBe('ended')
    expect(withAgent(wrapUp, anAgent({ state: 'READY', version: 9 })).call).toBeNull()
  })

  test("takes no notice of somebody else's call", () => {
    expect(withCall(atWork, aCall({ id: callId(2), agentId: agentId(8), phase: 'talking' })).call).toBeNull()
  })

  test('shows an own call without the former caller’s history when its pop was lost', () => {
    const view = withCall(withPop(atWork, pop), aCall({ id: callId(2), phase: 'talking' }))
    expect(view.call?.id).toBe(callId(2))
    expect(view.history).toBeNull()
  })

  test('a snapshot wins, even with lower versions: the store may have been rebuilt', () => {
    const view = withSnapshot({
      now: 0,
      me: anAgent({ version: 1 }),
      call: null,
      history: null,
      note: '',
      queue: noFigures,
      forced: null,
    })
    expect(view.me?.version).toBe(1)
  })
})

describe('back into the call after a reload', () => {
  const talking = aCall({ phase: 'talking' })

  test('is asked for while the server has us talking', () => {
    expect(mustRejoin({ ...atWork, call: talking }, null)).toBe(true)
    // Hung up at the phone while no controller could be asked.
    expect(mustRejoin({ ...atWork, call: talking }, talking.id)).toBe(false)
  })

  test('and while the citizen whom we call is rung, once our own phone was there', () => {
    const me = { ...aCall().parties[0], agentId: agentId(7), isUp: true } as CallView['parties'][number]
    const calling = aCall({ phase: 'dialling', parties: [me] })
    expect(mustRejoin({ ...atWork, call: calling }, null)).toBe(true)
    expect(mustRejoin({ ...atWork, call: { ...calling, parties: [{ ...me, isUp: false }] } }, null)).toBe(false)
    expect(mustRejoin({ ...atWork, call: calling }, calling.id)).toBe(false)
  })

  test.each([
    ['the call is over', aCall({ phase: 'ended' })],
    ['the call only rings', aCall({ phase: 'offering' })],
    ['somebody else talks', aCall({ phase: 'talking', agentId: agentId(8) })],
  ])('is not asked for when %s', (_, call) => {
    expect(mustRejoin({ ...atWork, call }, null)).toBe(false)
  })
})
