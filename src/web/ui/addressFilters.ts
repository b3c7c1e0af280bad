import type { LocationQuery } from 'vue-router'
import { dayAfter, dayStart } from './format.ts'

/** Filters of a list in the address: a view can be bookmarked and sent. Pure. */

/** An unused filter is empty. `from` and `to` are days, `2026-11-23`. */
export type Filters = Record<string, string>

/** @param none all existing filters, empty */
export function filtersFrom<F extends Filters>(query: LocationQuery, none: F): F {
  const entries = Object.keys(none).map((name) => [name, query[name]] as const)
  return { ...none, ...Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) }
}

export function toAddress(filters: Filters): Filters {
  const entries = Object.entries(filters).map(([name, value]) => [name, value.trim()] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

export function isFiltered(filters: Filters): boolean {
  return Object.keys(toAddress(filters)).length > 0
}

/**
 * The query to the server; days become instants of Shanghai, the last day is included.
 * @param write how this list writes an instant
 */
export function toRequest(filters: Filters, cursor: string | null, write: (at: number) => string): string {
  const { from = '', to = '', ...others } = toAddress(filters)
  const ask = new URLSearchParams(others)
  const [start, last] = [dayStart(from), dayStart(to)]
  if (start !== null) ask.set('from', write(start))
  if (last !== null) ask.set('to', write(dayAfter(last)))
  if (cursor !== null) ask.set('cursor', cursor)
  return ask.toString()
}
