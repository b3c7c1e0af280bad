import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Claim,
  claimText,
  isOusted,
  look,
  nextEpoch,
  readClaim,
  type Sight,
  silenceMs,
  type Watch,
} from '../../../../src/calls/lead/lease.ts'

const claim: Claim = { epoch: 1_795_000_000_000, beat: 7, owner: 'host/home/12/34' }
const seen = (of: Claim | null, isOwnerDead = false): Sight => ({ claim: of, isOwnerDead })
const beaten = (of: Claim): Claim => ({ ...of, beat: of.beat + 1 })

/** Looks one after another, each `[at, sight]`. @returns whether the last one may take */
function looking(...looks: [at: number, sight: Sight][]): boolean {
  let watch: Watch | null = null
  let mayTake = false
  for (const [at, sight] of looks) {
    const result = look(watch, sight, at, at)
    watch = result.watch
    mayTake = result.mayTake
  }
  return mayTake
}

describe('a standby takes the calls', () => {
  test('at once where nobody ever claimed them', () => {
    expect(looking([0, seen(null)])).toBe(true)
  })
  test('at once when the claim was given back', () => {
    expect(looking([0, seen(claim)], [400, seen({ ...claim, owner: '' })])).toBe(true)
  })
  test('at once when the leader’s process has died on this machine', () => {
    expect(looking([0, seen(claim, true)])).toBe(true)
  })
  test('when the leader has not beaten for three seconds', () => {
    expect(looking([0, seen(claim)], [silenceMs, seen(claim)])).toBe(false)
    expect(looking([0, seen(claim)], [silenceMs + 1, seen(claim)])).toBe(true)
  })
})

describe('a standby stands by', () => {
  test('while the leader beats', () => {
    expect(looking([0, seen(claim)], [silenceMs, seen(beaten(claim))], [2 * silenceMs, seen(beaten(claim))])).toBe(
      false,
    )
  })
  test('after Asterisk was away, until the leader had its time to come back', () => {
    expect(looking([0, seen(claim)], [60_000, 'away'], [60_000 + silenceMs, seen(null)])).toBe(false)
    expect(looking([0, seen(claim)], [60_000, 'away'], [60_001 + silenceMs, seen(null)])).toBe(true)
  })
  test('when it stood still itself in the middle of a look: what it sees may be as old as that', () => {
    const first = look(null, seen(claim), 0, 0)
    expect(look(first.watch, seen(claim), 400, 30_000).mayTake).toBe(false)
  })
})

test('a leader gives way to a higher epoch, and only to that', () => {
  expect(isOusted(claim, { ...claim, owner: 'other', epoch: claim.epoch + 1 })).toBe(true)
  expect(isOusted(claim, { ...claim, owner: 'other', epoch: claim.epoch - 1 })).toBe(false)
  expect(isOusted(claim, beaten(claim))).toBe(false)
  expect(isOusted(claim, null)).toBe(false)
})

test('an epoch is higher than every one that is known, also after the clock was put back', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat()), (now, known) => {
      const epoch = nextEpoch(now, known)
      expect(known.every((other) => other < epoch)).toBe(true)
      expect(epoch).toBeGreaterThanOrEqual(now)
    }),
  )
})

test('a claim is read as it was written, and nothing else is taken for one', () => {
  expect(readClaim(claimText(claim))).toEqual(claim)
  expect(readClaim(claimText({ ...claim, owner: '' }))).toEqual({ ...claim, owner: '' })
  for (const text of ['', 'x', '1', '1 2', '-1 2 a', '1 2 a b']) expect(readClaim(text)).toBeNull()
})
