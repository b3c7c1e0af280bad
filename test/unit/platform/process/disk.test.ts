import { expect, test } from 'vitest'
import { roomOf } from '../../../../src/platform/process/disk.ts'

test('somebody is told when less than a gigabyte is left, or a tenth of a small disk', () => {
  expect(roomOf(2e9, 1e12).isShort).toBe(false)
  expect(roomOf(0.9e9, 1e12).isShort).toBe(true)
  expect(roomOf(200e6, 500e6).isShort).toBe(false)
  expect(roomOf(40e6, 500e6).isShort).toBe(true)
})
