import { expect, test } from 'vitest'
import { evenFrom, openStepWatch } from '../../../../src/platform/process/time.ts'

const hourMs = 3_600_000

test('what began goes on as time passes', () => {
  let passed = 500.4
  const now = evenFrom(1_000_000, () => passed)
  passed += 1_000.2
  expect(now()).toBe(1_001_000)
})

test('a clock that was set is noticed once, ahead and back', () => {
  const clock = { day: hourMs, passed: 10 }
  const stepMs = openStepWatch(
    () => clock.day,
    () => clock.passed,
  )
  const pass = (ms: number) => {
    clock.day += ms
    clock.passed += ms
  }
  pass(60_000)
  expect(stepMs()).toBe(0)
  clock.day += hourMs
  pass(250)
  expect([stepMs(), stepMs()]).toEqual([hourMs, 0])
  clock.day -= hourMs
  pass(250)
  expect([stepMs(), stepMs()]).toEqual([-hourMs, 0])
})

test('a clock that is adjusted little by little was not set', () => {
  let day = 0
  const stepMs = openStepWatch(
    () => day,
    () => 0,
  )
  day += 300
  expect(stepMs()).toBe(0)
})
