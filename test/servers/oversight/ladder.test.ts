import { expect, test } from 'vitest'
import type { Ladder } from '../../../src/oversight/api.ts'
import { anOffice } from '../tickets/office.ts'

const dayMs = 86_400_000

test('the ladder names what each unit has overdue, for those who supervise', async () => {
  const office = await anOffice()
  await office.join('overseer', 'OVERSEER')
  for (const [lead, urgency] of [
    ['cgj', 'P2'],
    ['cgj', 'P3'],
    ['rsj', 'P3'],
  ]) {
    const number = await office.create({ urgency })
    const { version } = await office.detail('dispatcher', number)
    await office.act('dispatcher', number, 'dispatch', { lead, reason: '属其职责', version })
  }
  const read = () => office.get<Ladder>('overseer', '/api/oversight/units')
  expect((await read()).units).toEqual([])

  office.wait(60 * dayMs)
  await office.logInAgain()
  const { units } = await read()
  expect(
    units.map(({ unit, open, handlingOverdue, urgentOverdue }) => [unit.code, open, handlingOverdue, urgentOverdue]),
  ).toEqual([
    ['cgj', 2, 2, 1],
    ['rsj', 1, 1, 0],
  ])
  expect(units[0]?.oldestDueAt).toBeLessThan(Date.now() + 60 * dayMs)
  expect(office.code(await office.ask('cgj', '/api/oversight/units'))).toBe('access.denied')
  // Who supervises reads every ticket.
  expect((await office.list('overseer')).tickets).toHaveLength(3)
})
