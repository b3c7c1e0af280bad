import { and, asc, eq, sql } from 'drizzle-orm'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import type { Instant } from '../platform/types.ts'
import { openStates, stateTitles, type Ticket, type TicketEvent } from '../tickets/life/ticket.ts'
import { findTicket, type TicketRow } from '../tickets/lists/reads.ts'
import type { TicketWriter } from '../tickets/records/writer.ts'
import type { Ruling } from './dispute.ts'
import { type DesignationState, disputeEvents, disputes, disputeTickets } from './schema.ts'

/**
 * A signed ruling designates its tickets (指定承办) as any client of tickets would: one event each, with the reason of a
 * refusal kept. Begun by the request that signs; what a dead process left is taken up by the jobs role.
 */

export interface DesignateParts {
  db: Db
  writer: TicketWriter
  now(): Instant
  log: Log
}

type Seen = Pick<Ticket, 'state'> & Pick<TicketRow, 'leadUnit' | 'dispatchReason'>

/** What is to be done with a ticket, or why nothing is. Pure. */
export function designationOf(
  ticket: Seen,
  { lead, coUnits, text }: Pick<Ruling, 'lead' | 'coUnits' | 'text'>,
  minutes: string,
): { event: Extract<TicketEvent, { kind: 'designate' }> } | { words: string } {
  if (!openStates.some((state) => state === ticket.state)) {
    return { words: `工单为“${stateTitles[ticket.state]}”，不再改派` }
  }
  if (ticket.state === 'REPLIED') return { words: '承办单位已答复，不再改派' }
  // A process that died after the event and before its note: the event is not done twice.
  if (ticket.leadUnit === lead && ticket.dispatchReason?.startsWith(minutes)) return { words: '已指定承办' }
  const reason = [...`${minutes}：${text}`].slice(0, 200).join('')
  return { event: { kind: 'designate', lead, coUnits, reason } }
}

/** All tickets of a ruling that are still to be designated. */
export async function designate(parts: DesignateParts, disputeId: string): Promise<void> {
  const { db } = parts
  const [row] = await db.select().from(disputes).where(eq(disputes.id, disputeId))
  const { ruling, minutesNumber } = row ?? {}
  if (!ruling || !minutesNumber) return
  const [signed] = await db
    .select({ id: disputeEvents.byId, name: disputeEvents.byName })
    .from(disputeEvents)
    .where(and(eq(disputeEvents.disputeId, disputeId), eq(disputeEvents.kind, 'sign')))
  // Who may sign is a dispatcher: the tickets are dispatched in that person's name.
  const by = signed?.id ? { id: signed.id, name: signed.name, roles: ['DISPATCHER' as const], unitCode: null } : null
  const waiting = await db
    .select({ number: disputeTickets.ticketNumber })
    .from(disputeTickets)
    .where(and(eq(disputeTickets.disputeId, disputeId), eq(disputeTickets.state, 'PENDING')))
    .orderBy(asc(disputeTickets.ticketNumber))
  for (const { number } of waiting) {
    const result = await designateOne(parts, number, ruling, minutesNumber, by)
    if (result === null) continue
    await db
      .update(disputeTickets)
      .set({ ...result, doneAt: parts.now() })
      .where(and(eq(disputeTickets.disputeId, disputeId), eq(disputeTickets.ticketNumber, number)))
  }
}

type By = Parameters<TicketWriter['act']>[3]['by']
const mostTries = 3

/** @returns null: others act on it at this moment, it is tried again later */
async function designateOne(
  { db, writer, now, log }: DesignateParts,
  number: string,
  ruling: Ruling,
  minutes: string,
  by: By,
): Promise<{ state: DesignationState; words: string } | null> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const found = await findTicket(db, number)
    if (!found) return { state: 'FAILED', words: '没有这张工单' }
    const wish = designationOf(found.ticket, ruling, minutes)
    if ('words' in wish) return { state: 'DONE', words: wish.words }
    const outcome = await writer.act(number, wish.event, found.ticket.version, { by, now: now() })
    if (outcome.ok) return { state: 'DONE', words: '已指定承办' }
    const { code, detail } = outcome.refusal
    if (code === 'ticket.stale') continue
    log.warn({ ticket: number, code }, 'designation refused: a dispatcher has to decide')
    return { state: 'FAILED', words: [...detail].slice(0, 255).join('') }
  }
  return null
}

/** Rulings with tickets that are still to be designated. */
export async function waitingDesignations(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: disputeTickets.disputeId })
    .from(disputeTickets)
    .where(eq(disputeTickets.state, 'PENDING'))
    .groupBy(disputeTickets.disputeId)
    .orderBy(sql`1`)
    .limit(20)
  return rows.map(({ id }) => id)
}
