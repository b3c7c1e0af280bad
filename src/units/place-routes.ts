import { z } from 'zod'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { countyCode } from '../platform/text/codes.ts'
import { plainLine } from '../platform/text/text.ts'
import type { Web } from '../platform/web/web.ts'
import { placesFound } from './api.ts'
import { findPlaces, type Located, locate, type Township } from './places.ts'
import { readCounties } from './store.ts'

const mostShown = 12

/** Townships and villages by name: what a form offers while a place is typed, and what it takes the text to mean. */
export function routePlaces(web: Web, { db, guard, places }: { db: Db; guard: Guard; places: readonly Township[] }) {
  web.get(
    '/api/places',
    {
      onRequest: guard.needs('tickets.write'),
      schema: {
        operationId: 'findPlaces',
        tags: ['tickets'],
        summary: 'townships and villages whose name contains a text, and the one that the text names',
        querystring: z.object({ q: plainLine(255, '地点'), county: countyCode.optional() }),
        response: { 200: placesFound },
      },
    },
    async (request) => {
      const { q, county = null } = request.query
      const known = await readCounties(db)
      const named = ({ county: code, township, village }: Located) => ({
        county: { code, name: known.find((one) => one.code === code)?.name ?? code },
        ...{ township: township.name, village },
      })
      const found = locate(q, county, { townships: places, counties: known })
      return { meant: found && named(found), places: findPlaces(q, county, places, mostShown).map(named) }
    },
  )
}
