import { z } from 'zod'
import { ownershipReasons } from './ownership.ts'

/** Shapes of the exchange: those published in `docs/exchange/*.schema.json`, and the data for desks. */

const id = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID')
const region = z.string().regex(/^\d{6}$/, 'six digits')
const instant = z.number().describe('ms since 1970, UTC')

const token = z.strictObject({
  holder: region,
  epoch: z.int().min(1),
  offer: z.int().min(2).nullable(),
})
const context = z.strictObject({
  call_id: id,
  caller: z.strictObject({
    number: z.string().max(32).nullable(),
    name: z.string().max(128).nullable(),
    is_withheld: z.boolean(),
  }),
  line: z.strictObject({ number: z.string().max(32), name: z.string().max(64) }),
  summary: z.string().max(8_000),
  is_draft: z.boolean(),
  place: z.string().max(255).nullable(),
  emergency: z.enum(['110', '119', '120', '122']).nullable(),
  agent: z.string().max(12).nullable(),
  owner_token: token,
  since: z.string().max(32).optional(),
  callback: z.string().max(32).nullable().optional(),
})
const event = z.strictObject({
  call_id: id,
  event: z.enum(['joined', 'left', 'ended', 'offered', 'moved', 'kept', 'returned']),
  role: z.enum(['CALLER', 'AGENT', 'CONSULTED', 'PARTNER']).nullable(),
  why: z.string().max(64).nullable(),
  owner_token: token,
})
const head = {
  msg_id: id,
  ver: z.literal(1),
  from: region,
  to: region,
  ticket_ref: z.string().min(1).max(64).nullable(),
  seq: z.int().min(1).max(1_000_000),
  sent_at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an instant like 2026-11-29T12:00:00.000Z'),
  sign: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits'),
}
export const exchangeMessage = z.discriminatedUnion('type', [
  z.strictObject({ ...head, type: z.literal('CALL_CONTEXT'), body: context }),
  z.strictObject({ ...head, type: z.literal('CALL_EVENT'), body: event }),
])
/** Any message: the answer says what is wrong with it. */
export const sentMessage = z
  .looseObject({ msg_id: z.string().optional() })
  .describe('see docs/exchange/message.schema.json')
  .meta({ id: 'ExchangeMessage' })
export const exchangeReply = z
  .strictObject({
    msg_id: z.string().max(64),
    reply: z.enum(['ACK', 'NACK', 'DEFER']),
    code: z.int().min(100).max(599).nullable(),
    text: z.string().max(500),
    until: z.string().max(64).nullable(),
    sign: z.string(),
  })
  .meta({ id: 'ExchangeReply' })

const holder = z.enum(['US', 'THEM']).describe('US: this hotline')
export const exchangeView = z
  .object({
    holder,
    epoch: z.number(),
    why: z.enum(ownershipReasons),
    whyInWords: z.string().describe('Chinese'),
    since: instant,
    isOffered: z.boolean().describe('waits for their acknowledgement'),
    mayHandOver: z.boolean(),
    mayReturn: z.boolean().describe('theirs, and we hold it'),
    packet: z
      .object({ at: instant, isOurs: z.boolean(), state: z.enum(['WAITING', 'ACKED', 'NACKED', 'GIVEN_UP']) })
      .nullable()
      .describe('the newest one about this call'),
    theirs: z
      .object({
        caller: z.string().nullable(),
        summary: z.string(),
        ticket: z.string().nullable(),
        agent: z.string().nullable(),
      })
      .nullable()
      .describe('what they say of a call that they send us; the number is masked'),
    owners: z
      .array(z.object({ holder, whyInWords: z.string(), since: instant }))
      .describe('who owned it when, oldest first'),
  })
  .meta({ id: 'CallExchange' })

export type ExchangeView = z.infer<typeof exchangeView>
