import { join } from 'node:path'
import { type Arm, type Flow, keyOf, numberOf } from '../arms.ts'
import type { Figure } from '../goal.ts'
import type { Bench, Measurement } from '../measurement.ts'
import { runSipp, type SippResult } from '../sipp.ts'
import { agents, type CallersStage, callers } from '../stage.ts'
import { findKnee } from '../statistics.ts'

/** RFC 7502: the highest rate of calls without a failure. */
const slowestMs = 200
const mostResent = 0.001

interface Search {
  flow: Flow
  stayMs: number
  first: number
  highest: number
  ratios: { arm: Arm; atLeast: number }[]
  absolute: number
}

export const knee: Measurement = {
  name: 'knee',
  goals: ['P2'],
  title: 'the product carries nearly the rate that the same Asterisk carries without it',
  how: 'SIPp, open loop; the rate doubles until a call fails, p99 is above 200 ms or 0.1 % is sent twice, then halves the gap; P and F, with --full also N',
  async run(bench) {
    const stage = await callers(bench)
    const { phones, desks, count } = await agents(bench)
    phones.tell({}, null)
    desks.onPop(null)
    const figures: Figure[] = []
    for (const search of searches(bench, count)) figures.push(...(await compare(bench, stage, search)))
    return figures
  },
}

function searches(bench: Bench, seated: number): Search[] {
  const talkMs = bench.isFull ? 10_000 : 1_000
  // Ringing, talk and wrap-up: how long a call occupies its agent.
  const holdsMs = 200 + talkMs + 1_500
  return [
    {
      flow: 'A',
      stayMs: 400,
      first: 80,
      highest: 400,
      ratios: [{ arm: 'F', atLeast: 0.9 }, ...native(bench, 0.6)],
      absolute: 100,
    },
    {
      flow: 'B',
      stayMs: talkMs + 500,
      first: 16,
      highest: Math.floor((0.8 * seated * 1_000) / holdsMs),
      ratios: [{ arm: 'F', atLeast: 0.85 }, ...native(bench, 0.75)],
      absolute: 25,
    },
  ]
}

/** The short way has no time for a third search. */
function native(bench: Bench, atLeast: number): Search['ratios'] {
  return bench.isFull ? [{ arm: 'N', atLeast }] : []
}

async function compare(bench: Bench, stage: CallersStage, search: Search): Promise<Figure[]> {
  const ours = await climb(bench, stage, search, 'P')
  const { flow } = search
  const figures: Figure[] = [
    {
      goal: 'P2',
      what: `knee, flow ${flow}`,
      value: ours.perSecond,
      unit: '/s',
      target: { atLeast: search.absolute },
      samples: ours.calls,
      voids: ours.perSecond >= search.absolute ? [] : ours.voids,
      ...(ours.perSecond >= search.highest ? { note: 'not looked for above' } : {}),
    },
  ]
  for (const { arm, atLeast } of search.ratios) {
    const other = await climb(bench, stage, search, arm)
    figures.push({
      goal: 'P2',
      what: `knee P/${arm}, flow ${flow}`,
      value: ours.perSecond / other.perSecond,
      unit: '×',
      target: { atLeast },
      against: { arm, value: other.perSecond },
      samples: ours.calls + other.calls,
      voids: [...ours.voids, ...other.voids],
      ...(arm === 'N' && flow === 'B' ? { note: 'N writes no record, no audit and no state of an agent; P does' } : {}),
    })
  }
  return figures
}

interface Knee {
  perSecond: number
  calls: number
  /** If the generator was at its limit, the knee is somewhere above. */
  voids: string[]
}

async function climb(bench: Bench, { hotline }: CallersStage, search: Search, arm: Arm): Promise<Knee> {
  const { SIP_HOST: host, SIP_PORT: sipPort } = hotline.settings
  const { flow } = search
  const voids = new Map<number, string>()
  let calls = 0
  const holds = async (rate: number): Promise<boolean> => {
    const dir = join(bench.dir, `${flow}-${arm}-${rate}`)
    const seconds = bench.isFull ? 60 : 3
    const ask = { ...search, dir, host, sipPort, to: numberOf[arm][flow], key: keyOf[flow], perSecond: rate, seconds }
    const result = await runSipp({ ...ask, signal: bench.signal })
    calls += result.calls
    if (result.voids.length > 0) voids.set(rate, `${arm} at ${rate}/s: ${result.voids.join(', ')}`)
    const why = whyNot(result)
    bench.say(
      `${flow} ${arm} ${rate}/s ${why === null ? `holds, p99 ${Math.round(result.p99Ms)} ms` : `gives way: ${why}`}`,
    )
    return why === null
  }
  const perSecond = await findKnee(holds, { ...search, precision: bench.isFull ? 0.05 : 0.25 })
  return { perSecond, calls, voids: [...voids].flatMap(([rate, why]) => (rate > perSecond ? why : [])) }
}

/** @returns null when the rate was carried without a failure */
function whyNot({ calls, failed, resent, p99Ms, voids }: SippResult): string | null {
  if (failed > 0) return `${failed} of ${calls} calls failed`
  if (!(p99Ms <= slowestMs)) return `p99 ${Math.round(p99Ms)} ms`
  if (resent > mostResent * calls) return `${resent} messages sent twice`
  return voids.length > 0 ? voids.join(', ') : null
}
