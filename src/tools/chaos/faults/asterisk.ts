import type { Fault } from '../fault.ts'

export const asteriskKilled: Fault = {
  name: 'asterisk-killed',
  goals: ['R3'],
  title: 'Asterisk: kill -9',
  isShort: true,
  takesAsterisk: true,
  async inflict(world) {
    await world.kill(world.program('asterisk'))
    await world.untilReady()
  },
}

/** Asterisk hangs without dying: the watchdog has to detect it. */
export const asteriskStuck: Fault = {
  name: 'asterisk-stuck',
  goals: ['R3'],
  title: 'Asterisk: SIGSTOP, until the watchdog detects and restarts it',
  isShort: false,
  takesAsterisk: true,
  async inflict(world) {
    const asterisk = world.program('asterisk')
    asterisk.kill('SIGSTOP')
    await world.untilReplaced(asterisk, 90_000)
    await world.untilReady()
  },
}
