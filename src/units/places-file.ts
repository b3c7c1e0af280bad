import { join } from 'node:path'
import { z } from 'zod'
import { type Fault, readYaml } from '../site/yaml.ts'
import type { Township } from './places.ts'

/** Reads `config/villages.yaml`, beside the townships of `config/county-units.yaml`. Every scalar arrives as text. */

const longestName = 20
const villagesFile = z.strictObject({
  villages: z.record(
    z.string().regex(/^\d{9}$/, 'the nine digits of a township'),
    z
      .string()
      .transform((text) => text.split(/\s+/).filter((name) => name !== ''))
      .refine((names) => names.every((name) => name.length >= 2 && name.length <= longestName), {
        message: `names of 2 to ${longestName} characters with blanks between`,
      }),
  ),
})
const townshipsIn = z.looseObject({
  townships: z.array(z.looseObject({ code: z.string(), name: z.string() })),
})

/** @returns none while `county-units.yaml` cannot be read: its own check names the fault */
export function loadPlaces(configDir: string): { places: Township[]; faults: Fault[] } {
  const file = readYaml(join(configDir, 'villages.yaml'), villagesFile)
  const townships = readYaml(join(configDir, 'county-units.yaml'), townshipsIn).value?.townships ?? []
  const codes = new Set(townships.map(({ code }) => code))
  const villages = file.value?.villages ?? {}
  const stray = Object.keys(villages).flatMap((code) =>
    codes.has(code) ? [] : file.faultAt(['villages', code], `there is no township ${code} in county-units.yaml`),
  )
  const places = townships.map(({ code, name }) => ({ code, name, villages: villages[code] ?? [] }))
  return { places, faults: [...file.faults, ...(townships.length > 0 ? stray : [])] }
}
