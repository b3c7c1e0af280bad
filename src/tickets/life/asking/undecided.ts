import type { LimitTable } from '../../clocks/limits.ts'
import type { ClockKind, Running } from '../clocks.ts'
import { decisionClockOf, type RequestKind, requestKinds } from '../requests.ts'
import type { TicketEvent } from '../steps/index.ts'

/** What the machine does when a clock is over, e.g. when nobody has decided on a request. Pure. Which of it: the profile. */

const note = '逾期未审核，按规定视为不同意。'
const refusals: Record<RequestKind, TicketEvent> = {
  RETURN: { kind: 'refuse-return', note },
  EXTENSION: { kind: 'refuse-extension', note },
  SUSPENSION: { kind: 'refuse-suspension', note },
  PROMISE: { kind: 'refuse-promise', note },
  FINAL: { kind: 'refuse-final', note },
  END: { kind: 'refuse-end', note },
}
/** What needs a person's judgement cannot be granted by the machine; `limits-file.ts` refuses such a rule. */
const grants: Partial<Record<RequestKind, TicketEvent>> = {
  EXTENSION: { kind: 'grant-extension', amount: null },
  SUSPENSION: { kind: 'grant-suspension' },
}
export const grantable = (kind: RequestKind): boolean => grants[kind] !== undefined

/** The request whose decision this clock is for. */
const decidedBy = (clock: ClockKind): RequestKind | null =>
  requestKinds.find((kind) => decisionClockOf[kind] === clock) ?? null

/**
 * What the machine does when a clock is over. A unit that does not sign gains nothing by it, neither with a ticket nor with
 * a part of one; a suspension ends by itself.
 * @returns null: the alarm is all
 */
export function consequenceOf(
  { clock, unit }: Running,
  { autoSign, decisions }: Pick<LimitTable, 'autoSign' | 'decisions'>,
): TicketEvent | null {
  if (clock === 'SIGN') return autoSign ? { kind: 'sign' } : null
  if (clock === 'PART_SIGN') return autoSign && unit !== null ? { kind: 'auto-sign-part', unit } : null
  if (clock === 'SUSPENDED') return { kind: 'resume-work' }
  const kind = decidedBy(clock)
  if (kind === null) return null
  switch (decisions[kind].otherwise) {
    case 'WAIT':
      return null
    case 'REFUSE':
      return refusals[kind]
    case 'GRANT':
      return grants[kind] ?? null
  }
}
