import { expect, it } from 'vitest'
import type { TicketPart } from '../../../src/tickets/parts/api.ts'
import { isBelowOnly } from '../../../src/web/tickets/parts/partsView.ts'

it('a unit below has no papers, one with more to do than its part has them', () => {
  const part = (code: string, role: TicketPart['role']) => ({ unit: { code, name: code }, role }) as TicketPart
  const named = (code: string) => ({ code, name: code }) as { code: never; name: string }
  const ticket = { parts: [part('roads', 'SUB'), part('rsj', 'CO')], leadUnit: named('lzq'), holder: null }
  expect(['roads', 'rsj', 'lzq', null].map((unit) => isBelowOnly(ticket, unit))).toEqual([true, false, false, false])
  expect(isBelowOnly({ ...ticket, holder: named('roads') }, 'roads')).toBe(false)
})
