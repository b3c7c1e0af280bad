import { expect, test } from 'vitest'
import { readCursor, readUlidCursor } from '../../../../src/platform/web/paging.ts'

const shape = /^(?<due>\d{0,15})\.(?<id>\d{1,15})$/

test('a list begins at its first page', () => {
  expect([readCursor(undefined, shape), readCursor('', shape), readUlidCursor(undefined)]).toEqual([null, null, null])
})

test('a cursor gives back the values of its order', () => {
  expect(readCursor('12.7', shape)).toEqual({ due: '12', id: '7' })
  expect(readCursor('.7', shape)).toEqual({ due: '', id: '7' })
  expect(readUlidCursor('01JD0000000000000000000000')).toBe('01JD0000000000000000000000')
})

test.each(['7', '12.7.', "12.7' OR 1=1"])('%s is none of ours', (cursor) => {
  expect(() => readCursor(cursor, shape)).toThrow('list.bad-cursor')
  expect(() => readUlidCursor(cursor)).toThrow('list.bad-cursor')
})
