import { z } from 'zod'
import { surveyResults, surveyScales } from '../machine/survey/survey.ts'

/** 服务评价 of a call: for those who watch over the service, and for the caller who opened a link. Pure: types for the pages. */

export const callRating = z
  .object({
    scale: z.union(surveyScales.map((scale) => z.literal(scale))).describe('how many levels there were'),
    level: z.number().nullable().describe('1 is the best; null: no rating'),
    result: z.enum(surveyResults).describe('only `RATED` is a rating; the others tell why there is none'),
    askedAt: z.number().describe('ms since 1970, UTC'),
  })
  .meta({ id: 'CallRating' })

export const byCallToken = z.object({ token: z.string().regex(/^[\w-]{22}$/, '链接不完整，请从短信中重新打开') })

export const callRatingAsked = z
  .object({
    scale: z.union(surveyScales.map((scale) => z.literal(scale))),
    calledAt: z.number().describe('ms since 1970, UTC'),
    expiresAt: z.number(),
  })
  .meta({ id: 'CallRatingAsked' })
export const newCallRating = z
  .object({ level: z.number().int().min(1, '请选择一级').max(5, '没有这一级').describe('1 is the best') })
  .meta({ id: 'NewCallRating' })
export const callRatingGiven = z.object({ level: z.number() }).meta({ id: 'CallRatingGiven' })

export type CallRatingAsked = z.infer<typeof callRatingAsked>
export type CallRating = z.infer<typeof callRating>
