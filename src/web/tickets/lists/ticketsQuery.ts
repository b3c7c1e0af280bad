import { toRequest as requestOf } from '../../ui/addressFilters.ts'

/** What the list of tickets can be narrowed to. Pure. */

export type TicketFilters = Record<
  | ('search' | 'state' | 'asks' | 'lamp' | 'type' | 'urgency' | 'category' | 'county' | 'line')
  | ('unit' | 'part' | 'caller' | 'from' | 'to'),
  string
>

export const noFilters: TicketFilters = {
  ...{ search: '', state: '', asks: '', lamp: '', type: '', urgency: '', category: '', county: '', line: '' },
  ...{ unit: '', part: '', caller: '', from: '', to: '' },
}

export function toRequest(filters: TicketFilters, cursor: string | null): string {
  return requestOf(filters, cursor, String)
}
