import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Account,
  type AccountEvent,
  advanceAccount,
  answerMs,
  type Following,
  follow,
  mayHandOver,
  notHeld,
  openAccount,
  type Token,
  tokenOf,
} from '../../../src/exchange/ownership.ts'

const play = (events: AccountEvent[], from = openAccount(0)) =>
  events.reduce((account, event) => advanceAccount(account, event, 1_000).account, from)
const connected: AccountEvent[] = [{ type: 'context-acknowledged' }, { type: 'their-phone-up' }]
const offered: AccountEvent[] = [...connected, { type: 'hand-over' }]
const moved: AccountEvent[] = [...offered, { type: 'acknowledged', epoch: 2 }]

describe('the matter of a call', () => {
  it('is ours, and moves on the acknowledgement alone', () => {
    expect(play(offered)).toMatchObject({ holder: 'US', epoch: 1, offer: { epoch: 2 } })
    expect(play(moved)).toMatchObject({ holder: 'THEM', epoch: 2, offer: null, why: 'acknowledged' })
  })

  it.each<[string, AccountEvent, string]>([
    ['is refused', { type: 'refused', epoch: 2 }, 'refused'],
    ['is not acknowledged for 25 s', { type: 'clock' }, 'unanswered'],
    ['meets a phone that is gone', { type: 'their-phone-gone' }, 'gone'],
    ['follows a packet that was not taken', { type: 'context-refused' }, 'context-refused'],
  ])('stays with us when the offer %s, and the way by a ticket is offered', (_, event, why) => {
    const { account, effects } = advanceAccount(play(offered), event, 1_000 + answerMs)
    expect(account).toMatchObject({ holder: 'US', epoch: 3, offer: null, why })
    expect(effects).toEqual([
      { do: 'tell', event: 'kept' },
      { do: 'offer-ticket', why },
    ])
  })

  it('is not given up a moment too early', () => {
    expect(advanceAccount(play(offered), { type: 'clock' }, 999 + answerMs).account.offer).not.toBeNull()
  })

  it('comes back when their phone is gone in mid talk, or when they return it', () => {
    expect(play([...moved, { type: 'their-phone-gone' }])).toMatchObject({ holder: 'US', epoch: 3, why: 'gone' })
    expect(play([...moved, { type: 'returned', epoch: 2 }])).toMatchObject({ holder: 'US', epoch: 3, why: 'returned' })
    expect(play([...moved, { type: 'returned', epoch: 1 }])).toMatchObject({ holder: 'THEM' })
  })

  it('stays with them when the call ends, and with us when it ends while it is offered', () => {
    const after: AccountEvent[] = [{ type: 'call-ended' }, { type: 'their-phone-gone' }]
    expect(play([...moved, ...after])).toMatchObject({ holder: 'THEM', isOver: true })
    expect(play([...offered, ...after, { type: 'acknowledged', epoch: 2 }])).toMatchObject({
      holder: 'US',
      why: 'ended',
    })
  })

  it('is not handed over before they are connected and know of it, nor twice', () => {
    const why = (events: AccountEvent[]) => advanceAccount(play(events), { type: 'hand-over' }, 0).effects
    expect(why([])).toEqual([{ do: 'refuse', why: 'context-unknown' }])
    expect(why([{ type: 'context-acknowledged' }])).toEqual([{ do: 'refuse', why: 'not-connected' }])
    expect(why(offered)).toEqual([{ do: 'refuse', why: 'offered-already' }])
    expect(why(moved)).toEqual([{ do: 'refuse', why: 'not-ours' }])
    expect(why([...connected, { type: 'call-ended' }])).toEqual([{ do: 'refuse', why: 'over' }])
    expect([[], connected, offered, moved].map((events) => mayHandOver(play(events)))).toEqual([
      false,
      true,
      false,
      false,
    ])
  })

  it('is not moved by an acknowledgement that comes too late: they are told what holds', () => {
    const kept = play([...offered, { type: 'their-phone-gone' }])
    const { account, effects } = advanceAccount(kept, { type: 'acknowledged', epoch: 2 }, 0)
    expect(account).toEqual(kept)
    expect(effects).toEqual([{ do: 'tell', event: 'kept' }])
  })
})

/**
 * Both sides and a network between them that loses, doubles and reorders messages and answers. A side owns the matter when
 * an act of its own would count: ours while the account says US, theirs while they hold the epoch that the account gave them.
 */
interface Sides {
  account: Account
  following: Following
  now: number
  messages: Token[]
  answers: { offer: number; isTaken: boolean }[]
}

