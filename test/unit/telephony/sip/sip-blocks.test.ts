import { expect, test } from 'vitest'
import { firstBlockMs, openSipBlocks, refusalsAllowed, senderOf } from '../../../../src/telephony/sip/sip-blocks.ts'

const start = 1_800_000_000_000
const stranger = '198.51.100.7'
const networks = ['192.0.2.0/24']

/** Refusals of one address, one each 100 ms. @returns when the block ends that came of them */
function refuse(blocks: ReturnType<typeof openSipBlocks>, address: string, times: number, from: number) {
  const ends = Array.from({ length: times }, (_, index) => blocks.refused(address, from + index * 100))
  return ends.filter((end) => end !== null)
}

test('an address is blocked with the last refusal that is allowed within a minute, and once only', () => {
  const blocks = openSipBlocks(networks)
  expect(refuse(blocks, stranger, refusalsAllowed - 1, start)).toEqual([])
  const last = start + (refusalsAllowed - 1) * 100
  expect(refuse(blocks, stranger, 1, last)).toEqual([last + firstBlockMs])
  expect(refuse(blocks, stranger, refusalsAllowed * 2, last + 1)).toEqual([])
})

test('who is refused now and then is not blocked: a phone with a wrong password', () => {
  const blocks = openSipBlocks(networks)
  const ends = Array.from({ length: 200 }, (_, index) => blocks.refused(stranger, start + index * 5_000))
  expect(ends.filter((end) => end !== null)).toEqual([])
})

test('each block is twice as long as the one before it, an hour at most, and is forgotten after a quiet day', () => {
  const blocks = openSipBlocks(networks)
  const lengths: number[] = []
  let now = start
  for (let time = 0; time < 9; time += 1) {
    const [end = 0] = refuse(blocks, stranger, refusalsAllowed, now)
    lengths.push(end - (now + (refusalsAllowed - 1) * 100))
    now = end + 1
  }
  expect(lengths.map((length) => length / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  const later = now + 86_400_000 + 60_000
  expect(refuse(blocks, stranger, refusalsAllowed, later)).toEqual([later + (refusalsAllowed - 1) * 100 + firstBlockMs])
})

test.each(['127.0.0.1', '::1', '192.0.2.77', 'nonsense'])('%s is never blocked', (address) => {
  expect(refuse(openSipBlocks(networks), address, 100, start)).toEqual([])
})

test('a sender of IPv6 is its network of 64 bits', () => {
  expect(senderOf('2001:db8:0:1:aaaa::7')).toBe('2001:db8:0:1::')
  expect(senderOf('198.51.100.7')).toBe('198.51.100.7')
  const blocks = openSipBlocks(networks)
  const ends = Array.from({ length: refusalsAllowed }, (_, index) =>
    blocks.refused(senderOf(`2001:db8:0:1::${index.toString(16)}`), start),
  )
  expect(ends.at(-1)).toBe(start + firstBlockMs)
})

test('a flood from invented addresses does not fill the memory, and does not hide who goes on', () => {
  const blocks = openSipBlocks(networks)
  for (let index = 0; index < 30_000; index += 1)
    blocks.refused(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, start)
  expect(refuse(blocks, stranger, refusalsAllowed, start)).toHaveLength(1)
})
