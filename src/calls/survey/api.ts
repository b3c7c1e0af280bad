import { z } from 'zod'
import { surveyResults, surveyScales } from '../machine/survey/survey.ts'

/** 服务评价 of a call, for those who watch over the service. Pure: types for the page. */

export const callRating = z
  .object({
    scale: z.union(surveyScales.map((scale) => z.literal(scale))).describe('how many levels there were'),
    level: z.number().nullable().describe('1 is the best; null: no rating'),
    result: z.enum(surveyResults).describe('only `RATED` is a rating; the others tell why there is none'),
    askedAt: z.number().describe('ms since 1970, UTC'),
  })
  .meta({ id: 'CallRating' })

export type CallRating = z.infer<typeof callRating>
