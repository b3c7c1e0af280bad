import { expect, test, vi } from 'vitest'
import { coresOf, pinAsterisk } from '../../../../src/tools/bench/pinned.ts'

test('Asterisk has the first half of the cores, all others the rest, and one core is not divided', () => {
  const of = (cores: number) => [coresOf('asterisk', cores), coresOf('others', cores)]
  expect(of(2)).toEqual(['0-0', '1-1'])
  expect(of(5)).toEqual(['0-1', '2-4'])
  expect(() => coresOf('asterisk', 1)).toThrow('two cores')
})

test('nothing is called pinned without an Asterisk to pin', async () => {
  const move = vi.fn(async () => undefined)
  await expect(pinAsterisk(undefined, move)).rejects.toThrow('does not run')
  await expect(pinAsterisk({ pid: () => null }, move)).rejects.toThrow('does not run')
  expect(move).not.toHaveBeenCalled()
})

test('what is measured with an Asterisk that died since it was pinned claims nothing', async () => {
  let pid: number | null = 7
  const move = vi.fn(async () => undefined)
  const voids = await pinAsterisk({ pid: () => pid }, move)
  expect(move).toHaveBeenCalledWith(7, 'asterisk')
  expect(voids()).toEqual([])
  for (const later of [null, 8]) {
    pid = later
    expect(voids()).toEqual([expect.stringContaining('died')])
  }
})
