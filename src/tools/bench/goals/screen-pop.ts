import type { UnitCode } from '../../../platform/types.ts'
import { openCrowd, voidsOfCrowd } from '../crowd/crowd.ts'
import { playRound, type Trace, voidsOf } from '../flows.ts'
import type { Figure } from '../goal.ts'
import { openIntake } from '../load/intake.ts'
import { failuresOf, openLoop } from '../load/loops.ts'
import type { Measurement } from '../measurement.ts'
import { agents, callers, follow } from '../stage.ts'
import { percentile } from '../statistics.ts'

const crowdSize = 1_000
const unit = 'cgj' as UnitCode
/** Each is announced to the whole crowd. */
const ticketsPerSecond = 2

/** Negative if the caller was on the screen before the phone rang. */
export const popped = ({ agentInvitedAt, poppedAt }: Trace): number | null =>
  agentInvitedAt === null || poppedAt === null ? null : poppedAt - agentInvitedAt

export const screenPop: Measurement = {
  name: 'screen-pop',
  goals: ['P7'],
  title: 'the caller is on the screen when the phone rings, however many pages are open',
  how: `flow B at 5/s while ${crowdSize.toLocaleString('en-US')} further pages, in a process of their own, are told over Socket.IO of ${ticketsPerSecond} tickets/s that are handed in beside it; from the INVITE at the agent's phone to the event at the agent's page, one clock`,
  async run(bench) {
    const stage = await callers(bench)
    follow(stage, await agents(bench))
    const intake = await openIntake(stage.hotline, unit)
    const crowd = await openCrowd(stage.hotline, unit, crowdSize)
    const { signal } = bench
    const play = async (seconds: number) => {
      const ask = { arm: 'P', flow: 'B', perSecond: 5, talkMs: 500, seconds } as const
      const tickets = openLoop({ perSecond: ticketsPerSecond, seconds, signal }, () => intake.handIn())
      return { round: await playRound({ ...stage, signal }, ask), tickets: await tickets }
    }
    try {
      await play(bench.isFull ? 10 : 2)
      await crowd.state()
      const { round, tickets } = await play(bench.isFull ? 60 : 8)
      const told = await crowd.state()
      const times = round.traces.flatMap((trace) => popped(trace) ?? [])
      const voids = [...voidsOf(round), ...failuresOf('tickets', tickets), ...voidsOfCrowd(told, crowdSize)]
      return ([0.95, 0.99] as const).map(
        (share): Figure => ({
          goal: 'P7',
          what: `agent INVITE → caller on the screen, p${share * 100}`,
          value: percentile(times, share),
          unit: 'ms',
          target: { atMost: share === 0.95 ? 100 : 250 },
          samples: times.length,
          voids,
          note: `${told.connected} further pages were told of tickets ${told.signs.toLocaleString('en-US')} times; below zero: the screen was first`,
        }),
      )
    } finally {
      await crowd.close()
      intake.close()
    }
  },
}
