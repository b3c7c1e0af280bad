import { expect, test } from 'vitest'
import { waitedMs } from '../../../../src/calls/machine/waited.ts'

const call = { queuedAt: 1_000, answeredAt: null, endedAt: 90_000 }
const waiting = { kind: 'WAITING', endedAt: 31_000 }

test('speaking a message and keying in a number for a callback are no waiting', () => {
  for (const kind of ['MESSAGE', 'CALLBACK']) {
    expect(waitedMs(call, [waiting, { kind, endedAt: 90_000 }])).toBe(30_000)
  }
})

test('a caller who went back to the line waited until the last time they left it', () => {
  const back = { kind: 'WAITING', endedAt: 80_000 }
  expect(waitedMs(call, [waiting, { kind: 'MESSAGE', endedAt: 40_000 }, back])).toBe(79_000)
})

test('until the answer, whatever comes after it; and not at all without the line', () => {
  expect(waitedMs({ ...call, answeredAt: 6_000 }, [waiting])).toBe(5_000)
  expect(waitedMs({ ...call, queuedAt: null }, [])).toBeNull()
})

test('nobody knows how long while it lasts, and without segments it lasted until the end', () => {
  expect(waitedMs({ ...call, endedAt: null }, [{ kind: 'WAITING', endedAt: null }])).toBeNull()
  expect(waitedMs(call, [])).toBe(89_000)
})
