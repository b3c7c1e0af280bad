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
