import { z } from 'zod'
import { oneLine } from '../platform/text/text.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'
import { auditActions } from './action.ts'

/** Requests and answers of `/api/audit`. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')
const instantAsked = z.coerce.number({ error: '时间应为毫秒数' }).int().min(0).max(253_402_300_799_999).optional()

export const auditFilter = z.object({
  actor: oneLine(64, '人员').optional().describe('user name, as it was typed at the log-in'),
  subject: oneLine(64, '对象').optional().describe('what it was done to: number of a ticket, id of a call, 工号 …'),
  action: z.enum(auditActions, { error: '没有这种操作' }).optional(),
  result: z.enum(['allowed', 'refused'], { error: 'result 应为 allowed 或 refused' }).optional(),
  from: instantAsked.describe('at this instant or later, ms'),
  to: instantAsked.describe('before this instant, ms'),
})

export const auditQuery = auditFilter.extend(pageQuery())

const auditEntry = z.object({
  id: z.number(),
  at: instant,
  actor: z.string().describe('user name as given; a stranger’s, too'),
  name: z.string().nullable().describe('of the person; null for a stranger'),
  action: z.string(),
  subject: z.string().nullable().describe('numbers of citizens are masked'),
  subjectName: z
    .string()
    .nullable()
    .describe('of the person it was done to, with user name or 工号; null for anything else'),
  address: z.string().nullable(),
  isAllowed: z.boolean(),
  details: z.record(z.string(), z.unknown()).nullable(),
})

export const auditList = z
  .object({
    entries: z.array(auditEntry).describe('newest first'),
    next: nextCursor,
  })
  .meta({ id: 'AuditList' })

export type AuditEntry = z.infer<typeof auditEntry>
export type AuditList = z.infer<typeof auditList>
