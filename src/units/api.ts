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
