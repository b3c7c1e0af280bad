import type { Trace } from '../flows.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { playRounds } from '../rounds.ts'
import { agents, callers, follow } from '../stage.ts'
import { median } from '../statistics.ts'
import { popped } from './screen-pop.ts'

const between = (from: number | null, to: number | null): number | null => (from && to ? to - from : null)

const routed = (trace: Trace): number | null => between(trace.pressedAt, trace.agentInvitedAt)
const joined = (trace: Trace): number | null => {
  const heard = [trace.citizenHearsAt, trace.agentHearsAt].map((at) => between(trace.agentAnsweredAt, at))
  return heard.includes(null) ? null : Math.max(...heard.map(Number))
}

export const flowB: Measurement = {
  name: 'flow-b',
  goals: ['P3', 'P5', 'P6', 'U2'],
  title: 'a caller is with a free agent at once, whose screen shows the caller before the phone rings',
  how: 'greeting, key 2, queue, agent rings 200 ms and answers, both talk recorded, BYE; N is Queue(); one clock for SIP, RTP and desks',
  async run(bench) {
    const stage = await callers(bench)
    const floor = await agents(bench)
    follow(stage, floor)
    const turns = await playRounds(bench, stage, { flow: 'B', ...sizeOf(bench) }, routed)
    const nativeJoins = turns.each('N', joined, 0.99)
    return [
      {
        goal: 'U2',
        what: 'calls shown on the screen before the phone rang',
        value: turns.shareOf('P', (trace) => (popped(trace) ?? 1) < 0),
        samples: turns.figure([]).samples,
        unit: '%',
        target: { atLeast: 100 },
        voids: turns.voids('P'),
      },
      {
        goal: 'P3',
        what: 'controller CPU, flow B',
        ...turns.figure(turns.perCall('P', 'calls')),
        unit: 'ms/call',
        target: { atMost: 8 },
        against: turns.against('F', turns.perCall('F', 'floor')),
        voids: turns.voids('P'),
        note: turns.costs(),
      },
      {
        goal: 'P5',
        what: 'key that queues → INVITE at a free agent, p99',
        ...turns.figure(turns.each('P', routed, 0.99)),
        unit: 'ms',
        target: { atMost: 30 },
        against: turns.against('N', turns.each('N', routed, 0.99)),
        voids: turns.voids('P'),
        note: 'more than the decision: the key is taken, the desk shows the caller and says so, then the phone is called',
      },
      {
        goal: 'P6',
        what: 'agent answers → both hear each other, p99',
        ...turns.figure(turns.each('P', joined, 0.99)),
        unit: 'ms',
        target: { atMost: Math.min(80, median(nativeJoins) + 30) },
        against: turns.against('N', nativeJoins),
        voids: turns.voids('N', 'P'),
        note: 'at most 80 ms and at most N + 30 ms, whichever is less',
      },
    ]
  },
}

function sizeOf(bench: Bench) {
  return bench.isFull
    ? { perSecond: 5, talkMs: 10_000, rounds: 6, seconds: 60, warmUpSeconds: 10 }
    : { perSecond: 5, talkMs: 500, rounds: 2, seconds: 5, warmUpSeconds: 2 }
}
