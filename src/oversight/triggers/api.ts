import { z } from 'zod'
import { unitCode } from '../../platform/text/codes.ts'
import { oneLine, reasonLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { ticketNumber } from '../../tickets/api.ts'
import { ticketStates, urgencies } from '../../tickets/life/words.ts'
import { levels, signalKinds, triggerIds } from './trigger.ts'

/** `/api/oversight/alerts`, `/rules` and `/signals`. Types for the pages, too. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })

export const alertQuery = z.object({
  ...pageQuery(50),
  level: z.enum(levels, { error: '没有这个级别' }).optional(),
  trigger: z.enum(triggerIds, { error: '没有这个触发条件' }).optional(),
  unit: unitCode.optional(),
})

const alert = z.object({
  id: z.string(),
  trigger: z.enum(triggerIds),
  level: z.enum(levels),
  subject: z.string().describe('number of the ticket or of the paper, or code of the unit'),
  unit: named.nullable(),
  since: instant.describe('when its cause began'),
  raisedAt: instant,
  ticket: z
    .object({
      ...{ number: z.string(), title: z.string(), state: z.enum(ticketStates), urgency: z.enum(urgencies) },
      handleDueAt: instant.nullable(),
    })
    .nullable(),
})
export const alertList = z.object({ alerts: z.array(alert), next: nextCursor }).meta({ id: 'OversightAlerts' })

const rule = z.object({
  id: z.enum(triggerIds),
  level: z.enum(levels),
  act: z.string(),
  isOn: z.boolean(),
  figures: z.array(z.object({ name: z.string(), value: z.string() })),
  standing: z.number().describe('alerts that stand now'),
})
export const ruleBook = z
  .object({
    version: z.number().nullable().describe('in force today; null: none is'),
    versions: z.array(z.object({ version: z.number(), effectiveFrom: z.string(), source: z.string() })),
    rules: z.array(rule),
  })
  .meta({ id: 'OversightRules' })

export const newSignal = z
  .object({
    kind: z.enum(signalKinds, { error: '请选择情况' }),
    number: ticketNumber,
    words: oneLine(500, '情况说明'),
  })
  .meta({ id: 'NewOversightSignal' })
export const signalMade = z.object({ id: z.string() }).meta({ id: 'OversightSignalMade' })
export const signalId = z.object({ id: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '编号格式不正确') })
export const signalEnd = z.object({ why: reasonLine('结束理由') }).meta({ id: 'OversightSignalEnd' })
export const signalQuery = z.object({ ...pageQuery(50) })
export const signalList = z
  .object({
    signals: z.array(
      z.object({
        ...{ id: z.string(), kind: z.enum(signalKinds), number: z.string(), unit: named.nullable() },
        ...{ words: z.string(), at: instant, by: z.string().nullable().describe('null: another program') },
      }),
    ),
    next: nextCursor,
  })
  .meta({ id: 'OversightSignals' })

export type AlertList = z.infer<typeof alertList>
export type AlertEntry = AlertList['alerts'][number]
export type RuleBook = z.infer<typeof ruleBook>
export type SignalList = z.infer<typeof signalList>
export type SignalEntry = SignalList['signals'][number]
export type AlertFilter = Pick<z.output<typeof alertQuery>, 'level' | 'trigger' | 'unit'>
