import { desc, eq } from 'drizzle-orm'
import { noteText, readNotes } from '../calls/records/notes.ts'
import type { Db } from '../platform/database/database.ts'
import type { CallId } from '../platform/types.ts'
import type { TicketType } from '../tickets/life/ticket.ts'
import { isCallerHidden } from '../tickets/life/view.ts'
import { ticketCalls, ticketDrafts, tickets } from '../tickets/records/schema.ts'
import type { Typed } from './packet.ts'

/** What was typed of a call until now: its ticket, else the draft of its form; and its notes. */
export async function readTyped(db: Db, callId: CallId): Promise<Typed> {
  const { number, content, place, type, isConfidential, isAnonymous, callerPhone: phone } = tickets
  const [[ticket], [draft], notes] = await Promise.all([
    db
      .select({ number, content, place, type, isConfidential, isAnonymous, phone })
      .from(ticketCalls)
      .innerJoin(tickets, eq(tickets.id, ticketCalls.ticketId))
      .where(eq(ticketCalls.callId, callId))
      .orderBy(desc(tickets.id))
      .limit(1),
    db
      .select({ content: ticketDrafts.content })
      .from(ticketDrafts)
      .where(eq(ticketDrafts.callId, callId))
      .orderBy(desc(ticketDrafts.changedAt))
      .limit(1),
    readNotes(db, [callId]),
  ])
  const noted = noteText(notes.get(callId)) ?? ''
  const summaryOf = (text: string) => [text.trim(), noted].filter((part) => part !== '').join('\n')
  if (ticket) {
    const { number: own, content: told, place: where, phone: called } = ticket
    const facts = { ticket: own, summary: summaryOf(told), place: where || null, phone: called }
    return { ...facts, isCallerHidden: isCallerHidden(ticket) }
  }
  const said = draft?.content ?? {}
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '')
  return {
    ticket: null,
    summary: summaryOf(text('content')),
    place: text('place').slice(0, 255) || null,
    phone: text('callerPhone').slice(0, 32) || null,
    isCallerHidden: isCallerHidden({
      type: (text('type') || 'OTHER') as TicketType,
      isConfidential: said.isConfidential === true,
      isAnonymous: said.isAnonymous === true,
    }),
  }
}
