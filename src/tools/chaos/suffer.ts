import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { compareBooks } from './books.ts'
import { callOnce, openTraffic } from './calls.ts'
import type { Fault } from './fault.ts'
import type { Population } from './population.ts'
import { openTickets } from './tickets.ts'
import { isExcused, type Verdict, verdictOf, wentWithAsterisk } from './verdict.ts'
import type { World } from './world.ts'

/** Long enough for the live talks to have an agent, and for the effects of the fault to show. */
const beforeMs = 6_000
const afterMs = 8_000

/** One fault under load, from the first call to the comparison with the records. */
export async function suffer(world: World, population: Population, fault: Fault): Promise<Verdict> {
  const { agents, load, clerks, sharing } = population
  sharing.isOn = fault.sharesTalks ?? false
  const since = Date.now()
  const mark = `${fault.name}-${randomBytes(3).toString('hex')}`
  await world.untilReady()
  await world.untilGuarded()
  agents.doubled()
  // All citizens and agents run in this one process: what it did not hear while it was stalled may have been said.
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const over = Promise.withResolvers<void>()
  const live = Array.from({ length: load.live }, () => callOnce(population, () => over.promise))
  const traffic = openTraffic(population, { perSecond: load.callsPerSecond, talkMs: load.talkMs })
  const tickets = openTickets(clerks, { perSecond: load.ticketsPerSecond, mark, signal: world.signal })
  await sleep(beforeMs, undefined, { signal: world.signal })
  const begunAt = performance.now()
  let failure: unknown = null
  try {
    await fault.inflict(world)
    if (fault.takesAsterisk) agents.forgetCalls()
  } catch (error) {
    failure = error
  }
  const healedAt = performance.now()
  world.say(`recovered after ${((healedAt - begunAt) / 1_000).toFixed(1)} s`)
  await sleep(afterMs)
  over.resolve()
  const [calls, liveCalls, sent] = await Promise.all([traffic.close(), Promise.all(live), tickets.close()])
  sharing.isOn = false
  delay.disable()
  if (failure) throw failure
  const observed = { fault, calls, live: liveCalls, tickets: sent, begunAt, healedAt }
  const books = await compareBooks(world, {
    calls: [...calls, ...liveCalls],
    tickets: sent,
    mark,
    since,
    isExcused: (call) => fault.takesSound === true || isExcused(call, observed),
    isLost: (call) => wentWithAsterisk(call, observed),
  })
  return verdictOf({ ...observed, assignmentsDoubled: agents.doubled(), books, stalledMs: Math.round(delay.max / 1e6) })
}
