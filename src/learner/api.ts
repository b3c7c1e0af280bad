import { z } from 'zod'
import { countyCode } from '../platform/text/codes.ts'
import { manyLines } from '../platform/text/text.ts'
import { surenesses } from './judge.ts'

/** Requests and answers of `/api/learner`. */

export const learnerAsked = z
  .object({
    text: manyLines(4_000, '内容'),
    place: manyLines(255, '地点').default(''),
    countyCode: countyCode.nullable().default(null),
  })
  .meta({ id: 'LearnerAsked' })
export const learnerSuggestion = z
  .object({
    unit: z.object({ code: z.string(), name: z.string() }).nullable().describe('null: it has nothing to say'),
    sureness: z.enum(surenesses).nullable(),
    version: z.number().nullable(),
  })
  .meta({ id: 'LearnerSuggestion' })
export const learnerStanding = z
  .object({
    isOn: z.boolean().describe('off: below 80 % of the last 200 that dispatchers decided'),
    agreed: z.number(),
    of: z.number(),
    model: z
      .object({
        version: z.number(),
        trainedAt: z.number(),
        tickets: z.number(),
        words: z.number(),
        units: z.number(),
        heldOut: z.number().nullable().describe('share guessed right of tickets that it was not shown'),
      })
      .nullable()
      .describe('null: not trained yet'),
    months: z.array(z.object({ month: z.string(), agreed: z.number(), of: z.number() })),
  })
  .meta({ id: 'LearnerStanding' })

export type LearnerSuggestion = z.infer<typeof learnerSuggestion>
export type LearnerStanding = z.infer<typeof learnerStanding>
