import { z } from 'zod'
import type { CallId } from '../platform/types.ts'

/** Events that pages may send, validated like any external input. The types are in `protocol.ts`. */

const callId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .transform((id) => id as CallId)

export const openAsk = z.object({
  tabId: z.string().min(1).max(64),
  takeOver: z.boolean(),
  signIn: z.boolean().default(false),
})
export const setAsk = z.object({ state: z.enum(['READY', 'NOT_READY', 'BREAK']), reason: z.string().max(64).nullish() })
export const wrapUpAsk = z.object({ do: z.enum(['finish', 'extend', 'typing']) })
export const commandAsk = z.object({ name: z.enum(['hold', 'resume', 'hangup', 'rejoin']), callId })
/** The note itself checks the length, so that the refusal can say what is wrong. */
export const noteAsk = z.object({ callId, text: z.string() })
