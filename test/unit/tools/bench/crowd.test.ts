import { expect, test } from 'vitest'
import { voidsOfCrowd } from '../../../../src/tools/bench/crowd/crowd.ts'

test('nothing is claimed beside pages that were cut off or told of nothing', () => {
  expect(voidsOfCrowd({ connected: 10, told: 10, signs: 160 }, 10)).toEqual([])
  expect(voidsOfCrowd({ connected: 9, told: 10, signs: 150 }, 10)).toEqual(['1 of 10 further pages were cut off'])
  expect(voidsOfCrowd({ connected: 10, told: 0, signs: 0 }, 10)).toEqual([
    '10 of 10 further pages were told of no ticket',
  ])
})
