import { expect, test } from 'vitest'
import type { CalendarView } from '../../../src/calendar/api.ts'
import { anOffice } from '../tickets/office.ts'
import { yearsToCome } from '../tickets/world.ts'

test('a page reads the working days of the loaded years, and which years are still awaited', async () => {
  const office = await anOffice()
  const view = await office.get<CalendarView>('cgj', '/api/calendar')
  expect(view.years.map((year) => [year.year, year.version])).toEqual(yearsToCome.map((year) => [year.year, 1]))
  const of2026 = view.years.find(({ year }) => year === 2026)
  expect(of2026?.holidays).toContain('2026-10-01')
  expect(of2026?.makeUpDays).toContain('2026-10-10')
  expect(view.awaited).not.toContain(2026)
  expect((await office.get('1001', '/api/calendar')) as CalendarView).toEqual(view)
  expect((await office.web.inject({ method: 'GET', url: '/api/calendar' })).statusCode).toBe(401)
})
