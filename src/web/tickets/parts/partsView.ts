import type { TicketDetail } from '../../../tickets/api.ts'
import type { TicketPart } from '../../../tickets/parts/api.ts'

/** Parts of a ticket as a unit works with them. Pure. */

type Ticket = Pick<TicketDetail, 'parts' | 'leadUnit'>

/** Parts whose answers this unit's own answer is made of. */
export function partsFor({ parts, leadUnit }: Ticket, unit: string | null): TicketPart[] {
  if (unit === null) return []
  return parts.filter(({ from }) => (from === null ? leadUnit?.code === unit : from.code === unit))
}

const isOpen = ({ step }: TicketPart): boolean => step !== 'ANSWERED' && step !== 'LAPSED'

/** Whether the answer would have to wait for others. */
export const waitsForParts = (ticket: Ticket, unit: string | null): boolean => partsFor(ticket, unit).some(isOpen)

/** Whether this unit was sent its part by another one, and has no more to do with the ticket: `seesPartOnly`, for pages. */
export function isBelowOnly(
  { parts, leadUnit, holder }: Ticket & Pick<TicketDetail, 'holder'>,
  unit: string | null,
): boolean {
  if (unit === null || leadUnit?.code === unit || holder?.code === unit) return false
  return parts.some((part) => part.unit.code === unit && part.role === 'SUB')
}

/** What the parts say, to make one answer of. Empty without any. */
export function composedOf(ticket: Ticket, unit: string | null): string {
  return partsFor(ticket, unit)
    .flatMap(({ unit: { name }, answer }) => (answer === null ? [] : `【${name}】${answer}`))
    .join('\n')
}

/** Units that one may choose for a step, by their parts: of a unit its own, of the dispatchers those of co-units. */
export function partChoices(
  ticket: Ticket,
  unit: string | null,
  steps: readonly TicketPart['step'][],
): Record<string, string> {
  const mine = unit === null ? ticket.parts.filter(({ from }) => from === null) : partsFor(ticket, unit)
  const found = mine.filter(({ step }) => steps.includes(step))
  return Object.fromEntries(found.map(({ unit: { code, name } }) => [code, name]))
}

interface Placed {
  code: string
  parentCode: string | null
}

/** Units below one, at any depth. */
export function unitsBelow<Unit extends Placed>(units: readonly Unit[], above: string): Unit[] {
  const children = units.filter(({ parentCode }) => parentCode === above)
  return children.flatMap((unit) => [unit, ...unitsBelow(units, unit.code)])
}
