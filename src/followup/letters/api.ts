import { z } from 'zod'
import { ulid } from '../../platform/text/codes.ts'
import { oneLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { letterMarks } from '../api.ts'
import { contactCodes, levelCodes, outcomes, reasonCodes, solvedCodes, verdicts } from '../words.ts'
import { letterRefusals } from './letter.ts'

/** `/api/rating-letters`: 评价反馈单, as units and the hotline read them. Pure: types for the page. */

const instant = z.number().describe('ms since 1970, UTC')
const appealDecisions = ['UPHELD', 'REFUSED'] as const

export const lettersQuery = z.object({
  appeals: z.enum(['open']).optional().describe('only appeals that wait for a decision'),
  ...pageQuery(),
})
export const byLetter = z.object({ id: ulid })

const letterRow = z.object({
  id: ulid,
  number: z.string(),
  title: z.string(),
  category: z.string(),
  unit: z.object({ code: z.string(), name: z.string() }),
  round: z.number(),
  satisfied: z.enum(levelCodes),
  solved: z.enum(solvedCodes),
  reason: z.enum(reasonCodes).nullable(),
  outcome: z.enum(outcomes).nullable(),
  issuedAt: instant,
  readAt: instant.nullable(),
  owed: z.string().nullable(),
  appealedAt: instant.nullable(),
  decision: z.enum(appealDecisions).nullable(),
})
export const letterList = z.object({ letters: z.array(letterRow), next: nextCursor }).meta({ id: 'RatingLetterList' })

export const letterDetail = letterRow
  .extend({
    contacted: z.enum(contactCodes).nullable(),
    attitude: z.enum(levelCodes).nullable(),
    words: z.string().describe('without what tells who the citizen is'),
    verdict: z.enum(verdicts).nullable(),
    verdictNote: z.string().nullable(),
    isFalseClosure: z.boolean(),
    marks: letterMarks,
    advice: z.string(),
    isByMachine: z.boolean(),
    appealBy: instant.nullable(),
    grounds: z.string().nullable(),
    decisionNote: z.string().nullable(),
    decidedAt: instant.nullable(),
    barToAppeal: z.enum(letterRefusals).nullable(),
    barToDecide: z.enum(letterRefusals).nullable(),
  })
  .meta({ id: 'RatingLetter' })

export const newAppeal = z.object({ grounds: oneLine(2_000, '申诉理由') }).meta({ id: 'NewRatingAppeal' })
export const appealDecided = z
  .object({
    decision: z.enum(appealDecisions, { error: '请选择申诉结论' }),
    note: oneLine(1_000, '结论理由'),
  })
  .meta({ id: 'RatingAppealDecision' })

export const summaryQuery = z.object({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, '月份应为 2026-11 这样的格式')
    .describe('of the answers, in the city'),
})
export const ratingSummary = z
  .object({
    month: z.string(),
    outcomes: z.array(z.object({ outcome: z.enum(outcomes).nullable(), count: z.number() })),
    reasons: z.array(z.object({ reason: z.enum(reasonCodes), category: z.string(), count: z.number() })),
    words: z.array(
      z.object({ number: z.string(), satisfied: z.enum(levelCodes), words: z.string(), answeredAt: instant }),
    ),
  })
  .meta({ id: 'RatingSummary' })

export type LetterList = z.infer<typeof letterList>
export type LetterListRow = LetterList['letters'][number]
export type LetterDetail = z.infer<typeof letterDetail>
export type RatingSummary = z.infer<typeof ratingSummary>
