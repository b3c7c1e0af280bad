import { z } from 'zod'
import { plainLine, reasonLine } from '../../platform/text/text.ts'
import { nextCursor, pageQuery } from '../../platform/web/paging.ts'
import { callbackResults } from '../machine/call.ts'
import { callback } from '../records/api.ts'

/** What agents ask of outgoing calls over HTTP. A number is never sent: the server finds it. Pure: types for the page. */

const id = plainLine(64, '编号')

const ofTicket = z.object({
  ticket: plainLine(24, '工单编号'),
  person: z.enum(['caller', 'other']).default('caller').describe('`other`: the second number of the ticket'),
})
const ofCallback = z.object({ callback: id })
const ofCall = z.object({ call: id })

export const outgoingTarget = z
  .union([ofTicket, ofCallback, ofCall, z.object({ directory: z.number().int().positive() })], {
    error: '请说明拨打哪张工单、哪条回拨、哪通电话或目录中的哪一项',
  })
  .meta({ id: 'OutgoingTarget' })

export const newOutgoing = z
  .object({
    to: outgoingTarget,
    reason: reasonLine('外呼理由').optional().describe('needed outside the hours in which citizens are called'),
  })
  .meta({ id: 'NewOutgoingCall' })

export const outgoingPlaced = z
  .object({ call: z.string().describe('id of the call; how it goes on is told by its events') })
  .meta({ id: 'OutgoingCallPlaced' })

export const outgoingQuestion = z.object({ to: outgoingTarget }).meta({ id: 'OutgoingQuestion' })

export const outgoingCheck = z
  .object({
    mayCall: z.boolean(),
    code: z.string().nullable().describe('why not; `outgoing.reason-missing`: it may, with a reason'),
    words: z.string().nullable().describe('the same in words for the agent'),
  })
  .meta({ id: 'OutgoingCheck' })

export const callbackResult = z
  .object({
    result: z
      .enum(callbackResults, { error: '没有这种回拨结果' })
      .describe('`GAVE_UP` is for supervisors, after the last try'),
  })
  .meta({ id: 'CallbackResultGiven' })

const instant = z.number().describe('ms since 1970, UTC')

export const callbackWork = z
  .object({
    callbacks: z.array(
      callback.extend({
        tries: z.number().describe('how often it was called back without success'),
        triedAt: instant.nullable(),
        nextAt: instant.nullable().describe('not called again before'),
        result: z.enum(callbackResults).nullable().describe('of the last try, as the agent said'),
        isMine: z.boolean().describe('the agent who asks spoke with them last, or tried last'),
        isDue: z.boolean(),
        isUsedUp: z.boolean().describe('tried as often as the rules want: a supervisor decides'),
      }),
    ),
    hours: z.string().describe('in which citizens are called back, e.g. 9:00-20:00'),
    isWithinHours: z.boolean(),
    mostTries: z.number(),
  })
  .meta({ id: 'CallbackWork' })

export const neverCall = z
  .object({
    id: z.string(),
    number: z.string().describe('masked'),
    place: z.string().nullable(),
    reason: z.string(),
    at: z.number(),
    by: z.string().describe('who put it on the list'),
  })
  .meta({ id: 'NeverCall' })

export const neverCallQuery = z.object(pageQuery())
export const neverCallList = z.object({ numbers: z.array(neverCall), next: nextCursor }).meta({ id: 'NeverCallList' })

export const newNeverCall = z
  .object({
    of: z
      .union([z.object({ number: plainLine(32, '号码') }), ofTicket, ofCallback, ofCall])
      .describe('a number is typed by supervisors only'),
    reason: reasonLine('原因'),
  })
  .meta({ id: 'NewNeverCall' })

export const liftedNeverCall = z.object({ reason: reasonLine('移出原因') }).meta({ id: 'LiftedNeverCall' })

export type OutgoingTarget = z.output<typeof outgoingTarget>
export type OutgoingPlaced = z.infer<typeof outgoingPlaced>
export type OutgoingCheck = z.infer<typeof outgoingCheck>
export type NewOutgoing = z.input<typeof newOutgoing>
export type CallbackWork = z.infer<typeof callbackWork>
export type NeverCallList = z.infer<typeof neverCallList>
