import { expect, test } from 'vitest'
import { memoryMbOf } from '../../../../../src/tools/setup/servers/mariadb.ts'

const gb = 2 ** 30

test.each([
  ['half a gigabyte', gb / 2, 256],
  ['2 GB', 2 * gb, 512],
  ['16 GB', 16 * gb, 4_096],
  ['128 GB', 128 * gb, 8_192],
])('on a machine of %s the private MariaDB keeps a quarter of it in memory, within bounds', (_, bytes, mb) => {
  expect(memoryMbOf(bytes)).toBe(mb)
})
