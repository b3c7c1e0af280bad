import { z } from 'zod'
import { reasonLine } from '../platform/text/text.ts'

/** Requests and answers of `/api/admin`. Types for the page, too. */

const instant = z.number().describe('ms since 1970, UTC')

const deadLetter = z.object({
  id: z.string(),
  queue: z.string(),
  topic: z.string(),
  number: z.string().nullable().describe('of the ticket'),
  reason: z.string().describe('why it failed the last time'),
  attempts: z.number(),
  at: instant.describe('when it was given up'),
})

export const deadLetterList = z
  .object({
    deadLetters: z.array(deadLetter).describe('given up last first; at most 100 of each queue'),
    total: z.number(),
    queues: z.array(
      z.object({ name: z.string(), waiting: z.number(), active: z.number(), delayed: z.number(), failed: z.number() }),
    ),
  })
  .meta({ id: 'DeadLetterList' })
export const asteriskState = z
  .object({
    version: z.string().nullable().describe('of the Asterisk that runs; null while no controller has told'),
    builtAt: instant.nullable(),
    faults: z
      .array(
        z.object({
          issue: z.number().describe("of Asterisk's own list, asterisk#…"),
          mendedIn: z.string(),
          what: z.string(),
          care: z.string().describe('what the hotline does about it'),
        }),
      )
      .describe('that later versions of its series fix'),
    unpackedAt: instant.nullable().describe('null where the machine has its own Asterisk'),
    listExpiredAt: instant.nullable().describe('end of validity of the list of packages that it was taken from'),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  })
  .meta({ id: 'AsteriskState' })
export const historyCheck = z
  .object({
    check: z
      .object({
        startedAt: instant,
        finishedAt: instant.nullable().describe('null while it goes on'),
        tickets: z.number(),
        events: z.number().describe('rows of history'),
        faults: z.number(),
        found: z
          .array(z.object({ number: z.string(), seq: z.number(), what: z.enum(['CHANGED', 'MISSING', 'ADDED']) }))
          .describe('the first of the faults'),
      })
      .nullable()
      .describe('null: none was made yet'),
  })
  .meta({ id: 'HistoryCheck' })

export const deadLetterId = z.object({ id: z.string().max(128) })
export const replay = z.object({ reason: reasonLine('重新执行的理由') }).meta({ id: 'ReplayReason' })

export type HistoryCheck = z.infer<typeof historyCheck>
export type DeadLetter = z.infer<typeof deadLetter>
export type AsteriskState = z.infer<typeof asteriskState>
export type DeadLetterList = z.infer<typeof deadLetterList>
