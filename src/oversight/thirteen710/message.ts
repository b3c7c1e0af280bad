import { z } from 'zod'
import { receiptKinds } from '../batches/batch.ts'

/** Messages between us and the 13710 system: docs/exchange/13710.md. Both ways signed as those of the exchange. */

export const outgoingTypes = ['BATCH', 'STRUCK', 'CASE'] as const
export type OutgoingType = (typeof outgoingTypes)[number]
export const incomingTypes = ['RECEIPT', 'URGE', 'BOUNCE'] as const
export type IncomingType = (typeof incomingTypes)[number]

/** What the system answers. Anything else is no answer. */
export const theirAnswer = z.object({
  msg_id: z.string().max(64),
  reply: z.enum(['ACK', 'NACK', 'DEFER']),
  code: z.number().int().nullable(),
  text: z.string().max(500),
  sign: z.string().max(128),
})
export type TheirAnswer = z.infer<typeof theirAnswer>

const words = z.string().max(1_000)
const caseNumber = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}〔〕[\]()（）._-]+$/u)
const time = z.iso.datetime({ offset: true })
const envelope = {
  msg_id: z
    .string()
    .min(8)
    .max(64)
    .regex(/^[\w-]+$/),
  ver: z.literal(1),
  from: z.string().max(16),
  to: z.string().max(16),
  sent_at: time,
  sign: z.string().max(128),
}
/** What the system sends us. */
export const theirMessage = z.discriminatedUnion('type', [
  z.object({
    ...{ ...envelope, type: z.literal('RECEIPT') },
    body: z.object({
      batch: z.string().max(12),
      ticket: z.string().max(16).nullable(),
      kind: z.enum(receiptKinds),
      case_number: caseNumber.nullable(),
      text: words.nullable(),
      at: time,
    }),
  }),
  z.object({
    ...{ ...envelope, type: z.literal('URGE') },
    body: z.object({ case_number: caseNumber, text: words, at: time }),
  }),
  z.object({
    ...{ ...envelope, type: z.literal('BOUNCE') },
    body: z.object({ case_number: caseNumber, text: words, at: time }),
  }),
])
export type TheirMessage = z.infer<typeof theirMessage>

/** As it stands in the API's document: what has another shape is answered, not refused. */
export const anyMessage = z.record(z.string(), z.unknown()).meta({ id: 'Message13710' })
export const ourAnswer = z
  .object({
    msg_id: z.string(),
    reply: z.enum(['ACK', 'NACK']),
    code: z.number().nullable(),
    text: z.string(),
    sign: z.string(),
  })
  .meta({ id: 'Answer13710' })

/** Codes of answers, as those of the exchange. */
export const codes = { malformed: 101, unsigned: 201, wrongState: 301, unknown: 302, otherContent: 303 } as const
