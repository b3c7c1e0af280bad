import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.ts'

/** The standby leads, and the killed controller stands by when it is back. */
export const controllerKilled: Fault = {
  name: 'controller-killed',
  goals: ['R1'],
  title: 'the controller that leads: kill -9, another one stands by',
  isShort: true,
  async inflict(world) {
    const kills = world.isFull ? 5 : 2
    for (let count = 0; count < kills; count += 1) {
      await world.kill(await world.leader())
      await world.leader()
      await world.untilReady()
      await world.untilGuarded()
      await sleep(1_000 + Math.random() * 2_000)
    }
  },
}

/** Who talks with whom is not heard: callers of a three-way hear an agent all the time, and nothing is left of any. */
export const sharersKilled: Fault = {
  name: 'sharers-killed',
  goals: ['R1'],
  title: 'the controller that leads: kill -9, while agents consult colleagues and talk with them and the caller',
  isShort: false,
  sharesTalks: true,
  inflict: (world) => controllerKilled.inflict(world),
}

export const controllersKilled: Fault = {
  name: 'controllers-killed',
  goals: ['R1'],
  title: 'both controllers at once: kill -9, neither is started again for a while',
  isShort: false,
  async inflict(world) {
    // With the start of a controller longer than the apology: it then finds talks that the dialplan's own queue has
    // begun.
    const awayMs = world.isFull ? 30_000 : 3_000
    await Promise.all([world.program('calls'), world.program('standby')].map((one) => world.takeAway(one, awayMs)))
    await world.leader()
    await world.untilReady()
    await world.untilGuarded()
  },
}

/** Longer than the lease: the standby leads before the paused one wakes. */
export const controllerPaused: Fault = {
  name: 'controller-paused',
  goals: ['R2'],
  title: 'the controller that leads: SIGSTOP, and SIGCONT after another one has taken over',
  isShort: true,
  async inflict(world) {
    await world.pause(await world.leader(), world.isFull ? 30_000 : 8_000)
    await world.untilReady()
  },
}

/**
 * Longer than the jobs role waits before it hands callers to the fallback: a waking controller must leave them to it.
 */
export const controllersPaused: Fault = {
  name: 'controllers-paused',
  goals: ['R2'],
  title: 'both controllers at once: SIGSTOP, and SIGCONT after their callers were given to the fallback',
  isShort: false,
  async inflict(world) {
    const stillMs = world.isFull ? 30_000 : 15_000
    await Promise.all([world.program('calls'), world.program('standby')].map((one) => world.pause(one, stillMs)))
    await world.leader()
    await world.untilReady()
    await world.untilGuarded()
  },
}
