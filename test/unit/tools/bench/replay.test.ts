import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { nextEvents, type SixEvents } from '../../../../src/tools/bench/acting/replay.ts'
import type { Statement } from '../../../../src/tools/bench/load/statements.ts'

const ticket = ulid()
const clocks = Array.from({ length: 7 }, () => ulid())

/** The n-th event: it cancels the clock of the one before it and starts its own. */
const event = (n: number): Statement[] => [
  { sql: 'update tickets set category = ?, version = ? where id = ?', params: [n % 2 ? 'a' : 'b', n + 1, ticket] },
  { sql: 'insert into events', params: [ticket, n + 1, 'correct', 3] },
  { sql: 'update clocks', params: [clocks[n]] },
  { sql: 'insert into clocks', params: [clocks[n + 1], ticket] },
  { sql: 'insert into outbox', params: [`dispatch:${ticket}:${n + 1}`, `{"id":"${ticket}"}`] },
]

test('recorded events go on as the next events of the same ticket would', () => {
  const next = nextEvents([0, 1, 2, 3, 4, 5].map(event) as unknown as SixEvents)
  let clock: unknown = clocks[6]
  for (let n = 6; n < 40; n += 1) {
    const [changed, told, cancelled, started, announced] = next().map(({ params }) => params)
    expect(changed).toEqual([n % 2 ? 'a' : 'b', n + 1, ticket])
    expect(told).toEqual([ticket, n + 1, 'correct', 3])
    // The clock that the event before it has started.
    expect(cancelled).toEqual([clock])
    expect(started?.[1]).toBe(ticket)
    expect(started?.[0]).not.toBe(clock)
    clock = started?.[0]
    expect(announced).toEqual([`dispatch:${ticket}:${n + 1}`, `{"id":"${ticket}"}`])
  }
})
