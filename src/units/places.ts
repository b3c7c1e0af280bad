import { type County, countyIn } from './unit.ts'

/**
 * Places of the city by name: townships, streets, villages and communities. A place that people name says in which
 * county it is, and so which workstation it goes to (属地管理优先). Pure: the web page imports this file too.
 */

export interface Township {
  /** Nine digits; the first six are the county's. */
  code: string
  name: string
  villages: readonly string[]
}

/** A place as a text names it. */
export interface Located {
  county: string
  township: { code: string; name: string }
  /** Null: the text names the township only. */
  village: string | null
}

export const countyOf = ({ code }: Pick<Township, 'code'>): string => code.slice(0, 6)

/** Shorter names are words of other things, too: they count where the county or the township is known. */
const sureLength = 3

/**
 * The township that a text names, itself or by one of its villages; null where none or several could be meant. The
 * longest name wins, so that 西石槽村 is not 石槽村.
 * @param county where it is known; else the county that the text names counts
 */
export function locate(
  text: string,
  county: string | null,
  { townships, counties }: { townships: readonly Township[]; counties: readonly County[] },
): Located | null {
  const known = county ?? countyIn(text, counties)?.code ?? null
  const inCounty = townships.filter((one) => known === null || countyOf(one) === known)
  const named = inCounty.filter(({ name }) => text.includes(name))
  // 城关镇 is in several counties.
  const among = named.length > 0 ? longest(named, ({ name }) => name.length) : inCounty
  const isKnown = known !== null || named.length > 0
  const found = among.flatMap((township) =>
    township.villages.flatMap((village) => {
      const length = lengthIn(text, village, isKnown)
      return length === 0 ? [] : { township, village, length }
    }),
  )
  const best = longest(found, ({ length }) => length)
  const [only] = best
  const isOne = only !== undefined && best.every(({ township }) => township.code === only.township.code)
  if (isOne) return locatedIn(only.township, only.village)
  const [sole, ...others] = named.length > 0 ? among : []
  return sole && others.length === 0 ? locatedIn(sole, null) : null
}

function longest<Item>(items: readonly Item[], lengthOf: (item: Item) => number): Item[] {
  const most = Math.max(0, ...items.map(lengthOf))
  return items.filter((item) => lengthOf(item) === most)
}

const locatedIn = (township: Township, village: string | null): Located => ({
  ...{ county: countyOf(township), village },
  township: { code: township.code, name: township.name },
})

/** How much of the text names the village: 南寨 is also 南寨村 and 南寨社区. 0: it is not named. */
function lengthIn(text: string, village: string, isKnown: boolean): number {
  const isSaidWhole = /(?:村|社区)$/u.test(village)
  const forms = isSaidWhole ? [village] : [`${village}社区`, `${village}村`, village]
  const form = forms.find((one) => text.includes(one) && (isKnown || one.length >= sureLength))
  return form?.length ?? 0
}

/** Places whose name contains what was typed, those that begin with it first. */
export function findPlaces(
  typed: string,
  county: string | null,
  townships: readonly Township[],
  limit: number,
): Located[] {
  const wanted = typed.trim()
  if (wanted === '') return []
  const all = townships
    .filter((one) => county === null || countyOf(one) === county)
    .flatMap((township) => [
      { name: township.name, located: locatedIn(township, null) },
      ...township.villages.map((village) => ({ name: village, located: locatedIn(township, village) })),
    ])
    .filter(({ name }) => name.includes(wanted))
  const beginning = all.filter(({ name }) => name.startsWith(wanted))
  const within = all.filter(({ name }) => !name.startsWith(wanted))
  return [...beginning, ...within].slice(0, limit).map(({ located }) => located)
}
