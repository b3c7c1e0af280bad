import type { LocationQuery } from 'vue-router'
import { dayAfter, dayStart } from '../format.ts'

/** Filters of the list, as the address keeps them: a view can be bookmarked and sent. Pure. */

export interface CallFilters {
  line: string
  caller: string
  outcome: string
  agent: string
  /** `2026-11-23` */
  from: string
  to: string
}

export const noFilters: CallFilters = { line: '', caller: '', outcome: '', agent: '', from: '', to: '' }
const names = Object.keys(noFilters) as (keyof CallFilters)[]

export function fromAddress(query: LocationQuery): CallFilters {
  const found = { ...noFilters }
  for (const name of names) {
    const value = query[name]
    if (typeof value === 'string') found[name] = value
  }
  return found
}

export function toAddress(filters: CallFilters): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, filters[name].trim()]).filter(([, value]) => value !== ''))
}

/** What the server is asked; days become instants of Shanghai, the last one whole. */
export function toRequest(filters: CallFilters, cursor: string | null): string {
  const ask = new URLSearchParams(toAddress(filters))
  const [from, to] = [dayStart(filters.from), dayStart(filters.to)]
  ask.delete('from')
  ask.delete('to')
  if (from !== null) ask.set('from', new Date(from).toISOString())
  if (to !== null) ask.set('to', new Date(dayAfter(to)).toISOString())
  if (cursor !== null) ask.set('cursor', cursor)
  return ask.toString()
}

export function isFiltered(filters: CallFilters): boolean {
  return Object.keys(toAddress(filters)).length > 0
}
