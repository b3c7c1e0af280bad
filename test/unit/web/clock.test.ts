import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correctedBy } from '../../../src/web/live/clock.ts'

const date = Date.parse('2026-11-23T10:00:00+08:00')
const hour = 3_600_000

describe("the server's clock, from the date of an answer", () => {
  it.each([
    ['an hour ahead', date + hour],
    ['two hours behind', date - 2 * hour],
  ])('puts a computer right that is %s', (_, shown) => {
    const corrected = correctedBy(shown, date, 40)
    expect(corrected).toBeGreaterThanOrEqual(date)
    expect(corrected).toBeLessThanOrEqual(date + 1_040)
  })

  it('leaves a clock alone that may be right, however long the answer took', () => {
    const second = fc.integer({ min: 0, max: 999 })
    const trip = fc.integer({ min: 0, max: 10_000 })
    fc.assert(
      fc.property(second, trip, fc.integer({ min: 0, max: 10_000 }), (ms, tripMs, backMs) => {
        // The server stamped it some time before it arrived.
        const trueNow = date + ms + Math.min(backMs, tripMs)
        expect(correctedBy(trueNow, date, tripMs)).toBe(trueNow)
      }),
    )
  })
})

it('no page asks the computer what time it is, except the clock that is put right', () => {
  const web = resolve(import.meta.dirname, '../../../src/web')
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|vue)$/.test(name))
  const asking = files.filter((name) => /Date\.now\(\)|new Date\(\)/.test(readFileSync(join(web, name), 'utf8')))
  expect(asking).toEqual([join('live', 'clock.ts')])
})
