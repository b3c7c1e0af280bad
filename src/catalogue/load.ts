import { join } from 'node:path'
import type { z } from 'zod'
import { type Fault, type Path, type Reading, readYaml } from '../site/yaml.ts'
import { type Below, loadBelow } from '../units/below-file.ts'
import { catalogueFile, categoriesFile, unitsFile } from './files.ts'

/** The database's seeds in `config/`: units, categories, and the rules that connect them. */
export interface Seeds {
  units: z.output<typeof unitsFile>
  categories: z.output<typeof categoriesFile>
  catalogue: z.output<typeof catalogueFile>
  /** Bureaus, townships and streets below the workstations. */
  below: Below
}

type FileOf<Schema extends z.ZodType> = Reading<z.output<Schema>>

/** Reads the three files completely and names every fault at once. */
export function loadSeeds(configDir: string): { seeds: Seeds | null; faults: Fault[] } {
  const units = readYaml(join(configDir, 'units.yaml'), unitsFile)
  const categories = readYaml(join(configDir, 'categories.yaml'), categoriesFile)
  const catalogue = readYaml(join(configDir, 'catalogue.yaml'), catalogueFile)
  const names = new Map(units.value?.counties.map(({ code, name }) => [code, name]))
  const { below, faults: ofBelow } = units.value ? loadBelow(configDir, units.value.units, names) : nothingBelow
  const faults = [
    ...[units, categories, catalogue].flatMap((file) => file.faults),
    ...ofBelow,
    ...strayUnits(units),
    ...doubleCategories(categories),
    ...strayRules(catalogue, units, categories),
  ]
  faults.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
  if (faults.length > 0 || !units.value || !categories.value || !catalogue.value || !below)
    return { seeds: null, faults }
  return { seeds: { units: units.value, categories: categories.value, catalogue: catalogue.value, below }, faults }
}

/** Without readable units it is not known where they belong. */
const nothingBelow = { below: null, faults: [] }

/** @throws Error that lists every fault */
export function requireSeeds(configDir: string): Seeds {
  const { seeds, faults } = loadSeeds(configDir)
  if (seeds) return seeds
  const list = faults.map(({ file, line, message }) => `  ${file}:${line}: ${message}`)
  throw new Error(`units, categories and catalogue:\n${list.join('\n')}`)
}

/** For each repeated key, reports where it occurs again. */
function seenBefore<T>(file: Reading<T>): (key: string | undefined, path: Path) => Fault[] {
  const seen = new Set<string>()
  return (key, path) => {
    if (key === undefined) return []
    if (seen.has(key)) return [file.faultAt(path, `${key} is listed twice`)]
    seen.add(key)
    return []
  }
}

/** Duplicate codes, dangling names, a county without exactly one workstation. */
function strayUnits(file: FileOf<typeof unitsFile>): Fault[] {
  if (!file.known) return []
  const { counties = [], units = [] } = file.known
  const isTwice = seenBefore(file)
  const codes = new Set(units.map((unit) => unit?.code))
  const countyCodes = new Set(counties.map((county) => county?.code))
  const workstations = seenBefore(file)
  const faults = counties.flatMap((county, index) => [
    ...isTwice(county?.code, ['counties', index, 'code']),
    ...(county?.former ?? []).flatMap((code, at) => isTwice(code, ['counties', index, 'former', at])),
  ])
  for (const [index, unit] of units.entries()) {
    const fault = (name: string, message: string) => faults.push(file.faultAt(['units', index, name], message))
    faults.push(...isTwice(unit?.code, ['units', index, 'code']))
    for (const name of ['parent', 'regulator'] as const) {
      const other = unit?.[name]
      if (other !== undefined && (!codes.has(other) || other === unit?.code)) {
        fault(name, `${name}: there is no other unit ${other}`)
      }
    }
    if (unit?.county !== undefined && !countyCodes.has(unit.county))
      fault('county', `there is no county ${unit.county}`)
    if (unit?.kind === 'EXTERNAL' && !/^1\d{10}$/.test((unit.phone ?? '').replace(/[ -]/g, ''))) {
      fault('kind', 'an external unit needs the mobile number that its links and codes are sent to: phone, 11 digits')
    }
    if (unit?.kind !== 'WORKSTATION') continue
    if (unit.county === undefined) fault('kind', 'a workstation needs its county')
    else faults.push(...workstations(unit.county, ['units', index, 'county']))
  }
  return [...faults, ...circles(file), ...lonelyCounties(file)]
}

