import { localUrl } from '../../setup/hotline.ts'
import { type Flow, keyOf } from '../arms.ts'
import { playRound, voidsOf } from '../flows.ts'
import type { Figure } from '../goal.ts'
import type { Measurement } from '../measurement.ts'
import { agents, callers, follow } from '../stage.ts'

const load: Record<Flow, { perSecond: number; talkMs: number }> = {
  A: { perSecond: 20, talkMs: 0 },
  B: { perSecond: 5, talkMs: 500 },
}

export const loops: Measurement = {
  name: 'loops',
  goals: ['P18'],
  title: 'no process keeps the others waiting',
  how: 'both flows at once, 20 and 5 calls/s; each role counts the delays of its own event loop (/metrics)',
  async run(bench) {
    const stage = await callers(bench)
    follow(stage, await agents(bench))
    const pages = localUrl(stage.hotline.settings)
    const seconds = bench.isFull ? 60 : 8
    await readDelays(pages)
    const flows = Object.keys(keyOf) as Flow[]
    const rounds = await Promise.all(
      flows.map((flow) => playRound({ ...stage, signal: bench.signal }, { arm: 'P', flow, seconds, ...load[flow] })),
    )
    const voids = rounds.flatMap(voidsOf)
    const samples = rounds.reduce((sum, { traces }) => sum + traces.length, 0)
    const delays = await readDelays(pages)
    return (['calls', 'web'] as const).flatMap((role): Figure[] => {
      const ms = (percentile: string) => (delays.get(`${role} ${percentile}`) ?? Number.NaN) * 1_000
      const common = { goal: 'P18' as const, unit: 'ms' as const, samples, voids }
      return [
        { ...common, what: `event loop of the ${role} role, p99`, value: ms('99'), target: { atMost: 20 } },
        { ...common, what: `event loop of the ${role} role, longest`, value: ms('100'), target: { atMost: 100 } },
      ]
    })
  },
}

/** Reading starts a new count. */
async function readDelays(pages: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${pages}/metrics`)).text()
  const found = text.matchAll(/^hotline_(\w+)_loop_delay_seconds\{percentile="([\d.]+)"\} (\S+)$/gm)
  return new Map([...found].map(([, role, percentile, value]) => [`${role} ${percentile}`, Number(value)]))
}
