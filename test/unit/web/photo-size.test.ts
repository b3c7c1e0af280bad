import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asJpegName, fitted, isWorthShrinking, longestSide } from '../../../src/web/tickets/files/photoSize.ts'

describe('a photo', () => {
  it.each([
    [
      { width: 4032, height: 3024 },
      { width: 2048, height: 1536 },
    ],
    [
      { width: 3024, height: 4032 },
      { width: 1536, height: 2048 },
    ],
    [
      { width: 800, height: 600 },
      { width: 800, height: 600 },
    ],
    [
      { width: 20_000, height: 3 },
      { width: 2048, height: 1 },
    ],
  ])('of %o is sent as %o', (given, sent) => expect(fitted(given)).toEqual(sent))

  it('never grows, and keeps its proportion to a pixel', () => {
    const side = fc.integer({ min: 1, max: 30_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const sent = fitted({ width, height })
        expect(Math.max(sent.width, sent.height)).toBeLessThanOrEqual(longestSide)
        expect(sent.width).toBeLessThanOrEqual(width)
        expect(sent.height).toBeLessThanOrEqual(height)
        const scale = Math.max(sent.width, sent.height) / Math.max(width, height)
        expect(Math.abs(sent.width - width * scale)).toBeLessThanOrEqual(1)
        expect(Math.abs(sent.height - height * scale)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('that is light and small goes as it is', () => {
    expect(isWorthShrinking(300_000, { width: 1200, height: 900 })).toBe(false)
    expect(isWorthShrinking(300_000, { width: 4000, height: 3000 })).toBe(true)
    expect(isWorthShrinking(8_000_000, { width: 1200, height: 900 })).toBe(true)
  })

  it('has a name that says what it is', () => {
    expect(['a.JPG', 'b.jpeg', 'c.png', '路灯.现场.webp', 'noname'].map(asJpegName)).toEqual([
      'a.JPG',
      'b.jpeg',
      'c.jpg',
      '路灯.现场.jpg',
      'noname.jpg',
    ])
  })
})
