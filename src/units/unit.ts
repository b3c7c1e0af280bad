/** Units that handle tickets. Pure: the web page imports this file too. Source: running rules; domain model 9. */

/**
 * HOTLINE is the centre itself; PROVINCE stands for the provincial platform, where cross-city matters go. EXTERNAL: a body
 * without accounts, e.g. a school; it answers by a one-time link that is sent to its telephone. COUNTY and TOWNSHIP are
 * below a workstation, which sends parts of its tickets to them.
 */
export const unitKinds = [
  'HOTLINE',
  'CITY',
  'WORKSTATION',
  'COUNTY',
  'TOWNSHIP',
  'GROUP',
  'COMPANY',
  'PROVINCE',
  'EXTERNAL',
] as const
export type UnitKind = (typeof unitKinds)[number]

/** Kinds that the city sends no ticket to. */
export const kindsBelow = ['COUNTY', 'TOWNSHIP'] as const satisfies UnitKind[]

/** Results count in the assessment, or are shown to the public instead. Source: running rules, 绩效管理. */
export const assessClasses = ['ASSESSED', 'PUBLISHED'] as const
export type AssessClass = (typeof assessClasses)[number]

export interface County {
  code: string
  name: string
  initials: string
}

/**
 * The county that a place is in, by its text: `潞州区英雄中路`, `长治市沁县定昌镇`, `武乡蟠龙镇`. The longest name wins, so that 沁源县 is not
 * mistaken for 沁县; of two names the last one is nearer to the place.
 */
export function countyIn(place: string, counties: readonly County[]): County | null {
  const found = counties.flatMap((county) =>
    namesOf(county.name).map((name) => ({ county, name, at: place.lastIndexOf(name) })),
  )
  const [best] = found
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => other.name.length - one.name.length || other.at - one.at)
  return best?.county ?? null
}

/**
 * The county that a whole account is about: the only one in it that is called by its full name. Short names are words
 * of other things there: 长子 also means an eldest son.
 */
export function onlyCountyIn(text: string, counties: readonly County[]): County | null {
  const found = counties.filter((county) => fullNamesOf(county.name).some((name) => text.includes(name)))
  return found.length === 1 ? (found[0] ?? null) : null
}

/**
 * The place, from the county down. A part that the address itself begins with is not repeated: people write `潞州区英雄中路`
 * and `长治市潞州区英雄中路`.
 */
export function placeInWords(county: string | null, township: string | null, place: string): string {
  const address = place.trim()
  const beginnings = [address, address.replace(/^(.{2,3}省)?.{2,3}市/u, '')]
  const isCountySaid =
    county !== null && fullNamesOf(county).some((name) => beginnings.some((at) => at.startsWith(name)))
  const isTownshipSaid = township !== null && address.includes(township)
  return [isCountySaid ? null : county, isTownshipSaid ? null : township, address].filter(Boolean).join(' ')
}

/** `武乡县` is also called 武乡, `长治高新区` 高新区. A single character, as of 沁县, is no name. */
function namesOf(name: string): string[] {
  const short = name.replace(/[区县]$/, '')
  const isZone = fullNamesOf(name).length > 1
  return [...fullNamesOf(name), ...(short.length > 1 && !isZone ? [short] : [])]
}

function fullNamesOf(name: string): string[] {
  return [...new Set([name, name.replace(/^长治(?=..)/, '')])]
}
