import type { UnitCode } from '../../platform/types.ts'
import type { Ticket, TicketRefusal } from './facts.ts'

/**
 * A report never reaches the unit that it is about, nor any unit below that one. Pure: the web page imports this file
 * too. Source: domain model 3.9.
 */

type Accusing = Pick<Ticket, 'type' | 'accusedUnits'>

export function isAccused({ type, accusedUnits }: Accusing, unit: UnitCode | null): boolean {
  return type === 'REPORT' && unit !== null && accusedUnits.includes(unit)
}

/** @param units that it is to be sent to, in whatever part */
export function barredAsAccused(ticket: Accusing, units: readonly UnitCode[]): TicketRefusal | null {
  return units.some((unit) => isAccused(ticket, unit))
    ? { code: 'ticket.accused-unit', detail: '举报件不能派给被举报单位及其下属单位，请另选承办单位。' }
    : null
}
