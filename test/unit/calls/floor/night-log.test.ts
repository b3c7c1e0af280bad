import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openNightLog } from '../../../../src/calls/floor/night-log.ts'
import type { Call } from '../../../../src/calls/machine/call.ts'
import { aCall, entry } from '../world.ts'

/** @returns what is logged, as message and whatever it says besides */
function aNight(now: number) {
  const lines: Record<string, unknown>[] = []
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const clock = { now }
  return { night: openNightLog({ now: () => clock.now, log }), lines, clock }
}

const queuedAt = (call: Call): number => call.queuedAt ?? Number.NaN

test('a call that waits longer than a minute is told once, and its answer once', () => {
  const waiting = aCall().waiting().call
  const { night, lines, clock } = aNight(queuedAt(waiting) + 60_000)
  night.look([waiting])
  expect(lines).toEqual([])
  clock.now += 1
  for (let looks = 0; looks < 3; looks += 1) night.look([waiting])
  expect(lines).toEqual([
    { level: 30, callId: entry.id, line: '12345', skill: 'general', msg: 'call waits longer than a minute' },
  ])
  const talking: Call = { ...aCall().talking().call, queuedAt: waiting.queuedAt, answeredAt: clock.now }
  for (let states = 0; states < 3; states += 1) night.kept({ ...talking, version: talking.version + states })
  expect(lines.slice(1)).toEqual([
    { level: 30, callId: entry.id, agent: talking.agent?.number, waitedSeconds: 60, msg: 'call answered' },
  ])
})

test('a talk that another controller began is not told as answered now', () => {
  const { call } = aCall().talking()
  const { night, lines } = aNight((call.answeredAt ?? 0) + 3_600_000)
  night.kept(call)
  expect(lines).toEqual([])
})

test('nothing is remembered of a call that has ended', () => {
  const { call } = aCall().talking()
  const { night, lines } = aNight(call.answeredAt ?? 0)
  night.kept(call)
  night.kept({ ...call, stage: { phase: 'ended' } as Call['stage'] })
  night.kept(call)
  expect(lines).toHaveLength(2)
})
