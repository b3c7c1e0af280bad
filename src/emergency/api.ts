import { z } from 'zod'
import { nextCursor, pageQuery } from '../platform/web/paging.ts'

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
    .object({ state: z.enum(['WAITING', 'ACKED', 'NACKED', 'GIVEN_UP']), at: instant.nullable() })
    .nullable()
    .describe('what the service was told of the caller; null where no interface is set up'),
  ticket: z.string().nullable().describe('made of the same call; null when there is none, or it hides its caller'),
})

export const handoverList = z.object({ handovers: z.array(handover), next: nextCursor }).meta({ id: 'HandoverList' })
export const handoversOfCallAnswer = z.object({ handovers: z.array(handover) }).meta({ id: 'CallHandovers' })
export const handoverQuery = z.object({ ...pageQuery() })

export type HandoverView = z.infer<typeof handover>
export type HandoversOfCall = z.infer<typeof handoversOfCallAnswer>
