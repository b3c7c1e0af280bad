import { z } from 'zod'
import { categoryCode, countyCode, unitCode } from '../../platform/text/codes.ts'
import { oneLine, plainLine, reasonLine } from '../../platform/text/text.ts'
import { ruleTargets } from '../catalogue.ts'
import { conflictKinds } from './review.ts'
import { changeKinds, mostCoUnits, ruleSources, standings } from './rule.ts'

/** Requests and answers of `/api/catalogue/rules`. Types for the pages, too. */

const named = z.object({ code: z.string(), name: z.string() })
const instant = z.number().describe('milliseconds since 1970')

/** A day that there is: 2026-02-30 is none. */
export const day = z
  .string({ error: '请填写日期' })
  .regex(/^20\d{2}-\d{2}-\d{2}$/, '日期应写成 2026-12-01')
  .refine((text) => {
    const at = Date.parse(`${text}T00:00:00Z`)
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
  }, '没有这一天')

export const ruleKey = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, '规则编号由小写字母、数字和 - 组成，以字母开头，最多 64 个字符')
export const byKey = z.object({ key: ruleKey })

const seen = z.number().int().min(0).describe('id of the last change that was seen; 0: none')
const why = reasonLine('修改理由').describe('kept in the history')

export const ruleFacts = z
  .object({
    title: oneLine(32, '名称'),
    categoryCode,
    countyCode: countyCode.nullable().default(null),
    target: z.enum(ruleTargets, { error: '请选择派往' }),
    unitCode: unitCode.nullable().default(null),
    coUnitCodes: z.array(unitCode).max(mostCoUnits, `协办单位最多 ${mostCoUnits} 个`).default([]),
    priority: z
      .number({ error: '优先级应为数字' })
      .int()
      .min(0, '优先级为 0 至 999')
      .max(999, '优先级为 0 至 999')
      .default(0),
    effectiveFrom: day,
    effectiveTo: day.nullable().default(null),
    basis: z.union([z.literal(''), oneLine(255, '依据')]).default(''),
  })
  .meta({ id: 'CatalogueRuleFacts' })
export const newRule = ruleFacts.extend({ why }).meta({ id: 'NewCatalogueRule' })
export const ruleChange = ruleFacts.extend({ why, seen }).meta({ id: 'CatalogueRuleChange' })
export const ruleEnd = z
  .object({ from: day.describe('first day without it'), why, seen })
  .meta({ id: 'CatalogueRuleEnd' })

export const ruleQuery = z.object({
  q: z.union([z.literal(''), plainLine(64, '搜索内容')]).default(''),
  standing: z.enum([...standings, 'ALL']).default('ALL'),
  county: countyCode.optional(),
  unit: unitCode.optional().describe('leads or helps'),
  limit: z.coerce.number().int().min(1).max(2_000).default(500),
})

export const catalogueRule = z
  .object({
    id: z.number().describe('of this version'),
    key: z.string(),
    version: z.number(),
    seen,
    standing: z.enum(standings),
    title: z.string(),
    category: named,
    county: named.nullable().describe('null: the whole city'),
    target: z.enum(ruleTargets),
    unit: named.nullable(),
    coUnits: z.array(named),
    priority: z.number(),
    effectiveFrom: z.string().nullable().describe('null: always'),
    effectiveTo: z.string().nullable(),
    basis: z.string(),
    isSample: z.boolean(),
    isOfFile: z.boolean().describe('follows config/catalogue.yaml: nobody has edited it'),
    changedAt: instant,
  })
  .meta({ id: 'CatalogueRule' })
export const ruleList = z
  .object({
    rules: z.array(catalogueRule),
    total: z.number(),
    today: z.string(),
  })
  .meta({ id: 'CatalogueRuleList' })

const factsKept = z.object({
  title: z.string(),
  category: named,
  county: named.nullable(),
  target: z.enum(ruleTargets),
  unit: named.nullable(),
  coUnits: z.array(named),
  priority: z.number(),
  effectiveFrom: z.string(),
  effectiveTo: z.string().nullable(),
  basis: z.string(),
})
export const ruleHistory = z
  .object({
    changes: z.array(
      z.object({
        id: z.number(),
        kind: z.enum(changeKinds),
        source: z.enum(ruleSources),
        at: instant,
        by: z.string(),
        why: z.string(),
        before: factsKept.nullable(),
        after: factsKept.nullable(),
      }),
    ),
  })
  .meta({ id: 'CatalogueRuleHistory' })

export const reviewQuery = z.object({ day: day.optional().describe('today by default') })
export const catalogueReview = z
  .object({
    day: z.string(),
    matters: z.number().describe('of the third level'),
    gaps: z.array(
      z.object({
        category: named,
        counties: z.array(named).describe('where no unit is found'),
        isEverywhere: z.boolean(),
        isPlaceUnknown: z.boolean().describe('nor is one where the county is not known'),
        mark: z.enum(['NO_RULE', 'NO_UNIT']),
        reason: z.string(),
      }),
    ),
    conflicts: z.array(z.object({ kind: z.enum(conflictKinds), keys: z.array(z.string()), words: z.string() })),
  })
  .meta({ id: 'CatalogueReview' })

const planned = z.object({
  row: z.number().describe('as the spreadsheet numbers it'),
  kind: z.enum(['ADDED', 'CHANGED', 'SAME']),
  key: z.string(),
  title: z.string(),
  changes: z.array(z.object({ title: z.string(), before: z.string(), after: z.string() })),
})
export const sheetPreview = z
  .object({
    digest: z.string().describe('of the file and of what it would change: to be sent when it is applied'),
    faults: z.array(
      z.object({
        row: z.number(),
        column: z.string().describe('letter, as the spreadsheet has it'),
        title: z.string(),
        message: z.string(),
      }),
    ),
    faultCount: z.number(),
    added: z.number(),
    changed: z.number(),
    same: z.number(),
    planned: z.array(planned).describe('without rows that stay the same; the first ones'),
  })
  .meta({ id: 'CatalogueSheetPreview' })
export const sheetQuery = z.object({ from: day.describe('from when on changed rows hold without a date of their own') })
export const sheetApply = sheetQuery.extend({ why: reasonLine('导入理由'), digest: z.string().length(64, '请先预览') })

export const proposalList = z
  .object({
    proposals: z.array(
      z.object({
        id: z.string(),
        state: z.enum(['OPEN', 'ADOPTED', 'REFUSED']),
        sourceId: z.string().describe('of the dispute whose ruling proposes it'),
        sourceWords: z.string().describe('number of its minutes'),
        facts: factsKept,
        approvals: z.array(z.object({ id: z.number(), name: z.string(), at: instant })).describe('two are needed'),
        proposedAt: instant,
        proposedBy: z.string(),
        ruleKey: z.string().nullable(),
        refusedBy: z.string().nullable(),
        refusedWhy: z.string().nullable(),
        decidedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'RuleProposals' })

export type RuleProposals = z.infer<typeof proposalList>
export type CatalogueRule = z.infer<typeof catalogueRule>
export type CatalogueRuleList = z.infer<typeof ruleList>
export type CatalogueRuleHistory = z.infer<typeof ruleHistory>
export type CatalogueReview = z.infer<typeof catalogueReview>
export type SheetPreview = z.infer<typeof sheetPreview>
