import { z } from 'zod'
import { ticketNumber } from '../tickets/api.ts'
import { paperKinds } from './paper.ts'

/** `/api/tickets/…/papers`: what is printed of a ticket. */

const cell = z.object({ label: z.string(), text: z.string() })
const block = z.discriminatedUnion('is', [
  z.object({ is: z.literal('table'), rows: z.array(z.array(cell)) }),
  z.object({ is: z.literal('text'), title: z.string(), text: z.string() }),
  z.object({
    is: z.literal('grid'),
    title: z.string(),
    heads: z.array(z.string()),
    rows: z.array(z.array(z.string())),
  }),
  z.object({ is: z.literal('list'), title: z.string(), items: z.array(z.string()) }),
  z.object({ is: z.literal('sign'), lines: z.array(z.string()) }),
])

export const printedPaper = z
  .object({
    kind: z.enum(paperKinds),
    issuer: z.string(),
    title: z.string(),
    number: z.string(),
    at: z.number().describe('ms since 1970, UTC'),
    blocks: z.array(block),
    sha256: z.string().describe('of the content: the same on every copy that says the same'),
  })
  .meta({ id: 'Paper' })

export const paperList = z
  .object({
    papers: z.array(z.object({ kind: z.enum(paperKinds), title: z.string() })).describe('that this ticket has'),
  })
  .meta({ id: 'PaperList' })

export const byNumber = z.object({ number: ticketNumber })
export const byPaper = z.object({ number: ticketNumber, kind: z.enum(paperKinds, { error: '没有这种打印件' }) })

export type PrintedPaper = z.infer<typeof printedPaper>
