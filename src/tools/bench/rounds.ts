import type { Arm, Flow } from './arms.ts'
import { watchCpu } from './cpu.ts'
import { playRound, type Round, type Trace, voidsOf } from './flows.ts'
import type { Figure } from './goal.ts'
import type { Bench } from './measurement.ts'
import type { CallersStage } from './stage.ts'
import { abba, median, percentile, rangeOf } from './statistics.ts'

/** Rounds of one flow in all its arms, and the figures read from them. */

export interface Turn extends Round {
  arm: Arm
  /** Processor time in ms by program. */
  cpu: Record<string, number>
}

export interface RoundsAsk {
  flow: Flow
  perSecond: number
  talkMs: number
  rounds: number
  seconds: number
  /** Not counted: freshly started programs are slower. */
  warmUpSeconds: number
  arms?: readonly Arm[]
  /** Process ids of further programs, by the name under which `perCall` finds them. */
  pids?: Record<string, number>
}

type Read = (trace: Trace) => number | null

export const answered: Read = (trace) => trace.answeredAt && trace.answeredAt - trace.invitedAt

export async function playRounds(bench: Bench, stage: CallersStage, ask: RoundsAsk, shown: Read): Promise<Turns> {
  const arms = ask.arms ?? ['N', 'F', 'P']
  for (const arm of arms) await turn(bench, stage, ask, arm, ask.warmUpSeconds)
  const turns: Turn[] = []
  for (const [index, arm] of abba(arms, ask.rounds).entries()) {
    const done = await turn(bench, stage, ask, arm, ask.seconds)
    turns.push(done)
    const p99 = percentile(valuesOf(done, shown), 0.99).toFixed(1)
    const said = voidsOf(done).map((why) => `, void: ${why}`)
    bench.say(`${index + 1}/${ask.rounds * arms.length} ${arm}: ${done.traces.length} calls, p99 ${p99} ms${said}`)
  }
  return readTurns(turns)
}

async function turn(bench: Bench, stage: CallersStage, ask: RoundsAsk, arm: Arm, seconds: number): Promise<Turn> {
  bench.signal.throwIfAborted()
  const pids = Object.fromEntries([...stage.hotline.programs].map(([name, kept]) => [name, kept.pid()]))
  const used = watchCpu({ ...pids, ...ask.pids, floor: stage.floor.pid })
  const round = await playRound({ ...stage, signal: bench.signal }, { ...ask, arm, seconds })
  return { ...round, arm, cpu: used() }
}

export type Turns = ReturnType<typeof readTurns>

/** The figures of each arm, round by round. */
function readTurns(turns: Turn[]) {
  const of = (arm: Arm) => turns.filter((one) => one.arm === arm)
  const each = (arm: Arm, read: Read, share: number) => of(arm).map((one) => percentile(valuesOf(one, read), share))
  const perCall = (arm: Arm, program: string) => of(arm).map(({ cpu, traces }) => (cpu[program] ?? 0) / traces.length)
  return {
    each,
    perCall,
    /** How much longer one arm takes than another in the same round: both ran under the same conditions. */
    added(arm: Arm, floor: Arm, read: Read, share: number): number[] {
      const less = each(floor, read, share)
      return each(arm, read, share).map((value, index) => value - (less[index] ?? Number.NaN))
    },
    /** Share of all calls of an arm, in percent. */
    shareOf(arm: Arm, isTrue: (trace: Trace) => boolean): number {
      const traces = of(arm).flatMap((one) => one.traces)
      return (100 * traces.filter(isTrue).length) / traces.length
    },
    voids: (...arms: Arm[]): string[] =>
      turns.flatMap((one) => (arms.includes(one.arm) ? voidsOf(one).map((why) => `${one.arm}: ${why}`) : [])),
    figure: (values: number[]): Pick<Figure, 'value' | 'range' | 'samples'> => ({
      value: median(values),
      range: rangeOf(values),
      samples: of('P').reduce((sum, { traces }) => sum + traces.length, 0),
    }),
    against: (arm: Arm, values: number[]) => ({ arm, value: median(values) }),
    /** Which program used how much per call: the cost of ARI, and the cost of our code. */
    costs(): string {
      const cost = (arm: Arm, program: string) => median(perCall(arm, program)).toFixed(1)
      const others = ['redis', 'mariadb', 'web', 'jobs'].map((name) => `${name} ${cost('P', name)}`).join(', ')
      return `Asterisk ${cost('N', 'asterisk')} (N), ${cost('F', 'asterisk')} (F), ${cost('P', 'asterisk')} (P); P besides: ${others} ms/call`
    },
  }
}

function valuesOf({ traces }: Round, read: Read): number[] {
  return traces.flatMap((trace) => read(trace) ?? [])
}
