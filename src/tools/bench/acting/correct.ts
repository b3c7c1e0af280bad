import type { CategoryCode } from '../../../platform/types.ts'
import type { TicketWriter } from '../../../tickets/records/writer.ts'
import { inputOf, newPhone } from '../load/forms.ts'

/** An event that moves a ticket's row, history, clocks and announcement: its matter is corrected, to and fro. */

const by = { id: 1, name: '马志刚', roles: ['DISPATCHER' as const], unitCode: null }

export interface Corrected {
  number: string
  version: number
  turn: number
}

/** @throws Error with the code of the refusal */
export async function register(writer: TicketWriter, category: CategoryCode): Promise<Corrected> {
  const made = await writer.create(inputOf(category, newPhone()), { kind: 'register' }, { by, now: Date.now() })
  if (!made.ok) throw new Error(made.refusal.code)
  return { number: made.number, version: made.version, turn: 0 }
}

/** One event of this ticket. @throws Error with the code of the refusal */
export async function correctOnce(
  writer: TicketWriter,
  ticket: Corrected,
  [first, second]: readonly [CategoryCode, CategoryCode],
): Promise<void> {
  const categoryCode = ticket.turn % 2 === 0 ? second : first
  const outcome = await writer.act(ticket.number, { kind: 'correct', categoryCode }, ticket.version, {
    by,
    now: Date.now(),
  })
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  ticket.version = outcome.version
  ticket.turn += 1
}
