import { manyLines } from '../../../platform/text/text.ts'
import type { UnitCode } from '../../../platform/types.ts'
import type { Ticket, TicketRefusal } from '../facts.ts'
import { awaitedBy } from '../parts.ts'
import { limits, refusal, textField } from '../step.ts'

/** An answer waits for those of the parts that it is made of, or says why one is missing. Source: domain model 3.7. */
export const missingPartsField = {
  input: manyLines(limits.note, '未答复说明').optional().describe('why it is given without the answers of all parts'),
  field: {
    ...textField('missingParts', '未答复说明', '还有协办或分办单位没有答复，请说明原因'),
    ...({ isRequired: false, isForOpenParts: true } as const),
  },
}

export function refusedForParts(ticket: Ticket, unit: UnitCode | null, why: string | undefined): TicketRefusal | null {
  const { length } = awaitedBy(ticket, unit)
  if (length === 0 || (why ?? '').trim() !== '') return null
  return refusal(
    'ticket.parts-open',
    `还有 ${length} 个协办或分办单位没有答复，请等待，或在“未答复说明”中写明为何不等。`,
  )
}
