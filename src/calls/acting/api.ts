import { z } from 'zod'
import { plainLine } from '../../platform/text/text.ts'
import { partyModes } from '../machine/party.ts'

/** What an agent asks of their own call over HTTP. Pure: types for the page. */

const number = plainLine(32, '号码')

/** Whom to bring in. `agent`: by 工号. `outside`: a number of the directory, or of the people of the call's ticket. */
export const partyTarget = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('agent'), number: plainLine(12, '工号') }),
    z.object({ kind: z.literal('skill'), skill: plainLine(64, '技能') }),
    z.object({ kind: z.literal('outside'), number }),
  ])
  .meta({ id: 'PartyTarget' })

export const newParty = z
  .object({
    to: partyTarget,
    mode: z
      .enum(partyModes, { error: '方式应为 consult、blind 或 three-way' })
      .describe(
        '`consult`: the agent alone talks with them first, the caller hears music; `three-way`: they come into the talk; ' +
          '`blind`: the call is handed on at once, a skill takes no other',
      ),
  })
  .meta({ id: 'NewParty' })

export const partyAdded = z
  .object({
    party: z.string().describe('id of the party in the call; how it goes on is told by the events of the call'),
  })
  .meta({ id: 'PartyAdded' })

export const partyChange = z
  .object({ isOnHold: z.boolean().optional(), isMuted: z.boolean().optional() })
  .refine((change) => change.isOnHold !== undefined || change.isMuted !== undefined, '请说明要保持还是静音')
  .meta({ id: 'PartyChange' })

export const partyDigits = z
  .object({ digits: z.string().regex(/^[0-9A-D*#]{1,32}$/, '按键只能是 0-9、A-D、* 和 #，一次最多 32 个') })
  .meta({ id: 'PartyDigits' })

export const actionNames = ['hold', 'resume', 'hang-up', 'swap', 'join', 'complete', 'cancel', 'leave'] as const

export const callActionAsk = z
  .object({
    action: z
      .enum(actionNames, { error: '没有这种通话操作' })
      .describe(
        '`swap`: between caller and consulted; `join`: all three; `complete`: caller and consulted, the agent goes; ' +
          '`cancel`: the consulted goes; `leave`: the agent goes, the others go on; `hang-up`: the call is over',
      ),
  })
  .meta({ id: 'CallActionAsk' })

export type PartyTargetAsk = z.infer<typeof partyTarget>
export type NewParty = z.infer<typeof newParty>
export type PartyAdded = z.infer<typeof partyAdded>
export type PartyChange = z.infer<typeof partyChange>
export type CallActionName = (typeof actionNames)[number]
