import { z } from 'zod'
import { isUlid } from '../text/ulid-time.ts'
import { Refusal } from './problem.ts'

/** Lists, page by page: what a route is asked and answers, alike for all of them. Pure. */

export const pageLimit = 100

/** @param usual rows of a page where none are asked for */
export function pageQuery(usual = 50) {
  return {
    cursor: z.string().max(64).optional().describe('`next` of the page before'),
    limit: z.coerce
      .number({ error: '每页条数应为数字' })
      .int()
      .min(1, '每页至少 1 条')
      .max(pageLimit, `每页最多 ${pageLimit} 条`)
      .default(usual),
  }
}

export const nextCursor = z.string().nullable().describe('cursor of the next page; null on the last one')

/** Counting stops where a more exact figure has no use. */
export const mostCounted = 10_000
export const isMoreCounted = z.boolean().describe(`there are more than that; counting ends at ${mostCounted}`)

/**
 * Where a list goes on. A cursor holds the values of the list's order for the last row of the page before, with dots
 * between them.
 * @param shape with a group of its own for each value
 * @returns null on the first page
 * @throws Refusal for a cursor that is none of ours
 */
export function readCursor(cursor: string | undefined, shape: RegExp): Record<string, string | undefined> | null {
  if (cursor === undefined || cursor === '') return null
  const found = shape.exec(cursor)
  if (!found) throw new Refusal('list.bad-cursor')
  return found.groups ?? {}
}

/** As `readCursor`, for a list in the order of its ULIDs. */
export function readUlidCursor(cursor: string | undefined): string | null {
  if (cursor === undefined || cursor === '') return null
  if (!isUlid(cursor)) throw new Refusal('list.bad-cursor')
  return cursor
}
