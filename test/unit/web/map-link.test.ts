import { expect, test } from 'vitest'
import { mapLink } from '../../../src/web/tickets/ticket/mapLink.ts'

const url = 'https://map.example/search?keyword={place}&city={city}'

test('a place is a link to the map of the site, whatever is written in it', () => {
  expect(mapLink(url, ' 英雄路 3号&city=x#a ', '长治')).toBe(
    `https://map.example/search?keyword=${encodeURIComponent('英雄路 3号&city=x#a')}&city=${encodeURIComponent('长治')}`,
  )
})

test('no place, or no map, is no link', () => {
  expect(mapLink(url, '  ', '长治')).toBeNull()
  expect(mapLink(null, '英雄路', '长治')).toBeNull()
  expect(mapLink(undefined, '英雄路', '长治')).toBeNull()
})
