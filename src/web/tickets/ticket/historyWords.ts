import { dueInWords } from '../../../calendar/time-left.ts'
import type { Instant } from '../../../platform/types.ts'
import type { TicketDetail } from '../../../tickets/api.ts'
import { returnReasons, titleOf, voidReasons } from '../words.ts'

/** One row of a ticket's history as people read it. Pure. */

type Entry = TicketDetail['history'][number]

export interface Line {
  label: string
  text: string
}

/**
 * @param nameOf name of a unit by its code
 * @param now of the reader: 明天 is the day after today, not the day after the step
 */
export function linesOf(
  { kind, reason, note, details }: Entry,
  nameOf: (code: string) => string,
  now: Instant,
): Line[] {
  const said = (label: string, text: unknown): Line[] =>
    typeof text === 'string' && text !== '' ? [{ label, text }] : []
  const unit = (label: string, code: unknown): Line[] => said(label, typeof code === 'string' ? nameOf(code) : null)
  switch (kind) {
    case 'register':
    case 'sign':
    case 'close':
      return []
    case 'queue':
      return said('原因', note)
    case 'answer':
      return said('答复', details.publicReply)
    case 'dispatch':
      return [
        ...unit('主办', details.lead),
        ...said('协办', namesOf(details.coUnits, nameOf)),
        ...said('理由', note),
        ...said('退单截止', typeof details.returnBy === 'number' ? dueInWords(details.returnBy, now) : null),
      ]
    case 'return':
      return [
        ...said('原因', reason && titleOf(returnReasons, reason)),
        ...said('依据', note),
        ...unit('建议承办', details.suggestedUnit),
      ]
    case 'refuse-return':
    case 'send-back':
      return said('理由', note)
    case 'reply':
      return [...said('办理情况', details.internalReply), ...said('公开答复', details.publicReply)]
    case 'void':
      return [...said('原因', reason && titleOf(voidReasons, reason)), ...said('说明', note)]
    case 'urge':
    case 'supplement':
      return said('内容', note)
    case 'correct':
      return [...said('原事项', details.before), ...said('更正为', details.after)]
    default:
      // A newer server may know a step that this page does not.
      return said('说明', note)
  }
}

function namesOf(codes: unknown, nameOf: (code: string) => string): string {
  return Array.isArray(codes) ? codes.map((code) => nameOf(String(code))).join('、') : ''
}
