import { z } from 'zod'
import { oneLine } from '../platform/text/text.ts'
import { agentStates } from './agents/agent.ts'

/** Requests and answers of `/api/floor`. Types for the page, too. */

export const agentId = z.object({ id: z.string().regex(/^\d{1,10}$/, '话务员编号格式不正确') })

export const forcedState = z
  .object({
    state: z.enum(['READY', 'NOT_READY', 'BREAK', 'OFFLINE'], { error: '没有这种状态' }),
    breakReason: z.string().max(64).nullable().default(null).describe('code of a break of this site; for BREAK'),
    reason: oneLine(100, '理由').describe('told to the agent'),
  })
  .meta({ id: 'ForcedState' })

export const forcedAnswer = z
  .object({ takes: z.enum(['now', 'after-call']).describe('after-call: once the work of a call is over') })
  .meta({ id: 'ForcedAnswer' })

export const colleagueList = z
  .object({
    colleagues: z
      .array(
        z.object({
          number: z.string().describe('工号: the `to` of a new party'),
          name: z.string(),
          pinyin: z.string().describe('syllables of the name with blanks between'),
          state: z.enum(agentStates).describe('READY: may be asked into a call'),
        }),
      )
      .describe('agents who are signed in, by 工号'),
  })
  .meta({ id: 'ColleagueList' })

export type Colleague = z.infer<typeof colleagueList>['colleagues'][number]
export type ColleagueList = z.infer<typeof colleagueList>
export type ForcedAnswer = z.infer<typeof forcedAnswer>
