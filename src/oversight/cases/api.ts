import { z } from 'zod'
import { paperKinds } from '../../papers/paper.ts'
import { unitCode } from '../../platform/text/codes.ts'
import { manyLines, oneLine, reasonLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { ticketNumber } from '../../tickets/api.ts'
import { levels, triggerIds } from '../triggers/trigger.ts'
import { type CaseEventKind, caseStates } from './case.ts'
import { caseKinds, longest, shortFields, type TextField, textFields, textTitles } from './fields.ts'
import { reportStages, stageMarks } from './stages.ts'

/** Requests and answers of `/api/oversight/cases`. Types for the pages, too. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })
const version = z.number({ error: '缺少版本，请刷新' }).int().min(1).describe('of the paper as it was seen')

const fieldOf = (field: TextField) =>
  shortFields.includes(field)
    ? z.union([z.literal(''), oneLine(longest.short, textTitles[field])]).optional()
    : manyLines(longest.long, textTitles[field]).optional()
const texts = z.object(
  Object.fromEntries(textFields.map((field) => [field, fieldOf(field)])) as Record<
    TextField,
    ReturnType<typeof fieldOf>
  >,
)
const subject = oneLine(longest.subject, '标题')
const leader = z.union([z.literal(''), oneLine(longest.leader, '责任领导')]).default('')

export const newCase = z
  .object({
    kind: z.enum(['ORDER', 'LETTER', 'TALK', 'REPORT', 'SITE'], { error: '请选择文书种类' }),
    unit: unitCode.nullable().default(null).describe('null: that of the first ticket'),
    tickets: z.array(ticketNumber).max(50, '一份文书最多 50 张工单').default([]),
    trigger: z.enum(triggerIds).nullable().default(null).describe('the alert that it is about'),
  })
  .meta({ id: 'NewOversightCase' })

const on = { version }
const words = manyLines(500, '意见').refine((text) => text.trim() !== '', '请填写意见')
const dueAt = instant.describe('until when')
export const caseAction = z
  .discriminatedUnion('action', [
    z.object({
      ...{ action: z.literal('edit'), ...on, subject, leader, texts },
      ...{ dueAt: instant.nullable(), meetAt: instant.nullable() },
    }),
    z.object({ action: z.literal('submit'), ...on }),
    z.object({ action: z.literal('approve'), ...on }),
    z.object({ action: z.literal('refuse'), ...on, why: reasonLine('退回理由') }),
    z.object({ action: z.literal('drop'), ...on, why: reasonLine('不再发出的理由') }),
    z.object({ action: z.literal('receive'), ...on }),
    z.object({ action: z.literal('hold'), ...on, heldAt: instant, dueAt, texts }),
    z.object({
      action: z.literal('instruct'),
      ...on,
      text: manyLines(1_000, '批示').refine((one) => one.trim() !== '', '请填写批示'),
      at: instant,
    }),
    z.object({ action: z.literal('report'), ...on, stage: z.enum(reportStages, { error: '请选择节点' }), words }),
    z.object({ action: z.literal('answer'), ...on, texts }),
    z.object({
      ...{ action: z.literal('accept'), ...on, words },
      score: z
        .number({ error: '扣分应为数字' })
        .min(-100, '扣分最多 100')
        .max(0, '扣分不能是正数')
        .nullable()
        .default(null),
    }),
    z.object({ action: z.literal('sendBack'), ...on, words, dueAt }),
    z.object({ action: z.literal('withdraw'), ...on, why: reasonLine('撤回理由') }),
  ])
  .meta({ id: 'OversightCaseAction' })

/** In the order of their buttons: the first one that is allowed is what one came for. */
export const caseActions = [
  ...(['approve', 'submit', 'receive', 'answer', 'hold', 'instruct', 'accept', 'report', 'edit'] as const),
  ...(['sendBack', 'refuse', 'withdraw', 'drop'] as const),
] as const satisfies CaseEventKind[]

export const caseQuery = z.object({
  ...pageQuery(50),
  shown: z.enum(['OPEN', 'DRAFTS', 'OWED', 'ENDED', 'ALL']).default('OPEN'),
  kind: z.enum(caseKinds, { error: '没有这种文书' }).optional(),
  without: z.enum(caseKinds, { error: '没有这种文书' }).optional().describe('a kind that is left out'),
  unit: unitCode.optional(),
  ticket: ticketNumber.optional(),
})
export const caseName = z.object({ number: oneLine(40, '文号').describe('its number; its id as long as it has none') })

const summary = z.object({
  id: z.string(),
  kind: z.enum(caseKinds),
  state: z.enum(caseStates),
  version: z.number(),
  number: z.string().nullable(),
  level: z.enum(levels),
  trigger: z.enum(triggerIds).nullable(),
  unit: named.nullable(),
  subject: z.string(),
  dueAt: instant.nullable(),
  dueAfterMs: z.number().nullable().describe('of a draft: due so long after its issue; null: at `dueAt`'),
  meetAt: instant.nullable(),
  issuedAt: instant.nullable(),
  isLate: z.boolean(),
})
export const caseList = z.object({ cases: z.array(summary), next: nextCursor }).meta({ id: 'OversightCases' })

const person = z.string().nullable()
export const caseDetail = summary
  .extend({
    leader: z.string().nullable(),
    texts: z.record(z.string(), z.string()),
    draftedBy: person,
    draftedAt: instant,
    submittedBy: person,
    approvedBy: person,
    receivedAt: instant.nullable(),
    answeredAt: instant.nullable(),
    verdict: z.string().nullable(),
    score: z.number().nullable(),
    instruction: z.string().nullable(),
    instructedAt: instant.nullable(),
    marks: z
      .array(
        z.object({
          mark: z.union(stageMarks.map((one) => z.literal(one))),
          ...{ dueAt: instant, metAt: instant.nullable(), isLate: z.boolean() },
        }),
      )
      .describe('of a leader’s instruction: days 1, 3, 7 and 30'),
    reports: z.array(z.object({ stage: z.enum(reportStages), words: z.string(), at: instant })),
    endedAt: instant.nullable(),
    tickets: z.array(z.string()),
    photos: z.array(z.object({ id: z.string(), fileName: z.string(), mediaType: z.string(), bytes: z.number() })),
    history: z.array(
      z.object({
        ...{ seq: z.number(), kind: z.string(), at: instant, by: z.string(), unit: named.nullable() },
        words: z.string(),
      }),
    ),
    actions: z.array(z.enum(caseActions)).describe('what you may do now'),
    mayAddPhotos: z.boolean(),
    papers: z.array(z.object({ kind: z.enum(paperKinds), title: z.string() })).describe('that can be printed of it'),
  })
  .meta({ id: 'OversightCase' })

export const caseActed = z
  .object({ id: z.string(), number: z.string().nullable(), version: z.number() })
  .meta({ id: 'OversightCaseActed' })
export const casePaper = z.object({ ...caseName.shape, kind: z.enum(paperKinds, { error: '没有这种打印件' }) })
export const photoName = z.object({ name: oneLine(255, '文件名') })
export const photoId = z.object({ id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '编号格式不正确') })
export const photoMade = z.object({ id: z.string() }).meta({ id: 'OversightPhotoMade' })

export type CaseSummary = z.infer<typeof summary>
export type CaseList = z.infer<typeof caseList>
export type CaseDetail = z.infer<typeof caseDetail>
export type CaseAction = z.output<typeof caseAction>
export type CaseActionName = (typeof caseActions)[number]