type Move =
  | { do: 'event'; event: AccountEvent }
  | { do: 'deliver'; at: number; isKept: boolean }
  | { do: 'answer'; at: number; isKept: boolean }
  | { do: 'refuse'; at: number }
  | { do: 'lose'; what: 'messages' | 'answers'; at: number }
  | { do: 'wait'; ms: number }

function moveOn(sides: Sides, move: Move): void {
  const happen = (event: AccountEvent) => {
    const { account, effects } = advanceAccount(sides.account, event, sides.now)
    sides.account = account
    for (const effect of effects) if (effect.do === 'tell') sides.messages.push(tokenOf(account))
  }
  const take = <T>(list: T[], at: number, isKept: boolean): T | undefined =>
    isKept ? list[at % Math.max(1, list.length)] : list.splice(at % Math.max(1, list.length), 1)[0]
  switch (move.do) {
    case 'event':
      happen(move.event)
      return
    case 'wait':
      sides.now += move.ms
      happen({ type: 'clock' })
      return
    case 'lose':
      sides[move.what].splice(move.at % Math.max(1, sides[move.what].length), 1)
      return
    case 'refuse': {
      // They may refuse for reasons of their own, and then hold nothing.
      const token = take(sides.messages, move.at, false)
      if (token?.offer != null && token.offer >= sides.following.epoch)
        sides.answers.push({ offer: token.offer, isTaken: false })
      return
    }
    case 'deliver': {
      const token = take(sides.messages, move.at, move.isKept)
      if (!token) return
      const { following, isTaken } = follow(sides.following, token)
      sides.following = following
      if (token.offer !== null) sides.answers.push({ offer: token.offer, isTaken })
      return
    }
    case 'answer': {
      const answer = take(sides.answers, move.at, move.isKept)
      if (answer) happen({ type: answer.isTaken ? 'acknowledged' : 'refused', epoch: answer.offer })
      return
    }
  }
}

const owners = ({ account, following }: Sides) => [
  ...(account.holder === 'US' ? ['US'] : []),
  ...(account.holder === 'THEM' && following.held === account.epoch ? ['THEM'] : []),
]

const at = fc.nat(9)
const anEvent = (
  ...types: ('context-acknowledged' | 'context-refused' | 'their-phone-up' | 'their-phone-gone' | 'call-ended')[]
) => fc.constantFrom(...types).map((type): Move => ({ do: 'event', event: { type } }))
const aMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Move>({ do: 'event', event: { type: 'hand-over' } }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('deliver' as const), at, isKept: fc.boolean() }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('answer' as const), at, isKept: fc.boolean() }) },
  { weight: 8, arbitrary: anEvent('context-acknowledged', 'their-phone-up') },
  { weight: 2, arbitrary: anEvent('context-refused', 'their-phone-gone') },
  { weight: 1, arbitrary: anEvent('call-ended') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refuse' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      what: fc.constantFrom('messages' as const, 'answers' as const),
      at,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 30_000 }) }) },
  { weight: 2, arbitrary: fc.nat(12).map((epoch): Move => ({ do: 'event', event: { type: 'returned', epoch } })) },
)

/** A hundred times as fast as `expect`, over millions of moves. */
function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

describe('over any order of events and failures', () => {
  it('exactly one side owns the matter, at each instant', () => {
    let moves = 0
    let wasTheirs = 0
    fc.assert(
      fc.property(fc.array(aMove, { maxLength: 40 }), (all) => {
        const sides: Sides = { account: play(connected), following: notHeld, now: 0, messages: [], answers: [] }
        for (const move of all) {
          const before = sides.account
          moveOn(sides, move)
          const { holder, epoch } = sides.account
          demand(owners(sides).length === 1, `owners: ${owners(sides)}`)
          demand(
            holder === before.holder ? epoch >= before.epoch : epoch > before.epoch,
            'the epoch grows with a change',
          )
          // It went there by an acknowledgement, and by nothing else.
          demand(holder === before.holder || holder === 'US' || move.do === 'answer', `moved by ${move.do}`)
          moves += 1
          if (holder === 'THEM') wasTheirs += 1
        }
      }),
      { numRuns: 100_000 },
    )
    // A property of moves that never happen would hold as well.
    expect(wasTheirs / moves).toBeGreaterThan(0.02)
  })

  it('both sides agree once what was said has arrived', () => {
    fc.assert(
      fc.property(fc.array(aMove, { maxLength: 30 }), (all) => {
        const sides: Sides = { account: play(connected), following: notHeld, now: 0, messages: [], answers: [] }
        for (const move of all) moveOn(sides, move)
        moveOn(sides, { do: 'wait', ms: answerMs })
        sides.following = follow(sides.following, tokenOf(sides.account)).following
        demand((sides.following.held !== null) === (sides.account.holder === 'THEM'), 'they agree')
      }),
      { numRuns: 20_000 },
    )
  })
})
