import { z } from 'zod'
import { categoryCode, countyCode, unitCode } from '../platform/text/codes.ts'
import { oneLine } from '../platform/text/text.ts'
import { ticketTypes, urgencies } from '../tickets/life/ticket.ts'
import { unitKinds } from '../units/unit.ts'
import { riskLevels } from './risk.ts'

/** Requests and answers of `/api/categories`, `/api/units` and `/api/catalogue/choice`. */

export const categoryQuery = z.object({
  search: oneLine(64, '搜索内容').optional().describe('code, pinyin initials, name or what callers say'),
  limit: z.coerce.number().int().min(1).max(500).default(20),
})

const pinyin = z.string().describe('syllables with blanks between')

export const categoryList = z
  .object({
    categories: z.array(
      z.object({
        code: z.string(),
        level: z.number(),
        name: z.string(),
        path: z.array(z.string()).describe('names from the first level down'),
        initials: z.string(),
        pinyin,
        keywords: z.string(),
        terms: z
          .record(z.string(), z.number())
          .describe('words that speak for it, and how strongly; `a+b`: both in one clause'),
        urgency: z.enum(urgencies).nullable().describe('suggested'),
      }),
    ),
  })
  .meta({ id: 'CategoryList' })

export const unitList = z
  .object({
    units: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        shortName: z.string(),
        initials: z.string(),
        pinyin,
        kind: z.enum(unitKinds),
        countyCode: z.string().nullable(),
        parentCode: z.string().nullable(),
      }),
    ),
    counties: z.array(z.object({ code: z.string(), name: z.string(), initials: z.string(), pinyin })),
  })
  .meta({ id: 'UnitList' })

export const choiceQuery = z.object({
  type: z.enum(ticketTypes, { error: '没有这种诉求类型' }).default('HELP'),
  category: categoryCode,
  county: countyCode.optional(),
  crossCity: z.enum(['true', 'false']).default('false'),
  accused: unitCode.optional().describe('unit that is reported'),
})

export const choice = z
  .object({
    lead: z.object({ code: z.string(), name: z.string() }).nullable().describe('null: a dispatcher decides'),
    coUnits: z.array(z.object({ code: z.string(), name: z.string() })),
    ruleKey: z.string().nullable(),
    reason: z.string(),
    risk: z
      .object({
        returns: z.number().describe('of this matter by this unit, lately'),
        disputes: z.number().describe('open ones about this matter'),
        ruleFrom: z.string().nullable().describe('since when the rule holds'),
        level: z.enum(riskLevels),
        words: z.array(z.string()),
      })
      .nullable()
      .describe('how likely the unit gives it back; null without a unit'),
  })
  .meta({ id: 'UnitChoice' })

export type UnitList = z.infer<typeof unitList>
export type CategoryList = z.infer<typeof categoryList>
export type UnitChoice = z.infer<typeof choice>
