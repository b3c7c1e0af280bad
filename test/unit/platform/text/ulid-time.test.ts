import fc from 'fast-check'
import { ulid } from 'ulid'
import { expect, test } from 'vitest'
import { firstUlidAt, isUlid, ulidOf, ulidTime } from '../../../../src/platform/text/ulid-time.ts'

test('an instant stands before every id of that millisecond and after those of the one before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 2 ** 45 }), (at) => {
      expect(firstUlidAt(at) <= ulid(at)).toBe(true)
      expect(firstUlidAt(at) > ulid(at - 1)).toBe(true)
      expect(isUlid(firstUlidAt(at))).toBe(true)
      expect(ulidTime(ulid(at))).toBe(at)
    }),
  )
})

test('only ids of ours are taken for ids', () => {
  for (const strange of ['', 'x', ulid().toLowerCase(), `8${'0'.repeat(25)}`, `${ulid()}\n`, '%'.repeat(26)]) {
    expect(isUlid(strange), strange).toBe(false)
  }
})

test('a ULID of an instant and a digest is the same for everybody, and another one for another digest', () => {
  const digests = fc.uint8Array({ minLength: 16, maxLength: 32 })
  fc.assert(
    fc.property(fc.nat(2 ** 48 - 1), digests, (at, digest) => {
      const id = ulidOf(at, digest)
      expect(isUlid(id)).toBe(true)
      expect(id >= firstUlidAt(at) && id < firstUlidAt(at + 1)).toBe(true)
      expect(ulidOf(at, digest)).toBe(id)
      expect(
        ulidOf(
          at,
          digest.map((byte) => byte + 1),
        ),
      ).not.toBe(id)
    }),
  )
})
