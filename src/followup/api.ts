import { z } from 'zod'
import { ulid } from '../platform/text/codes.ts'
import { manyLines, oneLine } from '../platform/text/text.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'
import { ticketTypes } from '../tickets/life/words.ts'
import { type Answers, isLow } from './answers.ts'
import { followUpRefusals } from './follow-up.ts'
import { markNames, mostOfMark } from './letters/letter.ts'
import {
  attemptResults,
  contactCodes,
  followUpStates,
  levelCodes,
  meansKinds,
  outcomes,
  reasonCodes,
  solvedCodes,
  verdicts,
} from './words.ts'

/** `/api/follow-ups`: who is asked, what they said, what was decided. Pure: types for the page. */

const instant = z.number().describe('ms since 1970, UTC')

const questions = {
  contacted: z.enum(contactCodes, { error: '没有这种回答' }).nullable().default(null),
  solved: z.enum(solvedCodes, { error: '请选择问题是否解决' }),
  satisfied: z.enum(levelCodes, { error: '请选择是否满意' }),
  attitude: z.enum(levelCodes, { error: '没有这种回答' }).nullable().default(null),
  reason: z.enum(reasonCodes, { error: '没有这种原因' }).nullable().default(null),
  words: manyLines(1_000, '意见').default(''),
  wantsContact: z.boolean().default(false),
}
const isExplained = ({ satisfied, reason, words }: Pick<Answers, 'satisfied' | 'reason' | 'words'>): boolean =>
  !isLow(satisfied) || reason !== null || words.trim() !== ''

/** Q1 to Q6; a low Q3 says why. */
export const newAnswers = z
  .object(questions)
  .refine(isExplained, { path: ['reason'], error: '请选择不满意的主要原因，或写明意见' })
  .meta({ id: 'FollowUpAnswers' })

export const newAttempt = z
  .discriminatedUnion('act', [
    z.object({ act: z.literal('call') }).describe('an agent calls: it is counted, then the phones ring'),
    z.object({
      act: z.literal('result'),
      result: z.enum(attemptResults, { error: '没有这种结果' }).exclude(['SENT', 'ANSWERED']),
      note: oneLine(200, '备注').optional(),
    }),
    z
      .object({ act: z.literal('unit'), result: z.enum(attemptResults, { error: '没有这种结果' }).exclude(['SENT']) })
      .describe("of the unit's own round, called from its own telephone"),
  ])
  .meta({ id: 'NewFollowUpAttempt' })

const mark = z.number().int().min(0).max(mostOfMark, `每项最多 ${mostOfMark} 分`)
export const letterMarks = z.object(
  Object.fromEntries(markNames.map((name) => [name, mark])) as Record<(typeof markNames)[number], typeof mark>,
)
export const newVerdict = z
  .object({
    verdict: z.enum(verdicts, { error: '请选择研判结论' }),
    note: oneLine(1_000, '研判说明').describe('why; of a redo what is still to be done, which the unit reads'),
    isFalseClosure: z.boolean().default(false).describe('R3, and proved: 虚假办结'),
    marks: letterMarks,
    advice: oneLine(1_000, '管理建议'),
  })
  .meta({ id: 'FollowUpVerdict' })

export const followUpLists = ['TODO', 'COMING', 'REVIEW', 'DONE'] as const
export const followUpQuery = z.object({
  list: z.enum(followUpLists, { error: '没有这种列表' }).default('TODO'),
  ...pageQuery(),
})
export const byFollowUp = z.object({ id: ulid })

const named = z.object({ code: z.string(), name: z.string() })
export const followUpRow = z.object({
  id: ulid,
  number: z.string(),
  title: z.string(),
  type: z.enum(ticketTypes),
  category: z.string(),
  unit: named.nullable(),
  round: z.number(),
  isFinal: z.boolean().describe('the second rating of the matter'),
  state: z.enum(followUpStates),
  isByPerson: z.boolean(),
  isLate: z.boolean(),
  isHidden: z.boolean().describe('the matter is named to nobody but the citizen'),
  next: z.object({ means: z.enum([...meansKinds, 'END']), at: instant }).nullable(),
  dueAt: instant.nullable(),
  tries: z.number().describe('by voice'),
  solved: z.enum(solvedCodes).nullable(),
  satisfied: z.enum(levelCodes).nullable(),
  reason: z.enum(reasonCodes).nullable(),
  answeredAt: instant.nullable(),
  reviewDueAt: instant.nullable(),
  outcome: z.enum(outcomes).nullable(),
  verdict: z.enum(verdicts).nullable(),
  isOwn: z.boolean().describe('you took the call: another agent has to ask'),
})
export const followUpList = z.object({ followUps: z.array(followUpRow), next: nextCursor }).meta({ id: 'FollowUpList' })

export const followUpDetail = followUpRow
  .extend({
    registeredAt: instant,
    closedAt: instant.nullable(),
    publicReply: z.string().nullable(),
    attempts: z.array(
      z.object({
        means: z.enum(meansKinds),
        at: instant,
        by: z.string().nullable(),
        result: z.enum(attemptResults).nullable().describe('null: under way'),
        note: z.string().nullable(),
        call: z.string().nullable(),
      }),
    ),
    mostTries: z.number(),
    barToCall: z.enum([...followUpRefusals, 'follow-up.not-independent']).nullable(),
    isInHand: z.boolean().describe('you talk with the citizen, or call them: what comes of it is yours to say'),
    contacted: z.enum(contactCodes).nullable(),
    attitude: z.enum(levelCodes).nullable(),
    words: z.string(),
    wantsContact: z.boolean(),
    verdicts: z.array(z.enum(verdicts)).describe('that you may choose from; empty: there is nothing to decide'),
    suggested: z.enum(verdicts).nullable(),
    proposed: letterMarks.nullable().describe("the machine's proposal for the letter"),
    verdictNote: z.string().nullable(),
    judgedBy: z.string().nullable(),
    newTicket: z.string().nullable(),
  })
  .meta({ id: 'FollowUp' })

export const attemptMade = z
  .object({ state: z.enum(followUpStates), call: z.string().nullable().describe('that was placed') })
  .meta({ id: 'FollowUpAttemptMade' })
export const followUpState = z
  .object({ state: z.enum(followUpStates), outcome: z.enum(outcomes).nullable() })
  .meta({ id: 'FollowUpState' })

export type FollowUpQuery = z.output<typeof followUpQuery>
export type FollowUpListRow = z.infer<typeof followUpRow>
export type FollowUpList = z.infer<typeof followUpList>
export type FollowUpDetail = z.infer<typeof followUpDetail>
export type NewAnswers = z.input<typeof newAnswers>
export type NewAttempt = z.input<typeof newAttempt>
export type NewVerdict = z.input<typeof newVerdict>
