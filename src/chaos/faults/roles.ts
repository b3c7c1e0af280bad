import type { Fault } from '../fault.ts'

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
  title: 'the jobs role: kill -9 while tickets are sent',
  isShort: false,
  async inflict(world) {
    await world.kill(world.program('jobs'))
    await world.untilReady()
  },
}
