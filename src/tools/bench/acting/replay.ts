import { ulid } from 'ulid'
import type { Statement } from '../load/statements.ts'

/**
 * Events of one ticket, recorded and sent again by plain mysql2: the same statements for the next events of the same
 * ticket. Pure except for new ids.
 */

type Recorded = readonly Statement[]
/** In a row, the even ones of one kind and the odd ones of the other. */
export type SixEvents = readonly [Recorded, Recorded, Recorded, Recorded, Recorded, Recorded]

const ulids = /[0-7][0-9A-HJKMNP-TV-Z]{25}/g

/** @returns the statements of the event after the last recorded one, then of the one after it, and so on */
export function nextEvents(events: SixEvents): () => Statement[] {
  const [, , second, third, fourth, fifth] = events
  // What stands in two events of a kind stands in all: the ticket, its caller.
  const constant = new Set(bothOf(third, fifth))
  const shared = (one: Recorded, other: Recorded) => bothOf(one, other).filter((id) => !constant.has(id))
  // What an event takes over from the one before it: the clock that it cancels.
  const [toThird, toFourth] = [shared(second, third), shared(third, fourth)]
  let taken = new Map(toFourth.map((id) => [id, inPlaceOf(id, third, fifth)]))
  let number = events.length
  return () => {
    const isOdd = number % 2 === 1
    const [template, same, ahead] = isOdd ? [third, fifth, number - 3] : [fourth, second, number - 4]
    const fresh = freshIds(constant, taken)
    const statements = template.map(({ sql, params }, n) => ({
      sql,
      params: params.map((value, at) => {
        const next = counted(value, same[n]?.params[at], ahead)
        return typeof next === 'string' ? next.replaceAll(ulids, fresh) : next
      }),
    }))
    taken = isOdd
      ? new Map(toFourth.map((id) => [id, fresh(id)]))
      : new Map(toThird.map((id) => [id, fresh(inPlaceOf(id, second, fourth))]))
    number += 1
    return statements
  }
}

/** What differs by two between two events of a kind grows by one with each: a version, alone or behind a ticket's id. */
function counted(value: unknown, other: unknown, ahead: number): unknown {
  if (typeof value === 'number' && typeof other === 'number') {
    return Math.abs(other - value) === 2 ? value + ahead : value
  }
  const [one, two] = [versionIn(value), versionIn(other)]
  if (typeof value !== 'string' || one === null || two === null || Math.abs(two - one) !== 2) return value
  return value.replace(version, `:${one + ahead}`)
}

const version = /:(\d+)$/
function versionIn(value: unknown): number | null {
  const [, digits] = typeof value === 'string' ? (version.exec(value) ?? []) : []
  return digits === undefined ? null : Number(digits)
}

function freshIds(constant: ReadonlySet<string>, taken: ReadonlyMap<string, string>): (id: string) => string {
  const known = new Map(taken)
  return (id) => {
    if (constant.has(id)) return id
    const found = known.get(id) ?? ulid()
    known.set(id, found)
    return found
  }
}

const idsOf = (value: unknown): string[] => (typeof value === 'string' ? (value.match(ulids) ?? []) : [])
const bothOf = (one: Recorded, other: Recorded): string[] => {
  const known = idsIn(other)
  return [...idsIn(one)].filter((id) => known.has(id))
}
const idsIn = (statements: Recorded) => new Set(statements.flatMap(({ params }) => params.flatMap(idsOf)))

/** The id that stands in another event of the kind where this one stands. */
function inPlaceOf(id: string, from: Recorded, to: Recorded): string {
  for (const [n, { params }] of from.entries()) {
    for (const [at, value] of params.entries()) {
      const place = idsOf(value).indexOf(id)
      if (place >= 0) return idsOf(to[n]?.params[at])[place] ?? id
    }
  }
  return id
}
