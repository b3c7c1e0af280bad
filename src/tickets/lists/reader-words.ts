import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import { calls } from '../../calls/records/schema.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { TicketId } from '../../platform/types.ts'
import { type CallerFacts, scrub, scrubAll } from '../life/scrub.ts'
import type { TicketPerson } from '../life/ticket.ts'
import { isCallerHidden, isOfHotline } from '../life/view.ts'
import { ticketCalls, type tickets } from '../records/schema.ts'

/** The texts of tickets as one reader may see them: without anything that reveals a hidden caller. */

type Row = typeof tickets.$inferSelect
type CallerColumns = 'callerName' | 'callerPhone' | 'callerOtherPhone' | 'callerAddress' | 'isAtHome' | 'place'
/** The facts that decide what is hidden. */
export type Secret = Pick<Row, CallerColumns | 'type' | 'isConfidential' | 'isAnonymous'>

/** Numbers of the calls of these tickets: a caller who is not stored on the ticket has one, too. */
export async function callNumbersOf(db: Db | Tx, ids: readonly TicketId[]): Promise<Map<TicketId, string[]>> {
  const numbers = new Map<TicketId, string[]>()
  if (ids.length === 0) return numbers
  const rows = await db
    .select({ id: ticketCalls.ticketId, number: calls.callerNumber })
    .from(ticketCalls)
    .innerJoin(calls, eq(calls.id, ticketCalls.callId))
    .where(and(inArray(ticketCalls.ticketId, [...ids]), isNotNull(calls.callerNumber)))
  for (const { id, number } of rows) if (number !== null) numbers.set(id, [...(numbers.get(id) ?? []), number])
  return numbers
}

/** Everything that identifies the caller of a ticket. */
export function secretsOf(ticket: Pick<Row, CallerColumns>, callNumbers: readonly string[]): CallerFacts {
  const { callerName: name, callerPhone, callerOtherPhone, callerAddress, isAtHome, place } = ticket
  const given = [callerPhone, callerOtherPhone].flatMap((number) => number ?? [])
  const addresses = [callerAddress, isAtHome ? place : null].flatMap((one) => one || [])
  return { name, phones: [...given, ...callNumbers], addresses }
}

export interface Words {
  text(words: string): string
  all<T>(value: T): T
  /** The place is the caller's home and is hidden. */
  isPlaceHidden: boolean
}

export const plainWords: Words = { text: (words) => words, all: (value) => value, isPlaceHidden: false }

/** The texts of each of these tickets for this reader. */
export async function wordsFor<Ticket extends Secret & { id: TicketId }>(
  db: Db,
  person: TicketPerson,
  all: readonly Ticket[],
): Promise<(ticket: Ticket) => Words> {
  const isScrubbed = (ticket: Ticket) => !isOfHotline(person) && isCallerHidden(ticket)
  const hidden = all.filter(isScrubbed)
  const numbers = await callNumbersOf(
    db,
    hidden.map(({ id }) => id),
  )
  return (ticket) => {
    if (!isScrubbed(ticket)) return plainWords
    const secrets = secretsOf(ticket, numbers.get(ticket.id) ?? [])
    return {
      text: (words) => scrub(words, secrets),
      all: (value) => scrubAll(value, secrets),
      isPlaceHidden: ticket.isAtHome,
    }
  }
}
