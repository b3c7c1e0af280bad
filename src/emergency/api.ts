import { z } from 'zod'
import { noReplies } from '../exchange/packet.ts'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'
import { packetStates } from './handover.ts'

/** Answers of `/api/emergency-handovers`. Pure: types for the pages. */

const instant = z.number().describe('ms since 1970, UTC')

const handover = z.object({
  id: z.string(),
  callId: z.string(),
  service: z.string().describe('110, 119, 120 or 122'),
  name: z.string(),
  agent: z.object({ number: z.string(), name: z.string() }).nullable().describe('who called the service'),
  askedAt: instant.describe('the key was pressed'),
  dialledAt: instant.nullable(),
  pickedUpAt: instant.nullable(),
  agentLeftAt: instant.nullable(),
  endedAt: instant.nullable(),
  result: z.string().nullable().describe('why it ended; null while the service is in the call'),
  inWords: z.string().describe('all of it in Chinese, for the ticket'),
  packet: z
    .object({
      id: z.string().describe('of the message, as the service has it'),
      state: z.enum(packetStates),
      at: instant.nullable().describe('of the last try'),
      tries: z.number(),
      trouble: z
        .enum(noReplies)
        .nullable()
        .describe('of the last try without an answer; `NOT_OURS`: the secrets of the two sides differ'),
      answer: z
        .object({ reply: z.string(), code: z.number().nullable(), text: z.string() })
        .nullable()
        .describe('the receipt of the service'),
    })
    .nullable()
    .describe('what the service was told of the caller; null where no interface is set up'),
  ticket: z.string().nullable().describe('made of the same call; null when there is none, or it hides its caller'),
})

export const handoverList = z.object({ handovers: z.array(handover), next: nextCursor }).meta({ id: 'HandoverList' })
export const handoversOfCallAnswer = z.object({ handovers: z.array(handover) }).meta({ id: 'CallHandovers' })
export const handoverQuery = z.object({
  service: z
    .string()
    .regex(/^\d{3}$/, '紧急号码为三位数字')
    .optional()
    .describe('e.g. 119'),
  isTold: z.enum(['yes', 'no']).optional().describe('`no`: what the service was told has no receipt'),
  ...pageQuery(),
})

export type HandoverList = z.infer<typeof handoverList>
export type HandoverView = z.infer<typeof handover>
export type HandoversOfCall = z.infer<typeof handoversOfCallAnswer>
