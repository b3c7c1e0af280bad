import { toRequest as requestOf } from '../ui/addressFilters.ts'

/** The filters of the list of calls. Pure. */

export type CallFilters = Record<'line' | 'caller' | 'outcome' | 'direction' | 'agent' | 'from' | 'to', string>

export const noFilters: CallFilters = { line: '', caller: '', outcome: '', direction: '', agent: '', from: '', to: '' }

export function toRequest(filters: CallFilters, cursor: string | null): string {
  return requestOf(filters, cursor, (at) => new Date(at).toISOString())
}
