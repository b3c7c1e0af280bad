import { z } from 'zod'

/** The readable parts of an invalid whole: a fault in one place must not hide those in others. Pure. */

/** Invalid parts are undefined; list items keep their place. */
export type Salvaged<T> = T extends readonly (infer Item)[]
  ? (Salvaged<Item> | undefined)[]
  : T extends string
    ? T
    : T extends object
      ? { [Key in keyof T]?: Salvaged<T[Key]> | undefined }
      : T

/** @returns every part of `raw` that fits its place in the schema; undefined when nothing does */
export function salvage<T>(schema: z.ZodType<T>, raw: unknown): Salvaged<T> | undefined {
  return partsOf(schema, raw) as Salvaged<T> | undefined
}

function partsOf(schema: z.core.$ZodType, raw: unknown): unknown {
  const parsed = z.safeParse(schema, raw)
  if (parsed.success) return parsed.data
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return partsOf(schema.unwrap(), raw)
  if (schema instanceof z.ZodArray) {
    return Array.isArray(raw) ? raw.map((item) => partsOf(schema.element, item)) : undefined
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined
  const given = raw as Record<string, unknown>
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(
      Object.entries(schema.shape as z.core.$ZodShape).map(([key, part]) => [key, partsOf(part, given[key])]),
    )
  }
  if (schema instanceof z.ZodRecord) {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, partsOf(schema.valueType, value)]))
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    // The intended variant is recognised by a key that the others do not accept.
    const { discriminator } = schema.def
    const readings = schema.options.map((option) => partsOf(option, raw) as Record<string, unknown>)
    return readings.find((reading) => reading[discriminator] !== undefined)
  }
  return undefined
}
