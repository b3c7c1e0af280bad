import { describe, expect, test } from 'vitest'
import { dice, mutated } from '../../../../src/tools/chaos/abuse/mutate.ts'
import { tortures } from '../../../../src/tools/chaos/abuse/torture.ts'
import { readArguments } from '../../../../src/tools/chaos/arguments.ts'
import type { CallSeen } from '../../../../src/tools/chaos/calls.ts'
import { faults } from '../../../../src/tools/chaos/faults.ts'
import { type Observed, verdictOf } from '../../../../src/tools/chaos/verdict.ts'

const call = (over: Partial<CallSeen> = {}): CallSeen => ({
  caller: '13900000001',
  invitedAt: 1_000,
  answeredAt: 1_200,
  joinedAt: 3_000,
  endedAt: 6_000,
  gapMs: 40,
  failure: null,
  ...over,
})

const observed = (over: Partial<Observed> = {}): Observed => ({
  fault: { name: 'redis-killed', goals: ['R5'], title: 'Redis: kill -9' },
  calls: [call()],
  live: [call({ endedAt: 20_000 })],
  tickets: [{ key: 'k', number: 'CZ1', acknowledgedAt: 2_000, tries: 1, refusal: null }],
  begunAt: 5_000,
  healedAt: 8_000,
  assignmentsDoubled: [],
  stalledMs: 20,
  books: {
    records: { missing: [], doubled: [], open: [], mistimed: [] },
    recordings: { expected: 2, missing: [], short: [] },
    callbacksMissing: [],
    tickets: { lost: [], doubled: [], early: [] },
    leftOver: [],
    strangers: [],
  },
  ...over,
})

describe('what a fault has done', () => {
  test('is as promised when nothing was lost, doubled or left over', () => {
    expect(verdictOf(observed()).wrong).toEqual([])
  })

  test('names each thing that is wrong, with its count', () => {
    const broken = observed({ calls: [call({ failure: 'not answered' }), call({ failure: 'fell silent' })] })
    broken.live = [call({ failure: 'hung up' })]
    broken.books.tickets.lost = ['k CZ1']
    broken.books.leftOver = ['bridge x']
    expect(verdictOf(broken).wrong).toEqual([
      '1 calls not answered',
      '1 calls broken',
      '1 live calls lost',
      '1 acknowledged tickets lost',
      '1 left over',
    ])
  })

  test('names each call that failed, so that its record and its lines in the log are found', () => {
    const early = call({ invitedAt: 4_900, failure: 'no agent' })
    const live = call({ caller: '13900000002', invitedAt: 1_000, failure: 'hung up' })
    expect(verdictOf(observed({ calls: [call(), early], live: [live] })).failed).toEqual([
      { caller: '13900000001', failure: 'no agent', afterMs: -100 },
      { caller: '13900000002', failure: 'hung up', afterMs: -4_000 },
    ])
  })

  test('of Asterisk’s own death its calls are no part, but those that come after it are', () => {
    const fault = { name: 'asterisk-killed', goals: ['R3'], title: '', takesAsterisk: true }
    const lost = call({ failure: 'fell silent', endedAt: 12_000 })
    const during = call({
      invitedAt: 6_000,
      answeredAt: null,
      joinedAt: null,
      failure: 'not answered',
      endedAt: 38_000,
    })
    const after = call({ invitedAt: 9_000, answeredAt: null, joinedAt: null, failure: 'not answered', endedAt: 41_000 })
    expect(verdictOf(observed({ fault, calls: [lost, during], live: [lost] })).wrong).toEqual([])
    expect(verdictOf(observed({ fault, calls: [lost, after], live: [] })).wrong).toEqual(['1 calls not answered'])
  })

  test('tells how long it took until a later call was answered and had an agent', () => {
    const later = call({ invitedAt: 5_500, answeredAt: 8_700, joinedAt: 10_000, endedAt: 14_000 })
    expect(verdictOf(observed({ calls: [call(), later] }))).toMatchObject({
      answeredAfterMs: 3_700,
      agentAfterMs: 5_000,
    })
  })
})

test('faults are chosen by name or goal; without any, the short run takes its own', () => {
  const names = (...args: string[]) => readArguments(args, faults).chosen.map(({ name }) => name)
  expect(names('redis-emptied')).toEqual(['redis-emptied'])
  expect(names('r6')).toContain('database-away')
  expect(names('--full')).toHaveLength(faults.length)
  expect(names().length).toBeLessThan(faults.length)
  expect(readArguments(['--report=counts.json', 'R6'], faults).report).toBe('counts.json')
  expect(readArguments(['--full'], faults).callsPerSecond).toBe(5)
  expect(readArguments(['--full', '--calls=2'], faults).callsPerSecond).toBe(2)
  for (const calls of ['0', '21', '1.5', 'x', '']) {
    expect(() => names(`--calls=${calls}`)).toThrow('1 to 20 calls a second')
  }
  expect(() => names('earthquake')).toThrow('no such fault: earthquake')
})

test('every torture is a message of its own, with the name that RFC 4475 gives it', () => {
  expect(new Set(tortures.map(({ name }) => name)).size).toBe(tortures.length)
  expect(tortures.length).toBeGreaterThanOrEqual(49)
})

test('damaged messages are the same ones for the same seed', () => {
  const all = (seed: number) => {
    const roll = dice(seed)
    return Array.from({ length: 200 }, () =>
      mutated('INVITE sip:12345@127.0.0.1 SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n', roll),
    )
  }
  expect(all(1)).toEqual(all(1))
  expect(all(1)).not.toEqual(all(2))
  expect(new Set(all(1)).size).toBeGreaterThan(150)
})
