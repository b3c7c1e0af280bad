import { z } from 'zod'
import { ulid } from '../../../platform/text/codes.ts'
import type { TicketId } from '../../../platform/types.ts'
import { line, step } from '../step.ts'

export const intoLead = z.object({
  into: ulid.transform((id) => id as TicketId),
  lead: z.string().describe('its number'),
})

/** 登记并入: one more caller of a matter that has a ticket. It has a number of its own, and is answered with the lead. */
export const join = step({
  kind: 'join',
  title: '登记并入',
  input: intoLead,
  asked: 'NEVER',
  from: ['DRAFT'],
  to: 'MERGED',
  who: ['HOTLINE', 'DISPATCHER'],
  changes: (_, { into }) => ({ mergedInto: into }),
  notice: null,
  lines: ({ details: { lead } }) => line('主单', lead),
})
