import type { Lamp } from '../../tickets/limits.ts'
import { stateTitles, type TicketState, typeTitles, type Urgency } from '../../tickets/ticket.ts'

/** Chinese words for the closed lists of a ticket. A value without its word is a compile error. */

export { stateTitles, typeTitles }

export const lampTitles: Record<Lamp, string> = { GREEN: '正常', YELLOW: '临期', RED: '超期' }

export const urgencyTitles: Record<Urgency, string> = { P1: '特急', P2: '紧急', P3: '一般' }

/** Colours only repeat what the word says. */
export const stateTones: Record<TicketState, string> = {
  DRAFT: 'tone-idle',
  REGISTERED: 'tone-hold',
  DISPATCHED: 'tone-hold',
  SIGNED: 'tone-talking',
  REPLIED: 'tone-talking',
  CLOSED: 'tone-ready',
  DIRECT_CLOSED: 'tone-ready',
  RETURNED: 'tone-trouble',
  VOIDED: 'tone-idle',
}
