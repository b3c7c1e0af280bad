import { expect, test } from 'vitest'
import { Mailbox, type Surroundings } from '../../../../src/calls/control/mailbox.ts'
import { enter } from '../../../../src/calls/machine/advance.ts'
import type { Call, CallEvent, Effect } from '../../../../src/calls/machine/call.ts'
import { entry, timings } from '../world.ts'

/** A world that writes down what was asked of it, in order. */
function aWorld(over: Partial<Surroundings> = {}) {
  const log: string[] = []
  const ended: string[] = []
  const world: Surroundings = {
    now: () => entry.arrivedAt,
    timings,
    keep: async (call: Call) => void log.push(`keep ${call.stage.phase}`),
    perform: async (effect: Effect): Promise<CallEvent | null> => {
      log.push(effect.do)
      return null
    },
    onEnded: (callId) => void ended.push(callId),
    onFault: (_, event, error) => {
      throw new Error(`${event}: ${String(error)}`)
    },
    ...over,
  }
  return { world, log, ended }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 10))

test('a state is kept before anything is done about it', async () => {
  const { world, log } = aWorld()
  const box = Mailbox.open(enter(entry, entry.arrivedAt), world)
  await settle()
  box.post({ type: 'timer', timer: 'greeting' })
  await settle()
  expect(log).toEqual(['keep greeting', 'play', 'keep waiting', 'start-music', 'enqueue'])
  box.stop()
})

test('a slow request of Asterisk’s does not hold up a hang-up', async () => {
  const never = new Promise<null>(() => undefined)
  const { world } = aWorld({ perform: () => never })
  const box = Mailbox.open(enter(entry, entry.arrivedAt), world)
  box.post({ type: 'caller-gone', cause: 16 })
  await settle()
  expect(box.call.stage.phase).toBe('ended')
})

test('what comes of an effect is the next event', async () => {
  const { world, log } = aWorld()
  const perform = world.perform
  world.perform = async (effect, call, present) => {
    await perform(effect, call, present)
    return effect.do === 'play' ? { type: 'playback-finished', playback: effect.playback } : null
  }
  const box = Mailbox.open(enter(entry, entry.arrivedAt), world)
  await settle()
  expect(log).toContain('enqueue')
  box.stop()
})

test('an ended call is told once, after its last effect', async () => {
  const { world, log, ended } = aWorld({ onEnded: () => void log.push('ended') })
  const box = Mailbox.open(enter(entry, entry.arrivedAt), world)
  box.post({ type: 'caller-gone', cause: 16 })
  box.post({ type: 'caller-gone', cause: 16 })
  await settle()
  expect(log.filter((line) => line === 'ended')).toHaveLength(1)
  expect(log.at(-1)).toBe('ended')
  expect(ended).toEqual([])
})

test('an alarm that was due when the controller started rings at once', async () => {
  const { world } = aWorld({ now: () => entry.arrivedAt + 60_000 })
  const box = Mailbox.open({ call: enter(entry, entry.arrivedAt).call, effects: [] }, world)
  await settle()
  expect(box.call.stage.phase).toBe('waiting')
  box.stop()
})

test.each([3_600_000, -3_600_000])('a clock that is set rings no timer and changes no length: %i ms', async (step) => {
  let clock = entry.arrivedAt
  const { world } = aWorld({ now: () => clock })
  const box = Mailbox.open(enter(entry, clock), world)
  clock += step
  await settle()
  expect(box.call.stage.phase).toBe('greeting')
  box.post({ type: 'caller-gone', cause: 16 })
  await settle()
  const { arrivedAt, endedAt } = box.call
  expect(Math.floor(((endedAt ?? 0) - arrivedAt) / 60_000)).toBe(0)
})
