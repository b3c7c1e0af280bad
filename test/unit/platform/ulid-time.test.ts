import fc from 'fast-check'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { firstUlidAt, isUlid } from '../../../src/platform/ulid-time.ts'

test('an instant stands before every id of that millisecond and after those of the one before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 45 }), (at) => {
      expect(firstUlidAt(at) <= ulid(at)).toBe(true)
      expect(firstUlidAt(at) > ulid(at - 1)).toBe(true)
      expect(isUlid(firstUlidAt(at))).toBe(true)
    }),
  )
})

test('only ids of ours are taken for ids', () => {
  for (const strange of ['', 'x', ulid().toLowerCase(), `8${'0'.repeat(25)}`, `${ulid()}\n`, '%'.repeat(26)]) {
    expect(isUlid(strange), strange).toBe(false)
  }
})
