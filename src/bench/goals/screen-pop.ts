import { openCrowd } from '../crowd.ts'
import { playRound, type Trace, voidsOf } from '../flows.ts'
import type { Figure } from '../goal.ts'
import type { Measurement } from '../measurement.ts'
import { agents, callers, follow } from '../stage.ts'
import { percentile } from '../statistics.ts'

const crowdSize = 1_000

/** Negative where the caller was on the screen before the phone rang. */
export const popped = ({ agentInvitedAt, poppedAt }: Trace): number | null =>
  agentInvitedAt === null || poppedAt === null ? null : poppedAt - agentInvitedAt

export const screenPop: Measurement = {
  name: 'screen-pop',
  goals: ['P7'],
  title: 'the caller is on the screen when the phone rings, however many pages are open',
  how: `flow B at 5/s while ${crowdSize.toLocaleString('en-US')} further pages are open over Socket.IO; from the INVITE at the agent's phone to the event at the agent's page, one clock`,
  async run(bench) {
    const stage = await callers(bench)
    follow(stage, await agents(bench))
    const crowd = await openCrowd(stage.hotline, crowdSize)
    try {
      const ask = { arm: 'P', flow: 'B', perSecond: 5, talkMs: 500, seconds: bench.isFull ? 60 : 5 } as const
      const round = await playRound({ ...stage, signal: bench.signal }, ask)
      const times = round.traces.flatMap((trace) => popped(trace) ?? [])
      return ([0.95, 0.99] as const).map(
        (share): Figure => ({
          goal: 'P7',
          what: `agent INVITE → caller on the screen, p${share * 100}`,
          value: percentile(times, share),
          unit: 'ms',
          target: { atMost: share === 0.95 ? 100 : 250 },
          samples: times.length,
          voids: voidsOf(round),
          note: `${crowd.size} further pages open; below zero: the screen was first`,
        }),
      )
    } finally {
      crowd.close()
    }
  },
}
