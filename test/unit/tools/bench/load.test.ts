import { describe, expect, test } from 'vitest'
import { addressOf, replyIn } from '../../../../src/tools/bench/load/http.ts'
import { requireRoom, ticketsWanted } from '../../../../src/tools/bench/load/seeded.ts'
import { placeOf, renewed } from '../../../../src/tools/bench/load/statements.ts'

describe('an answer on the wire', () => {
  const whole = Buffer.from('HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{"a":"灯"}')

  test('is read when its last byte has come, and not before', () => {
    for (let length = 0; length < whole.length; length += 1) expect(replyIn(whole.subarray(0, length))).toBeNull()
    expect(replyIn(whole)).toEqual({ status: 201, body: '{"a":"灯"}' })
  })

  test('without a body is whole with its head', () => {
    expect(replyIn(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'))).toEqual({ status: 204, body: '' })
  })
})

test('no two connections come from one address', () => {
  const addresses = Array.from({ length: 1_000 }, (_, index) => addressOf(index))
  expect(new Set(addresses).size).toBe(1_000)
  expect(addresses.every((address) => /^127\.0\.\d{1,3}\.\d{1,3}$/.test(address))).toBe(true)
})

describe('a statement that is sent again', () => {
  const id = '01KB0000000000000000000000'
  const old = { number: 'CZ20261125000007', phone: '13600001001', key: 'aaaaaaaa' }
  const fresh = { number: 'CZ20261125000008', phone: '13600002002', key: 'bbbbbbbb' }

  test('is about another ticket, the same one in all of its statements', () => {
    const ids = new Map<string, string>()
    const [newId] = renewed([id], old, fresh, ids)
    expect(newId).not.toBe(id)
    const params = [`ticket:${id}:1`, `{"number":"${old.number}"}`, `+86${old.phone}`, old.key, 7, null]
    expect(renewed(params, old, fresh, ids)).toEqual([
      `ticket:${newId}:1`,
      `{"number":"${fresh.number}"}`,
      `+86${fresh.phone}`,
      fresh.key,
      7,
      null,
    ])
  })

  test('finds the value of a column among those that are given', () => {
    const sql = 'insert into `tickets` (`id`, `line_id`, `citizen_id`) values (?, default, ?)'
    expect(placeOf(sql, 'citizen_id')).toBe(1)
    expect(placeOf(sql, 'line_id')).toBe(-1)
    expect(placeOf(sql, 'phone')).toBe(-1)
  })
})

test('so many tickets that the disk has no room for them are refused before the first is written', () => {
  expect(() => requireRoom(20_000, 2 ** 30)).not.toThrow()
  expect(() => requireRoom(5_000_000, 2 ** 30)).toThrow('5000000 tickets need')
})

test('another number of tickets is asked for by BENCH_TICKETS, and nonsense is named', () => {
  expect(ticketsWanted({ isFull: false }, undefined)).toBeLessThan(ticketsWanted({ isFull: true }, undefined))
  expect(ticketsWanted({ isFull: false }, '1000000')).toBe(1_000_000)
  for (const asked of ['', '0', '-1', '1e6', 'many']) {
    expect(() => ticketsWanted({ isFull: false }, asked)).toThrow(`BENCH_TICKETS=${asked}`)
  }
})
