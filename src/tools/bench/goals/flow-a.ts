import { startFloorArm } from '../floor/arm.ts'
import type { Trace } from '../flows.ts'
import type { Figure } from '../goal.ts'
import type { Measurement } from '../measurement.ts'
import { answered, playRounds, type Turns } from '../rounds.ts'
import { callers } from '../stage.ts'
import { median } from '../statistics.ts'

/** Source: the worst minute of a metropolis of 22 million. */
const perSecond = 20
/** A prompt begins on a frame of 20 ms: one more frame than the native dialplan needs. */
const frameMs = 20

const prompted = (trace: Trace): number | null => trace.promptAt && trace.pressedAt && trace.promptAt - trace.pressedAt

export const flowA: Measurement = {
  name: 'flow-a',
  goals: ['P1', 'P3', 'P4'],
  title: 'a caller is answered at once and hears at once what a key asks for',
  how: '20 calls/s: greeting, key 9, the greeting again, BYE; N, F and P take turns; SIP and RTP read by the second clock',
  async run(bench) {
    const stage = await callers(bench)
    const size = bench.isFull
      ? { rounds: 10, seconds: 30, warmUpSeconds: 10 }
      : { rounds: 2, seconds: 5, warmUpSeconds: 2 }
    const ask = { flow: 'A', perSecond, talkMs: 0, ...size } as const
    if (!bench.isFull) return figuresOf(await playRounds(bench, stage, ask, answered))
    const ariClient = await startFloorArm(stage.hotline.settings, 'ari-client')
    const more = { arms: ['N', 'F', 'C', 'P'], pids: { 'ari-client': ariClient.pid } } as const
    const turns = await playRounds(bench, stage, { ...ask, ...more }, answered).finally(ariClient.close)
    return [...figuresOf(turns), floorOfAriClient(turns)]
  },
}

function floorOfAriClient(turns: Turns): Figure {
  const [floor, ariClient] = [median(turns.perCall('F', 'floor')), median(turns.perCall('C', 'ari-client'))]
  return {
    ...{ goal: 'P3', what: 'CPU of a minimal application, of one on ari-client’s requests', unit: '×' },
    ...turns.figure(turns.perCall('F', 'floor').map((value) => value / ariClient)),
    ...{ target: { atMost: 0.4 }, voids: turns.voids('F', 'C') },
    note: `flow A: ${floor.toFixed(2)} for ${ariClient.toFixed(2)} ms/call; C has no part in the short way`,
  }
}

function figuresOf(turns: Turns): Figure[] {
  const nativePrompts = turns.each('N', prompted, 0.99)
  const longestMs = Math.min(60, median(nativePrompts) + frameMs)
  return [
    {
      goal: 'P1',
      what: 'added answer latency P−F at 20/s, p50',
      ...turns.figure(turns.added('P', 'F', answered, 0.5)),
      unit: 'ms',
      target: { atMost: 5 },
      voids: turns.voids('F', 'P'),
    },
    {
      goal: 'P1',
      what: 'added answer latency P−F at 20/s, p99',
      ...turns.figure(turns.added('P', 'F', answered, 0.99)),
      unit: 'ms',
      target: { atMost: 15 },
      voids: turns.voids('F', 'P'),
    },
    {
      goal: 'P1',
      what: 'INVITE → 200 at 20/s, p99',
      ...turns.figure(turns.each('P', answered, 0.99)),
      unit: 'ms',
      target: { atMost: 50 },
      against: turns.against('N', turns.each('N', answered, 0.99)),
      voids: turns.voids('P'),
    },
    {
      goal: 'P3',
      what: 'controller CPU, flow A',
      ...turns.figure(turns.perCall('P', 'calls')),
      unit: 'ms/call',
      target: { atMost: 1.5 },
      against: turns.against('F', turns.perCall('F', 'floor')),
      voids: turns.voids('P'),
      note: turns.costs(),
    },
    {
      goal: 'P4',
      what: 'digit end → next prompt, p99',
      ...turns.figure(turns.each('P', prompted, 0.99)),
      unit: 'ms',
      target: { atMost: longestMs },
      against: turns.against('N', nativePrompts),
      voids: turns.voids('N', 'P'),
      note: 'at most 60 ms and at most N + 20 ms, whichever is less',
    },
  ]
}
