import { eq } from 'drizzle-orm'
import type { Bus } from '../bus.ts'
import { type NewSignal, raiseSignal } from '../oversight/triggers/signals.ts'
import type { Tx } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Timing } from '../tickets/clocks/deadlines.ts'
import { orRefusal } from '../tickets/records/refusal.ts'
import type { By, NewTicket, Row } from '../tickets/records/rows.ts'
import { tickets } from '../tickets/records/schema.ts'
import { actWithin } from '../tickets/records/store.ts'
import type { TicketWriter } from '../tickets/records/writer.ts'
import { findingsFrom, findingsOf } from './answers.ts'
import { issueLetter } from './letters/issue.ts'
import type { Marks } from './letters/letter.ts'
import { type FollowUpParts, findFollowUp, type Kept, lockFollowUp, stepWithin } from './store.ts'
import { type ReasonCode, reasons, type Verdict } from './words.ts'

/** What a person decides about an answer, and what follows: by the steps of the ticket that stand. */

export interface JudgeParts extends FollowUpParts {
  bus: Pick<Bus, 'publish'>
  writer: TicketWriter
  timing(): Promise<Timing>
}

export interface Judgement {
  verdict: Verdict
  /** Why; of a redo what the unit has to do. */
  note: string
  isFalseClosure: boolean
  marks: Marks
  advice: string
}

/**
 * Decides about an answer: the task, the ticket's step and the letter in one transaction.
 * @throws Refusal also of the step, e.g. when the matter is too old to be redone
 */
export async function judge(
  parts: JudgeParts,
  id: string,
  { verdict, note, isFalseClosure, marks, advice }: Judgement,
  by: NonNullable<By>,
): Promise<Kept> {
  const { db, bus, rules, now } = parts
  const [calendar, timing] = await Promise.all([parts.calendar(), parts.timing()])
  const newTicket = verdict === 'NEW_TICKET' ? await newTicketOf(parts, id, note, by) : null
  const at = now()
  const known = { rules, calendar, now: at }
  const work = db.transaction(async (tx) => {
    const before = await lockFollowUp(tx, id)
    const { reason } = before.row
    const judged = {
      ...{ verdictNote: note, judgedBy: by.id, judgedAt: at, newTicket },
      isFalseClosure: isFalseClosure && reason === 'R3',
      exclusion: verdict === 'EXPLAIN' && reason !== null ? reasons[reason].exclusion : null,
    }
    const after = await stepWithin(tx, before, { kind: 'judge', verdict }, { ...known, judged })
    await issueLetter(tx, after, { marks, advice, by: by.id }, known)
    const handled = await handledOf(tx, after)
    await tellOversight(tx, after, { ticketId: handled.id, words: note, byId: by.id }, at)
    const step = stepOf(verdict, reason, note)
    if (step === null) return { kept: after, written: null }
    const { number } = handled
    const { version, state, units } = await actWithin(tx, number, step, null, { by, now: at, timing })
    return { kept: after, written: { number, version, state, units, kind: step.kind, at } }
  })
  const outcome = await orRefusal(work)
  if (!outcome.ok) throw new Refusal(outcome.refusal.code, { detail: outcome.refusal.detail })
  if (outcome.written !== null) bus.publish('ticket.changed', outcome.written)
  bus.publish('outbox.filled', {})
  const { unitCode } = outcome.kept.row
  const told = { topic: 'letter.issued', number: null, at, users: [] } as const
  if (unitCode !== null) bus.publish('notices.kept', { ...told, users: [], units: [unitCode] })
  return outcome.kept
}

/** The step of the ticket that a verdict is. */
function stepOf(verdict: Verdict, reason: ReasonCode | null, note: string) {
  if (verdict === 'REDO')
    return { kind: 'redo', reason: reason === null ? 'OTHER' : reasons[reason].redo, note } as const
  return verdict === 'REOPEN' ? ({ kind: 'reopen', note, lead: null } as const) : null
}

/** Of a follower, its lead: that is the one that a unit can handle again. */
async function handledOf(tx: Tx, { row }: Kept): Promise<Pick<Row, 'id' | 'number'>> {
  const { id, number, mergedInto } = tickets
  const [ticket] = await tx.select({ id, number, mergedInto }).from(tickets).where(eq(id, row.ticketId))
  if (!ticket) throw new Error(`follow-up ${row.id} without a ticket`)
  if (ticket.mergedInto === null) return ticket
  const [lead] = await tx.select({ id, number }).from(tickets).where(eq(id, ticket.mergedInto))
  return lead ?? ticket
}

/** What pulls a trigger of supervision. An appeal that is upheld takes it back, see `letters/store.ts`. */
async function tellOversight(
  tx: Tx,
  { row }: Kept,
  signal: Pick<NewSignal, 'ticketId' | 'words' | 'byId'>,
  now: Instant,
): Promise<void> {
  for (const kind of findingsOf(row)) {
    await raiseSignal(tx, { ...signal, kind, source: `${findingsFrom(row.id)}${kind}` }, now)
  }
}

/** R12: about another unit or the hotline itself. Judged twice at once, it is still one ticket: known by its key. */
async function newTicketOf(
  { db, writer, now }: JudgeParts,
  id: string,
  note: string,
  by: NonNullable<By>,
): Promise<string> {
  const kept = await findFollowUp(db, id)
  if (kept?.row.state !== 'REVIEW') throw new Refusal(kept === null ? 'follow-up.not-found' : 'follow-up.over')
  const [ticket] = await db.select().from(tickets).where(eq(tickets.id, kept.row.ticketId))
  if (!ticket) throw new Error(`follow-up ${id} without a ticket`)
  const outcome = await writer.create(
    asNew(ticket, kept, note),
    { kind: 'register' },
    { by, now: now(), key: `follow-up:${id}` },
  )
  if (!outcome.ok) throw new Refusal(outcome.refusal.code, { detail: outcome.refusal.detail })
  return outcome.number
}

function asNew(ticket: Row, { row }: Kept, note: string): NewTicket {
  const { callerName, callerPhone, callerAddress, callerExtension, callerOtherPhone, ...of } = ticket
  const words = row.words ?? ''
  return {
    ...{ type: 'COMPLAINT', urgency: 'P3', categoryCode: of.categoryCode, needsReply: true, title: '', wish: '' },
    ...{ isConfidential: of.isConfidential, isAnonymous: of.isAnonymous, isAtHome: of.isAtHome },
    content: [`回访工单 ${of.number} 时来电人另外反映：${words}`, note].filter(Boolean).join('\n'),
    ...{ occurredAt: null, countyCode: of.countyCode, township: of.township, place: of.place },
    ...{ longitude: of.longitude, latitude: of.latitude, isCrossCity: false, accused: null, accusedUnit: null },
    ...{ tags: [], channel: 'OUTBOUND', lineId: null, upstreamNumber: null, upstreamDueAt: null },
    caller: {
      ...{ name: callerName, phone: callerPhone, address: callerAddress },
      ...{ extension: callerExtension, otherPhone: callerOtherPhone },
    },
    ...{ callNumbers: [], suggestedUnit: null, suggestedReason: null, callIds: [], draftId: null },
  }
}
