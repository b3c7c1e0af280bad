import { toRequest as requestOf } from '../ui/addressFilters.ts'

/** What the list of calls can be narrowed to. Pure. */

export type CallFilters = Record<'line' | 'caller' | 'outcome' | 'agent' | 'from' | 'to', string>

export const noFilters: CallFilters = { line: '', caller: '', outcome: '', agent: '', from: '', to: '' }

export function toRequest(filters: CallFilters, cursor: string | null): string {
  return requestOf(filters, cursor, (at) => new Date(at).toISOString())
}
