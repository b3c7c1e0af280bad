import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

const hourMs = 3_600_000

/** What began before a step has to end correctly after it: talks, offers, wrap-ups, registrations, log-ins. */
export const clockStepped: Fault = {
  name: 'clock-stepped',
  goals: ['R14'],
  title: 'the time of day of the whole machine: an hour ahead, then back again',
  isShort: false,
  stepsClock: true,
  async inflict(world) {
    const stayMs = world.isFull ? 75_000 : 15_000
    try {
      await world.setClock(hourMs)
      await sleep(stayMs, undefined, { signal: world.signal })
    } finally {
      await world.setClock(0)
    }
    await sleep(stayMs, undefined, { signal: world.signal })
    await world.untilReady()
  },
}
