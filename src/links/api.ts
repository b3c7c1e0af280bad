import { z } from 'zod'
import { ulid, unitCode } from '../platform/text/codes.ts'
import { plainLine, reasonLine } from '../platform/text/text.ts'
import { attachment, ticketNumber } from '../tickets/api.ts'
import { attachmentKinds } from '../tickets/files/attachment.ts'
import { eventKinds, ticketStates, ticketTypes, urgencies } from '../tickets/life/ticket.ts'
import { codeDigits, linkEnds } from './link.ts'

/** `/api/public/links`: what a body without accounts sends and reads. `/api/tickets/…/links`: those who send links. */

const instant = z.number().describe('ms since 1970, UTC')
const token = z.string().regex(/^[\w-]{43}$/, '链接不完整，请从短信中重新打开')

export const linkToken = z.object({ token }).meta({ id: 'TicketLinkToken' })
export const linkCode = z
  .object({
    token,
    code: plainLine(codeDigits, '验证码').refine((text) => /^\d{6}$/.test(text), `验证码为 ${codeDigits} 位数字`),
  })
  .meta({ id: 'TicketLinkCode' })
export const linkId = z.object({ id: ulid })
export const linkFile = z.object({ id: ulid, file: ulid })
export const linkUpload = z.object({
  name: z.string({ error: '缺少文件名' }).min(1, '缺少文件名').max(512, '文件名过长'),
  kind: z.enum(attachmentKinds, { error: '没有这种附件' }).default('HANDLING'),
})

/** Before the code: nothing of the matter. */
export const linkFound = z
  .object({
    id: ulid,
    unit: z.string(),
    phone: z.string().describe('masked; codes go there'),
    expiresAt: instant,
    isVerified: z.boolean().describe('this browser has typed the code'),
  })
  .meta({ id: 'TicketLink' })

export const codeSent = z
  .object({ phone: z.string().describe('masked'), nextInS: z.number().describe('until another code can be sent') })
  .meta({ id: 'TicketLinkCodeSent' })

export const linkTicket = z
  .object({
    number: z.string(),
    unit: z.string(),
    expiresAt: instant,
    version: z.number(),
    state: z.enum(ticketStates),
    type: z.enum(ticketTypes),
    urgency: z.enum(urgencies),
    category: z.string(),
    title: z.string(),
    content: z.string(),
    wish: z.string(),
    place: z.string(),
    isPlaceHidden: z.boolean(),
    occurredAt: instant.nullable(),
    registeredAt: instant,
    signDueAt: instant.nullable(),
    handleDueAt: instant.nullable(),
    returnBy: instant.nullable(),
    caller: z.object({ name: z.string().nullable(), phone: z.string().nullable().describe('masked') }).nullable(),
    isAnonymous: z.boolean(),
    mayReveal: z.boolean(),
    dispatchReason: z.string().nullable(),
    said: z
      .array(z.object({ kind: z.enum(eventKinds), at: instant, note: z.string() }))
      .describe('what the hotline added since the dispatch, the last first'),
    publicReply: z.string().nullable(),
    internalReply: z.string().nullable(),
    attachments: z.array(attachment),
    actions: z.array(z.enum(eventKinds)).describe('what you may do with it now'),
  })
  .meta({ id: 'TicketByLink' })

export const actedByLink = z
  .object({
    number: z.string(),
    state: z.enum(ticketStates),
    version: z.number(),
    isOver: z.boolean().describe('that was the last step: the link is used up'),
  })
  .meta({ id: 'TicketActedByLink' })

export const byTicket = z.object({ number: ticketNumber })
export const byTicketLink = z.object({ number: ticketNumber, id: ulid })
export const newLink = z.object({ unit: unitCode }).meta({ id: 'NewTicketLink' })
export const linkReason = z.object({ reason: reasonLine('作废理由') }).meta({ id: 'TicketLinkReason' })

export const sentLink = z.object({
  id: ulid,
  unit: z.string(),
  phone: z.string().describe('masked'),
  createdAt: instant,
  expiresAt: instant,
  openedAt: instant.nullable().describe('first time that the right code was typed'),
  end: z.enum(linkEnds).nullable().describe('null: it holds'),
  withdrawnReason: z.string().nullable(),
})
export const sentLinks = z
  .object({
    links: z.array(sentLink),
    bodies: z.array(z.object({ code: z.string(), name: z.string(), hasPhone: z.boolean() })).describe('that take part'),
  })
  .meta({ id: 'TicketLinks' })

export type LinkFound = z.infer<typeof linkFound>
export type CodeSent = z.infer<typeof codeSent>
export type LinkTicket = z.infer<typeof linkTicket>
export type ActedByLink = z.infer<typeof actedByLink>
export type SentLinks = z.infer<typeof sentLinks>
