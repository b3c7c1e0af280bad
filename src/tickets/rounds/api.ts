import { z } from 'zod'
import { ticketStates } from '../life/words.ts'
import { type RedoReason, type RoundKind, redoReasons, roundTitles } from './words.ts'

/** What the API says of the rounds of a ticket. */

const instant = z.number().describe('ms since 1970, UTC')
const named = z.object({ code: z.string(), name: z.string() })

const round = z.object({
  number: z.number(),
  kind: z.enum(Object.keys(roundTitles) as [RoundKind, ...RoundKind[]]),
  reason: z.enum(Object.keys(redoReasons) as [RedoReason, ...RedoReason[]]).nullable(),
  note: z.string().nullable().describe('what was asked for, or the new facts'),
  unit: named.nullable(),
  openedAt: instant,
  dueAt: instant.nullable().describe('as it was counted when the round began'),
  publicReply: z.string().nullable().describe('of an earlier round; that of the present one stands in the ticket'),
  internalReply: z.string().nullable(),
  repliedAt: instant.nullable(),
})

/** Fields of a ticket's detail. */
export const ofRounds = {
  round: z.number().describe('1 until it is redone or reopened'),
  redoCount: z.number(),
  reopenBy: instant.nullable().describe('until when it may be redone or reopened'),
  isSecondOpinion: z.boolean().describe('another person than those who answered the matter before has to answer'),
  rounds: z.array(round).describe('empty as long as there was one only'),
}

/** Tickets of the same caller about the same matter. */
export const complaints = z
  .object({
    times: z.number().describe('how often the caller has said it in 90 days, redos too'),
    isSecondDue: z.boolean().describe('so often that another person has to look at it'),
    tickets: z.array(
      z.object({
        number: z.string(),
        title: z.string(),
        registeredAt: instant,
        round: z.number(),
        state: z.enum(ticketStates),
      }),
    ),
  })
  .meta({ id: 'ComplaintsOfMatter' })
export type Complaints = z.infer<typeof complaints>
