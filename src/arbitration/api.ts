import { z } from 'zod'
import { day } from '../catalogue/rules/api.ts'
import { categoryCode, countyCode, ulid, unitCode } from '../platform/text/codes.ts'
import { manyLines, oneLine, plainLine, reasonLine } from '../platform/text/text.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'
import { disputeStates, mostOf, rungs } from './dispute.ts'

/** Requests and answers of `/api/disputes`. Types for the pages, too. */

const named = z.object({ code: z.string(), name: z.string() })
const instant = z.number().describe('milliseconds since 1970')
const ticketNumber = z.string().regex(/^[A-Z]{2}\d{14}$/, '工单编号应为 CZ 加 14 位数字')
const filled = (longest: number, what: string) =>
  manyLines(longest, what).refine((text) => text.trim() !== '', `请填写${what}`)
const version = z.number({ error: '缺少版本，请刷新' }).int().min(1).describe('of the dispute as it was seen')

export const disputeId = z.object({ id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '编号格式不正确') })

export const newDispute = z
  .object({
    question: oneLine(500, '争议问题'),
    rung: z.enum(rungs, { error: '请选择会议级别' }),
    isKind: z.boolean().default(false).describe('about a kind of matters: the ruling becomes a proposed rule'),
    categoryCode: categoryCode.nullable().default(null).describe('null: that of the first ticket'),
    countyCode: countyCode.nullable().default(null),
    tickets: z.array(ticketNumber).max(mostOf.tickets, `一件争议最多 ${mostOf.tickets} 张工单`).default([]),
    parties: z.array(unitCode).min(1, '请选择争议单位').max(mostOf.parties, `最多 ${mostOf.parties} 个单位`),
    invited: z.array(unitCode).max(mostOf.parties, `最多 ${mostOf.parties} 个单位`).default([]),
    draft: manyLines(1_000, '初步意见').default(''),
  })
  .meta({ id: 'NewDispute' })

const on = { version }
export const disputeAction = z
  .discriminatedUnion('action', [
    z.object({
      ...{ action: z.literal('call'), ...on },
      at: instant,
      viewsBy: instant.describe('until when units state their views; no view is consent'),
      place: oneLine(100, '会议地点'),
      chair: oneLine(64, '主持人'),
      invited: z.array(unitCode).max(mostOf.parties, `最多 ${mostOf.parties} 个单位`).default([]),
    }),
    z.object({ action: z.literal('view'), text: filled(mostOf.view, '书面意见') }),
    z.object({
      action: z.literal('evidence'),
      text: filled(mostOf.evidence, '证据'),
      basis: z.union([z.literal(''), oneLine(255, '依据')]).default(''),
    }),
    z.object({
      ...{ action: z.literal('hold'), ...on },
      heldAt: instant,
      minutes: filled(mostOf.minutes, '会议记录'),
      attendance: z
        .array(
          z.object({
            unit: unitCode,
            isPresent: z.boolean(),
            attendee: z.union([z.literal(''), oneLine(64, '参会人')]).default(''),
            position: z.union([z.literal(''), oneLine(1_000, '陈述')]).default(''),
            dissent: z.union([z.literal(''), oneLine(1_000, '不同意见')]).default(''),
          }),
        )
        .max(mostOf.parties * 2),
    }),
    z.object({ action: z.literal('escalate'), ...on, why: reasonLine('提级理由') }),
    z.object({
      ...{ action: z.literal('rule'), ...on },
      lead: unitCode,
      coUnits: z.array(unitCode).max(10, '协办单位最多 10 个').default([]),
      basis: oneLine(200, '裁定依据'),
      text: oneLine(180, '裁定意见'),
      validFrom: day,
      validTo: day.nullable().default(null),
    }),
    z.object({
      ...{ action: z.literal('sign'), ...on },
      chair: oneLine(64, '签发人'),
      signedOn: day,
    }),
    z.object({ action: z.literal('confirm'), ...on, why: reasonLine('复核意见') }),
    z.object({ action: z.literal('withdraw'), ...on, why: reasonLine('撤回理由') }),
    z.object({ action: z.literal('lapse'), ...on, why: reasonLine('终止理由') }),
  ])
  .meta({ id: 'DisputeAction' })

