import { z } from 'zod'
import { day } from '../../catalogue/rules/api.ts'
import { ulid } from '../../platform/text/codes.ts'
import { manyLines, oneLine, reasonLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { caseStates, citizenSays, markDays } from './case.ts'
import { outgoingTypes } from './message.ts'

/** Requests and answers of `/api/oversight/13710`. Types for the pages, too. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })

export const byCase = z.object({ id: ulid })
export const caseQuery = z.object({
  ...pageQuery(50),
  shown: z.enum(['OPEN', 'RED', 'CLEARED', 'ALL']).default('OPEN').describe('RED: a mark has passed unmet'),
  ticket: z
    .string()
    .regex(/^[A-Z]{2}\d{14}$/, '工单编号应为 CZ 加 14 位数字')
    .optional(),
})

const filled = (longest: number, what: string) =>
  manyLines(longest, what).refine((text) => text.trim() !== '', `请填写${what}`)
const on = { version: z.number({ error: '缺少版本，请刷新' }).int().min(1).describe('of the case as it was seen') }
export const caseAction = z
  .discriminatedUnion('action', [
    z.object({
      ...{ action: z.literal('deploy'), ...on, leader: oneLine(64, '责任领导'), section: oneLine(64, '责任科室') },
      measure: filled(1_000, '首项措施'),
    }),
    z.object({
      ...{ action: z.literal('report'), ...on, done: filled(1_000, '已完成') },
      whyNot: manyLines(1_000, '未完成原因').default(''),
      nextOn: day.nullable().default(null).describe('of the next report'),
    }),
    z.object({ action: z.literal('ask-major'), ...on, why: reasonLine('申请理由') }),
    z.object({ action: z.literal('grant-major'), ...on }),
    z.object({ action: z.literal('refuse-major'), ...on, why: reasonLine('理由') }),
    z.object({
      ...{ action: z.literal('plan'), ...on, why: reasonLine('一个月内不能办结的原因') },
      nodes: z
        .array(z.object({ on: day, what: oneLine(200, '节点任务'), owner: oneLine(64, '责任人') }))
        .min(1, '请填写至少一个节点')
        .max(12, '最多 12 个节点'),
    }),
    z.object({
      ...{ action: z.literal('node-done'), ...on, node: z.number().int().min(0).max(11) },
      text: manyLines(500, '完成情况').default(''),
    }),
    z.object({ action: z.literal('claim'), ...on, result: filled(1_000, '办理结果') }),
    z.object({
      ...{ action: z.literal('verify'), ...on, isDone: z.boolean(), citizen: z.enum(citizenSays) },
      note: filled(1_000, '核实情况'),
    }),
    z.object({ action: z.literal('clear'), ...on }),
    z.object({ action: z.literal('bounce'), ...on, reason: filled(1_000, '退回原因') }),
    z.object({ action: z.literal('urge'), ...on, text: filled(1_000, '催办内容') }),
  ])
  .meta({ id: 'Case13710Action' })

const mark = z.object({
  day: z.literal([...markDays]),
  dueAt: instant,
  metAt: instant.nullable(),
  standing: z.enum(['RUNNING', 'MET', 'LATE', 'RED']),
})
const summary = z.object({
  id: z.string(),
  caseNumber: z.string(),
  ticket: z.string(),
  batch: z.string(),
  unit: named,
  state: z.enum(caseStates),
  version: z.number(),
  enteredAt: instant,
  clearedAt: instant.nullable(),
  marks: z.array(mark).describe('day 1, 3, 7 and 30'),
  isMajor: z.boolean(),
  urges: z.number(),
  bounces: z.number(),
})
export const caseList = z.object({ cases: z.array(summary), next: nextCursor }).meta({ id: 'Case13710List' })

/** In the order of their buttons. */
export const caseActions = [
  ...(['deploy', 'report', 'claim', 'verify', 'clear', 'plan', 'node-done', 'grant-major', 'refuse-major'] as const),
  ...(['ask-major', 'urge', 'bounce'] as const),
] as const

export const caseDetail = summary
  .extend({
    leader: z.string().nullable(),
    section: z.string().nullable(),
    measure: z.string().nullable(),
    result: z.string().nullable(),
    majorWhy: z.string().nullable(),
    bounceReason: z.string().nullable(),
    verification: z.object({ citizen: z.enum(citizenSays), note: z.string(), at: instant }).nullable(),
    nodes: z.array(z.object({ on: z.string(), what: z.string(), owner: z.string(), doneAt: instant.nullable() })),
    history: z.array(
      z.object({
        seq: z.number(),
        kind: z.string(),
        at: instant,
        by: z.string(),
        words: z.array(z.object({ label: z.string(), text: z.string() })),
      }),
    ),
    actions: z.array(z.enum(caseActions)).describe('what you may do now'),
  })
  .meta({ id: 'Case13710' })

export const link = z
  .object({
    isLinked: z.boolean().describe('an address of the 13710 system is set'),
    waiting: z.number().describe('messages to it that it has not answered'),
    oldestAt: instant.nullable(),
    refused: z
      .array(
        z.object({ seq: z.number(), type: z.enum(outgoingTypes), subject: z.string(), text: z.string(), at: instant }),
      )
      .describe('the last ones that it did not accept'),
  })
  .meta({ id: 'Link13710' })

export const caseActed = z.object({ version: z.number() }).meta({ id: 'Case13710Acted' })

export type CaseList = z.infer<typeof caseList>
export type CaseSummary = z.infer<typeof summary>
export type CaseDetail = z.infer<typeof caseDetail>
export type CaseAction = z.output<typeof caseAction>
export type Link = z.infer<typeof link>