/** A unit that is its own ancestor. */
function circles(file: FileOf<typeof unitsFile>): Fault[] {
  const units = file.known?.units ?? []
  const parents = new Map(units.map((unit) => [unit?.code, unit?.parent]))
  return units.flatMap((unit, index) => {
    const above = new Set<string>()
    for (let at = unit?.parent; at !== undefined; at = parents.get(at)) {
      if (at === unit?.code) return file.faultAt(['units', index, 'parent'], `${at} is its own ancestor`)
      if (above.has(at)) break
      above.add(at)
    }
    return []
  })
}

function lonelyCounties(file: FileOf<typeof unitsFile>): Fault[] {
  const served = new Set(file.known?.units?.map((unit) => (unit?.kind === 'WORKSTATION' ? unit.county : undefined)))
  // An unreadable unit may be the missing one.
  if (file.value === null) return []
  return (file.known?.counties ?? []).flatMap((county, index) =>
    county?.code !== undefined && !served.has(county.code)
      ? file.faultAt(['counties', index], `${county.name ?? county.code} has no workstation`)
      : [],
  )
}

function doubleCategories(file: FileOf<typeof categoriesFile>): Fault[] {
  const isTwice = seenBefore(file)
  return (file.known?.categories ?? []).flatMap((top, at) => [
    ...isTwice(top?.code, ['categories', at, 'code']),
    ...(top?.groups ?? []).flatMap((group, index) => {
      const code = `${top?.code}${group?.code}`
      const path: Path = ['categories', at, 'groups', index]
      return [
        ...isTwice(group?.code && code, [...path, 'code']),
        ...(group?.matters ?? []).flatMap((matter, place) =>
          isTwice(matter?.code && `${code}${matter.code}`, [...path, 'matters', place, 'code']),
        ),
      ]
    }),
  ])
}

/** Every code of the tree, `LLMMSS`. */
function codesIn(file: FileOf<typeof categoriesFile>): Set<string> {
  return new Set(
    file.value?.categories.flatMap((top) => [
      `${top.code}0000`,
      ...top.groups.flatMap((group) => [
        `${top.code}${group.code}00`,
        ...group.matters.map((matter) => `${top.code}${group.code}${matter.code}`),
      ]),
    ]),
  )
}

/**
 * Rules that name something that does not exist, or no unit. If the other file cannot be read, that is reported
 * already.
 */
function strayRules(
  file: FileOf<typeof catalogueFile>,
  units: FileOf<typeof unitsFile>,
  categories: FileOf<typeof categoriesFile>,
): Fault[] {
  const unitCodes = units.value && new Set(units.value.units.map((unit) => unit.code))
  const countyCodes = units.value && new Set(units.value.counties.map((county) => county.code))
  const categoryCodes = categories.value && codesIn(categories)
  const isTwice = seenBefore(file)
  const faults: Fault[] = []
  for (const [index, rule] of (file.known?.rules ?? []).entries()) {
    const fault = (path: Path, message: string) => faults.push(file.faultAt(['rules', index, ...path], message))
    const isStray = (code: string | undefined, known: Set<string> | null): code is string =>
      code !== undefined && known !== null && !known.has(code)
    faults.push(...isTwice(rule?.key, ['rules', index, 'key']))
    if (isStray(rule?.category, categoryCodes)) fault(['category'], `there is no category ${rule?.category}`)
    if (isStray(rule?.county, countyCodes)) fault(['county'], `there is no county ${rule?.county}`)
    if (isStray(rule?.unit, unitCodes)) fault(['unit'], `there is no unit ${rule?.unit}`)
    for (const [at, code] of (rule?.coUnits ?? []).entries()) {
      if (isStray(code, unitCodes)) fault(['coUnits', at], `there is no unit ${code}`)
      if (code !== undefined && code === rule?.unit) fault(['coUnits', at], `${code} leads already`)
    }
    if (rule?.target === 'UNIT' && rule.unit === undefined) fault([], 'unit: is missing')
    if (rule?.effectiveFrom && rule.effectiveTo && rule.effectiveTo < rule.effectiveFrom) {
      fault(['effectiveTo'], 'ends before it begins')
    }
  }
  return faults
}
