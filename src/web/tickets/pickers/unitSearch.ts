import type { UnitList } from '../../../catalogue/api.ts'
import { isSpelled } from '../../../platform/text/spelling.ts'

/** Units that the typed text may mean. Pure. */

type Unit = UnitList['units'][number]

const notFound = 9

/** Best first: code or letters of the pinyin, then the name, short or whole. */
export function findUnits(units: readonly Unit[], typed: string, most: number): Unit[] {
  const text = typed.trim().toLowerCase()
  if (text === '') return units.slice(0, most)
  return units
    .map((unit, at) => ({ unit, at, rank: rankOf(unit, text) }))
    .filter(({ rank }) => rank < notFound)
    .toSorted((one, other) => one.rank - other.rank || one.at - other.at)
    .slice(0, most)
    .map(({ unit }) => unit)
}

function rankOf({ code, name, shortName, initials, pinyin }: Unit, text: string): number {
  if (code === text || initials === text || shortName.toLowerCase() === text) return 0
  if (shortName.toLowerCase().startsWith(text)) return 1
  if (initials.startsWith(text)) return 2
  // People leave out the 市 at the beginning of city units' names.
  if (initials.startsWith(`s${text}`)) return 3
  if (shortName.toLowerCase().includes(text)) return 4
  if (name.toLowerCase().includes(text)) return 5
  return initials.includes(text) || code.startsWith(text) || isSpelled(pinyin, text) ? 6 : notFound
}
