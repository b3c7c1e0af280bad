import { join } from 'node:path'
import { z } from 'zod'
import { branded } from '../platform/text/codes.ts'
import type { CategoryCode, CountyCode, UnitCode } from '../platform/types.ts'
import { text } from '../site/files.ts'
import { type Fault, readYaml } from '../site/yaml.ts'
import type { UnitKind } from './unit.ts'

/** Reads `config/county-units.yaml`: bureaus, townships and streets below the workstations. Every scalar arrives as text. */

const yes = z.enum(['true', 'false'], 'true or false').transform((value) => value === 'true')
const category = branded<CategoryCode>(z.string().regex(/^\d{6}$/, 'a code like 010203, 010200 or 010000'))
const short = z.string().trim().min(1, 'must not be empty').max(20, 'at most 20 characters')

const countyUnitsFile = z.strictObject({
  isSample: yes.default(false),
  bureaus: z.array(
    z.strictObject({
      code: z.string().regex(/^[a-z]{2,8}$/, 'two to eight lower-case letters'),
      name: short,
      duties: text.max(512, 'at most 512 characters'),
    }),
  ),
  townships: z.array(z.strictObject({ code: z.string().regex(/^\d{9}$/, 'nine digits'), name: short })),
  townshipDuties: z.array(z.strictObject({ category, basis: text.max(255, 'at most 255 characters') })),
})

/** A unit below a workstation, as it is seeded. */
export interface BelowUnit {
  code: UnitCode
  name: string
  shortName: string
  kind: UnitKind
  parentCode: UnitCode
  countyCode: CountyCode
  duties: string
}

export interface Below {
  isSample: boolean
  units: BelowUnit[]
  townshipDuties: { category: CategoryCode; basis: string }[]
}

interface Station {
  code: UnitCode
  kind: UnitKind
  county?: string | undefined
}

const isTownship = (name: string): boolean => /(?:街道|镇|乡)$/u.test(name)

/**
 * Every bureau of every county, and every township below the workstation of its county.
 * @param stations units of `units.yaml`
 * @param counties names by code
 */
export function loadBelow(
  configDir: string,
  stations: readonly Station[],
  counties: ReadonlyMap<string, string>,
): { below: Below | null; faults: Fault[] } {
  const file = readYaml(join(configDir, 'county-units.yaml'), countyUnitsFile)
  const stray = (file.known?.townships ?? []).flatMap((township, at) =>
    township?.code !== undefined && !counties.has(township.code.slice(0, 6))
      ? file.faultAt(['townships', at, 'code'], `there is no county ${township.code.slice(0, 6)}`)
      : [],
  )
  const faults = [...file.faults, ...stray]
  if (file.value === null || faults.length > 0) return { below: null, faults }
  const { isSample, bureaus, townships, townshipDuties } = file.value
  const ofCounty = (county: string, name: string) => `${counties.get(county) ?? ''}${name}`
  const units = stations.flatMap((station): BelowUnit[] => {
    const { county } = station
    if (station.kind !== 'WORKSTATION' || county === undefined) return []
    const place = { parentCode: station.code, countyCode: county as CountyCode }
    // A zone has no bureaus of its own.
    const bureausHere = /^\d{6}$/.test(county) ? bureaus : []
    return [
      ...bureausHere.map(({ code, name, duties }) => ({
        ...{ ...place, kind: 'COUNTY' as const, code: `${station.code}-${code}` as UnitCode, duties },
        ...{ name: ofCounty(county, name), shortName: ofCounty(county, name) },
      })),
      ...townships.flatMap(({ code, name }) =>
        code.startsWith(county)
          ? {
              ...{ ...place, kind: isTownship(name) ? ('TOWNSHIP' as const) : ('COUNTY' as const) },
              ...{ code: `t${code}` as UnitCode, duties: '' },
              ...{ name: ofCounty(county, name), shortName: isTownship(name) ? ofCounty(county, name) : name },
            }
          : [],
      ),
    ]
  })
  return { below: { isSample, units, townshipDuties }, faults }
}
