import { z } from 'zod'
import { messageKinds } from './message.ts'

/** What the sample shows in place of the telephones that the messages are for. */
export const sampleMessages = z
  .object({
    messages: z.array(
      z.object({
        id: z.number(),
        kind: z.enum(messageKinds),
        to: z.string(),
        words: z.string(),
        at: z.number().describe('ms since 1970, UTC'),
      }),
    ),
  })
  .meta({ id: 'SampleMessages' })

export type SampleMessages = z.infer<typeof sampleMessages>

export const messageReceipt = z
  .object({
    id: z.string().regex(/^\d{1,15}$/, 'the id that the message was sent with'),
    state: z.enum(['DELIVERED', 'FAILED']),
    at: z.iso.datetime().describe('when it reached the telephone, or was given up'),
    sign: z.string().max(128).describe('HMAC-SHA256 of id, state and at, a line each, hex'),
  })
  .meta({ id: 'MessageReceipt' })
