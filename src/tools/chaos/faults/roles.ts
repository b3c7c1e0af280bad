import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

/** Longest start of a role on a busy machine. */
const startMs = 5_000

export const webKilled: Fault = {
  name: 'web-killed',
  goals: ['R4'],
  title: 'the web role: kill -9 while tickets are sent and desks are open',
  isShort: true,
  async inflict(world) {
    await world.kill(world.program('web'))
    await world.untilReady()
  },
}

export const jobsKilled: Fault = {
  name: 'jobs-killed',
  goals: ['R4'],
  title: 'the jobs role: kill -9 while tickets are sent, again when it has just begun to work',
  isShort: false,
  async inflict(world) {
    const jobs = world.program('jobs')
    for (let count = 0; count < (world.isFull ? 5 : 2); count += 1) {
      await world.kill(jobs)
      await world.untilReplaced(jobs, 20_000)
      await sleep(startMs + Math.random() * 2_000)
    }
  },
}
