import { describe, expect, test } from 'vitest'
import { noFilters, toRequest } from '../../../src/web/calls/callsQuery.ts'
import {
  noFilters as noTicketFilters,
  toRequest as ticketsRequest,
} from '../../../src/web/tickets/lists/ticketsQuery.ts'
import { filtersFrom, isFiltered, toAddress } from '../../../src/web/ui/addressFilters.ts'

const fromAddress = (query: Parameters<typeof filtersFrom>[0]) => filtersFrom(query, noFilters)

describe('filters of a list', () => {
  test('go into the address and come back', () => {
    const filters = { ...noFilters, line: '12333', outcome: 'ANSWERED', from: '2026-11-01', to: '2026-11-23' }
    expect(fromAddress(toAddress(filters))).toEqual(filters)
  })

  test('empty ones leave no trace there', () => {
    expect(toAddress({ ...noFilters, caller: '  ' })).toEqual({})
    expect(isFiltered(noFilters)).toBe(false)
  })

  test('what else stands in the address is left alone', () => {
    expect(fromAddress({ line: ['12333', '12345'], evil: 'x', agent: null })).toEqual(noFilters)
  })

  test('ask the server for whole days of Shanghai', () => {
    const ask = new URLSearchParams(toRequest({ ...noFilters, from: '2026-11-23', to: '2026-11-23' }, 'next'))
    expect(ask.get('from')).toBe('2026-11-22T16:00:00.000Z')
    expect(ask.get('to')).toBe('2026-11-23T16:00:00.000Z')
    expect(ask.get('cursor')).toBe('next')
    const tickets = new URLSearchParams(ticketsRequest({ ...noTicketFilters, to: '2026-11-23', state: 'SIGNED' }, null))
    expect(Object.fromEntries(tickets)).toEqual({ to: String(Date.UTC(2026, 10, 23, 16)), state: 'SIGNED' })
  })

  test('a day that is none is not asked for', () => {
    expect(toRequest({ ...noFilters, from: 'gestern' }, null)).toBe('')
  })
})