export const disputeQuery = z.object({
  ...pageQuery(50),
  shown: z.enum(['OPEN', 'IN_FORCE', 'ENDED', 'ALL']).default('OPEN'),
  ticket: ticketNumber.optional(),
})

const summary = z.object({
  id: z.string(),
  state: z.enum(disputeStates),
  version: z.number(),
  rung: z.enum(rungs),
  question: z.string(),
  isKind: z.boolean(),
  category: named,
  county: named.nullable(),
  parties: z.array(named),
  tickets: z.number(),
  holdBy: instant.nullable(),
  meetingAt: instant.nullable(),
  viewsBy: instant.nullable(),
  minutesNumber: z.string().nullable(),
  proposedAt: instant,
})
export const disputeList = z.object({ disputes: z.array(summary), next: nextCursor }).meta({ id: 'DisputeList' })

/** In the order of their buttons: the first one that is allowed is what one came for. */
export const disputeActions = [
  ...(['view', 'hold', 'sign', 'rule', 'call', 'evidence', 'confirm', 'escalate', 'withdraw', 'lapse'] as const),
] as const

const party = z.object({
  unit: named,
  role: z.enum(['PARTY', 'INVITED']),
  view: z.string().nullable(),
  viewAt: instant.nullable(),
  isPresent: z.boolean().nullable(),
  attendee: z.string().nullable(),
  position: z.string().nullable(),
  dissent: z.string().nullable(),
})
export const disputeDetail = summary
  .omit({ parties: true, tickets: true })
  .extend({
    place: z.string().nullable(),
    chair: z.string().nullable(),
    heldAt: instant.nullable(),
    minutes: z.string().nullable(),
    signedOn: z.string().nullable(),
    inForceAt: instant.nullable(),
    reviewAt: instant.nullable(),
    ruling: z
      .object({
        lead: named,
        coUnits: z.array(named),
        basis: z.string(),
        text: z.string(),
        validFrom: z.string(),
        validTo: z.string().nullable(),
      })
      .nullable(),
    parties: z.array(party),
    tickets: z
      .array(
        z.object({
          number: z.string(),
          designation: z.enum(['NONE', 'PENDING', 'DONE', 'FAILED']),
          words: z.string().nullable(),
        }),
      )
      .describe('of a unit: none but its own'),
    proposal: z
      .object({ id: z.string(), state: z.string(), approvals: z.number() })
      .nullable()
      .describe('the rule that the ruling proposes'),
    effect: z
      .object({
        before: z.object({ days: z.number(), returns: z.number() }),
        after: z.object({ days: z.number(), returns: z.number() }),
      })
      .nullable()
      .describe('returns of this kind by these units'),
    files: z.array(
      z.object({
        id: z.string(),
        fileName: z.string(),
        bytes: z.number(),
        unit: named.nullable(),
        by: z.string(),
        at: instant,
      }),
    ),
    history: z.array(
      z.object({
        seq: z.number(),
        kind: z.string(),
        at: instant,
        by: z.string(),
        unit: named.nullable(),
        words: z.array(z.object({ label: z.string(), text: z.string() })),
      }),
    ),
    actions: z.array(z.enum(disputeActions)).describe('what you may do now'),
  })
  .meta({ id: 'Dispute' })

export const byDisputeFile = disputeId.extend({ file: ulid })
export const disputeUpload = z.object({ name: plainLine(200, '文件名') })
export const disputeFile = z.object({ id: z.string() }).meta({ id: 'DisputeFile' })
export const disputeActed = z.object({ id: z.string(), version: z.number() }).meta({ id: 'DisputeActed' })

export type DisputeSummary = z.infer<typeof summary>
export type DisputeList = z.infer<typeof disputeList>
export type DisputeDetail = z.infer<typeof disputeDetail>
export type DisputeAction = z.output<typeof disputeAction>
