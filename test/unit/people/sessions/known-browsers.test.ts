import { expect, test } from 'vitest'
import { cookiesToDrop } from '../../../../src/people/sessions/known-browsers.ts'

const valueUntil = (until: number) => `${'b'.repeat(22)}.${until}.${'s'.repeat(43)}`

test('a computer that many share keeps the cookies of those who logged in last, and room for this one', () => {
  const first = 1_900_000_000
  const cookies = Object.fromEntries(
    Array.from({ length: 200 }, (_, id) => [`hotline_device_${id}`, valueUntil(first + id)]),
  )
  const others = { hotline_session: 'A'.repeat(43), hotline_device_x: 'nonsense' }
  const dropped = cookiesToDrop(0, { ...cookies, ...others })
  const kept = Object.keys(cookies).filter((name) => !dropped.includes(name))
  expect(kept).toEqual(['hotline_device_0', ...Array.from({ length: 39 }, (_, n) => `hotline_device_${161 + n}`)])
  expect(dropped).toContain('hotline_device_x')
  expect(dropped).not.toContain('hotline_session')
  expect(cookiesToDrop(7, { hotline_device_8: valueUntil(first) })).toEqual([])
})
