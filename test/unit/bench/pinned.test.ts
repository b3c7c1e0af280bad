import { expect, test } from 'vitest'
import { coresOf } from '../../../src/bench/pinned.ts'

test('Asterisk has the first half of the cores, all others the rest, and one core is not divided', () => {
  const of = (cores: number) => [coresOf('asterisk', cores), coresOf('others', cores)]
  expect(of(2)).toEqual(['0-0', '1-1'])
  expect(of(5)).toEqual(['0-1', '2-4'])
  expect(() => coresOf('asterisk', 1)).toThrow('two cores')
})
