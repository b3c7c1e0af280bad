import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { requireSite } from '../../../src/site/load.ts'
import { phoneBook } from '../../../src/web/phone/phoneBook.ts'

const { lines } = requireSite(resolve(import.meta.dirname, '../../../config'))

test('whoever tries the hotline finds every number once: 12345 first, then the hotlines that were brought to it', () => {
  const groups = phoneBook(lines)
  expect(groups[0]?.lines.map(({ number }) => number)).toEqual(['12345'])
  expect(groups[1]?.lines.map(({ number }) => number)).toContain('12333')
  const shown = groups.flatMap((group) => group.lines.map(({ number }) => number))
  expect(shown.toSorted()).toEqual(lines.map(({ number }) => number).toSorted())
})

test('a group without numbers is not shown', () => {
  expect(phoneBook([{ number: '12345', name: '热线', mode: 'MERGED_FORWARD' }])).toHaveLength(1)
  expect(phoneBook([])).toEqual([])
})
