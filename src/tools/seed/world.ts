import { isNull } from 'drizzle-orm'
import { type Choice, chooseUnit, type Matter, type Rule, type RuleUnit } from '../../catalogue/catalogue.ts'
import { categories } from '../../catalogue/schema.ts'
import { readCatalogue } from '../../catalogue/store.ts'
import { ownNumber } from '../../lines/dialled.ts'
import { lines } from '../../lines/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import type { CategoryCode, CountyCode, Instant, UnitCode } from '../../platform/types.ts'
import type { Timing } from '../../tickets/clocks/deadlines.ts'
import type { Urgency } from '../../tickets/life/ticket.ts'
import { counties, units } from '../../units/schema.ts'
import { type Cast, castOf } from './people.ts'
import { drawing, type Random } from './random.ts'

/**
 * Everything that generated tickets need to know about the city: its units, matters and counties as in the database.
 */
export interface World {
  seed: number
  /** No event is later. */
  until: Instant
  /** Citizens who call: some once, some often. */
  callers: number
  timing: Timing
  cast: Cast
  countyName(code: CountyCode): string
  unitName(code: UnitCode): string
  drawCounty(random: Random): CountyCode
  drawMatter(isHeatingSeason: boolean, random: Random): MatterKind
  drawUnit(random: Random): UnitCode
  /** A bureau below a workstation; null: there is none. */
  bureauOf(unit: UnitCode, random: Random): UnitCode | null
  /** Null where no line is known. */
  drawLine(random: Random): SeedLine | null
  choose(matter: Omit<Matter, 'accusedUnit' | 'type'>, at: Instant): Choice
}

export type SeedLine = Pick<typeof lines.$inferSelect, 'id' | 'number' | 'skill'>

/** A category of the third level. */
export interface MatterKind {
  code: CategoryCode
  name: string
  words: string[]
  urgency: Urgency | null
  statutoryDays: number | null
}

/** Zones have no census of their own. */
const populationOfZone = 40_000
/** Of a hundred requests, by the first level of the categories; others have 2. Source: domain model 3.4. */
const shares: Record<string, number> = {
  '01': 5,
  '02': 12,
  '03': 11,
  '04': 12,
  '05': 9,
  '06': 9,
  '07': 12,
  '08': 4,
  '09': 5,
  '10': 5,
  '12': 9,
  '13': 5,
  '15': 4,
  '16': 4,
}
/** How much more often heating is requested in the season, and less outside of it. */
const heatingInSeason = 9
const heatingOffSeason = 0.3
/** Share of all calls; the old numbers share the rest. */
const shareOfOwnNumber = 0.92

export async function worldOf(
  db: Db,
  given: { seed: number; until: Instant; tickets: number; timing: Timing },
): Promise<World> {
  const { rules, units: takers } = await readCatalogue(db)
  const kinds = await readKinds(db)
  const places = await db.select().from(counties).orderBy(counties.code)
  const { code, shortName, kind, parentCode } = units
  const named = await db.select({ code, name: shortName, kind, parent: parentCode }).from(units).orderBy(code)
  const bureaus = Map.groupBy(
    named.filter((unit) => unit.kind === 'COUNTY'),
    (unit) => unit.parent,
  )
  const cityUnits = takers.filter((unit) => unit.kind === 'CITY').map((unit) => unit.code)
  const cast = await castOf(
    db,
    [...takers.map((unit) => unit.code), ...[...bureaus.values()].flat().map((unit) => unit.code)],
    given.until,
  )
  const countyNames = new Map(places.map(({ code, name }) => [code, name]))
  const unitNames = new Map(named.map(({ code, name }) => [code, name]))
  const [inSeason, offSeason] = [drawKind(kinds, heatingInSeason), drawKind(kinds, heatingOffSeason)]
  return {
    ...{ seed: given.seed, until: given.until, timing: given.timing, cast },
    callers: Math.max(20, Math.round(given.tickets * 0.55)),
    countyName: (code) => countyNames.get(code) ?? code,
    unitName: (code) => unitNames.get(code) ?? code,
    drawCounty: drawing(places.map(({ code, population }) => [code, population ?? populationOfZone] as const)),
    drawMatter: (isHeatingSeason, random) => (isHeatingSeason ? inSeason : offSeason)(random),
    drawUnit: drawing(cityUnits.map((code) => [code, 1] as const)),
    bureauOf(unit, random) {
      const [one, ...more] = bureaus.get(unit) ?? []
      return one === undefined ? null : random.pick([one, ...more]).code
    },
    drawLine: await drawLine(db),
    choose: remembering(rules, takers),
  }
}

async function drawLine(db: Db): Promise<World['drawLine']> {
  const { id, number, skill } = lines
  const known = await db.select({ id, number, skill }).from(lines).where(isNull(lines.withdrawnAt)).orderBy(number)
  if (known.length === 0) return () => null
  const shareOfOld = (1 - shareOfOwnNumber) / known.length
  return drawing(known.map((line) => [line, line.number === ownNumber ? shareOfOwnNumber : shareOfOld] as const))
}

type Kind = MatterKind & { isHeating: boolean }

async function readKinds(db: Db): Promise<Kind[]> {
  const rows = await db.select().from(categories).where(isNull(categories.withdrawnAt)).orderBy(categories.code)
  const groups = new Map(rows.map((row) => [row.code, row.name]))
  return rows
    .filter((row) => row.level === 3)
    .map(({ code, name, keywords, urgency, statutoryDays, parentCode }) => ({
      ...{ code, name, urgency, statutoryDays },
      // `灯+不亮` means both in one clause: not a citizen's word.
      words: keywords.split(' ').filter((word) => word !== '' && !word.includes('+')),
      isHeating: parentCode !== null && /[供采]热|供暖/.test(groups.get(parentCode) ?? ''),
    }))
}

function drawKind(kinds: readonly Kind[], heating: number): (random: Random) => MatterKind {
  const firstLevel = (kind: Kind) => kind.code.slice(0, 2)
  const sizes = Map.groupBy(kinds, firstLevel)
  return drawing(
    kinds.map((kind) => {
      const share = (shares[firstLevel(kind)] ?? 2) / (sizes.get(firstLevel(kind))?.length ?? 1)
      return [kind, kind.isHeating ? share * heating : share] as const
    }),
  )
}

/** Asks the catalogue once for each kind of matter and place: it does not change during the run. */
function remembering(rules: readonly Rule[], takers: readonly RuleUnit[]): World['choose'] {
  const known = new Map<string, Choice>()
  return (matter, at) => {
    const key = `${matter.categoryCode} ${matter.countyCode} ${matter.isCrossCity}`
    const choice = known.get(key) ?? chooseUnit({ ...matter, type: 'HELP', accusedUnit: null }, rules, takers, at)
    known.set(key, choice)
    return choice
  }
}
