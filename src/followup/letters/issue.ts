import { and, eq, inArray } from 'drizzle-orm'
import { type Calendar, unlessYearMissing } from '../../calendar/calendar.ts'
import { keepNotice } from '../../notifications/store.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant, TicketId } from '../../platform/types.ts'
import { ticketDeadlines, tickets } from '../../tickets/records/schema.ts'
import type { FollowUpRules } from '../rules.ts'
import { answersIn, type Kept } from '../store.ts'
import { type Marks, owedBy, proposedMarks } from './letter.ts'
import { followUpLetters } from './schema.ts'

/** Letters are written in the transaction of the answer or of the judgement: none is owed for longer. */

export interface Judged {
  marks: Marks
  advice: string
  by: number
}

/** @param judged null: the citizen is content, and the machine's proposal stands */
export async function issueLetter(
  tx: Tx,
  { row }: Kept,
  judged: Judged | null,
  { rules, calendar, now }: { rules: FollowUpRules; calendar: Calendar; now: Instant },
): Promise<void> {
  const answers = answersIn(row)
  if (answers === null || row.unitCode === null) return
  const marks = judged?.marks ?? proposedMarks(answers, await clocksOf(tx, row.ticketId))
  await tx.insert(followUpLetters).values({
    ...{ id: newId(now), followUpId: row.id, unitCode: row.unitCode, marks, issuedAt: now },
    ...{ advice: judged?.advice ?? '', owed: owedBy(row.verdict), issuedBy: judged?.by ?? null },
    appealBy: unlessYearMissing(() => calendar.addWorkingDays(now, rules.appealDays)).dueAt,
  })
  // Of a citizen who is content the unit reads in its list.
  if (judged === null) return
  const about = { ticketId: null, unitCode: row.unitCode, userId: null, facts: {} }
  await keepNotice(tx, { eventKey: `letter:${row.id}`, channel: 'IN_APP', topic: 'letter.issued', ...about }, now)
}

/** What the clocks say of how the unit handled it: of a follower, those of its lead. */
export async function clocksOf(tx: Db | Tx, ticketId: TicketId): Promise<{ isOnTime: boolean; hasContacted: boolean }> {
  const [ticket] = await tx
    .select({ id: tickets.id, mergedInto: tickets.mergedInto })
    .from(tickets)
    .where(eq(tickets.id, ticketId))
  const handled = ticket?.mergedInto ?? ticket?.id
  if (handled === undefined) return { isOnTime: true, hasContacted: false }
  const runs = await tx
    .select({ clock: ticketDeadlines.clock, overdueAt: ticketDeadlines.overdueAt, metAt: ticketDeadlines.metAt })
    .from(ticketDeadlines)
    .where(and(...[eq(ticketDeadlines.ticketId, handled), inArray(ticketDeadlines.clock, ['HANDLE', 'CONTACT'])]))
  return {
    isOnTime: !runs.some(({ clock, overdueAt }) => clock === 'HANDLE' && overdueAt !== null),
    hasContacted: runs.some(({ clock, metAt }) => clock === 'CONTACT' && metAt !== null),
  }
}
