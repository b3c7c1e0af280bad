import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tickets } from '../../../src/tickets/records/schema.ts'
import type { PlacesFound } from '../../../src/units/api.ts'
import { anOffice } from '../tickets/office.ts'

test('a ticket whose place names a village is of its county and township, and is found by its name while it is typed', async () => {
  const office = await anOffice()
  const found = async (q: string) => office.get<PlacesFound>('1001', `/api/places?q=${encodeURIComponent(q)}`)
  expect((await found('城隍庙社')).places).toMatchObject([{ township: '东街街道', village: '城隍庙社区' }])
  expect((await found('城隍庙社区门口')).meant).toMatchObject({ county: { name: '潞州区' }, township: '东街街道' })
  expect(office.code(await office.ask('cgj', '/api/places?q=x'))).toBe('access.denied')

  const number = await office.create({ place: '城隍庙社区 3 号楼前', countyCode: null })
  const [row] = await office.db.select().from(tickets).where(eq(tickets.number, number))
  expect(row).toMatchObject({ countyCode: '140403', township: '东街街道' })
  // What the agent says counts.
  const own = await office.create({ place: '城隍庙社区', township: '西街街道', content: '另一盏路灯不亮' })
  expect((await office.db.select().from(tickets).where(eq(tickets.number, own)))[0]?.township).toBe('西街街道')
})
