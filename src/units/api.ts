import { z } from 'zod'

/** Answers of `/api/places`. Types for the pages, too. */

const place = z.object({
  county: z.object({ code: z.string(), name: z.string() }),
  township: z.string(),
  village: z.string().nullable().describe('null: the township itself'),
})
export const placesFound = z
  .object({ meant: place.nullable().describe('null: none, or several could be meant'), places: z.array(place) })
  .meta({ id: 'PlacesFound' })

export type PlacesFound = z.infer<typeof placesFound>

/** What a unit decides for itself. */

export const ownUnit = z
  .object({
    code: z.string(),
    name: z.string(),
    isReplySigned: z.boolean().describe('its answers are written by one person and signed by another'),
    endAskedBy: z.string().nullable().describe('who asked that this ends; another person of the unit has to agree'),
    isEndAskedByYou: z.boolean(),
  })
  .meta({ id: 'OwnUnit' })
export type OwnUnit = z.infer<typeof ownUnit>

export const ownUnitChange = ownUnit.pick({ isReplySigned: true }).meta({ id: 'OwnUnitChange' })
