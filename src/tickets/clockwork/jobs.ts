import type { Job } from 'bullmq'
import { eq, sql } from 'drizzle-orm'
import { type Choice, chooseUnit, type RuleUnit, type Suggestion, weighSuggestion } from '../../catalogue/catalogue.ts'
import { readCatalogue } from '../../catalogue/store.ts'
import type { Db } from '../../platform/database/database.ts'
import { isWrittenDone } from '../../platform/database/done.ts'
import { prepared } from '../../platform/database/prepared.ts'
import { type FromOutbox, openWorker, type RunningWorker, type WorkerParts } from '../../platform/jobs/workers.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import type { Alarm } from '../clocks/alarm.ts'
import type { TicketEvent } from '../life/ticket.ts'
import { tickets } from '../records/schema.ts'
import type { TicketWriter } from '../records/writer.ts'
import { isSecondDue, timesSaid } from '../rounds/complaints.ts'
import { complaintsOf } from '../rounds/store.ts'
import { type AlarmParts, fire } from './alarms.ts'

/** Handles the alarms of clocks. An early alarm is set again by the next sweep. */
export function openAlarms(parts: WorkerParts & AlarmParts): RunningWorker {
  return openWorker('sla', parts, ({ data: { deadlineId, lamp, at } }: Job<Alarm>) =>
    fire(parts, { deadlineId, lamp, at }),
  )
}

/**
 * Sends new tickets to the unit that the catalogue names, or leaves them to the dispatchers with the reason. A job may
 * come twice and at several workers: the ticket's version lets only one of them act.
 */
export interface DispatchParts {
  db: Db
  writer: TicketWriter
  now(): Instant
  log: Log
}

export function openDispatch(parts: WorkerParts & DispatchParts): RunningWorker {
  return openWorker('dispatch', parts, async ({ data }: Job<{ number: string } & FromOutbox>) => {
    const outcome = await dispatchByCatalogue(parts, data.number, data.outboxId)
    return outcome === 'settled' ? outcome : isWrittenDone
  })
}

const ticketNamed = prepared((db) =>
  db
    .select()
    .from(tickets)
    .where(eq(tickets.number, sql.placeholder('number')))
    .prepare(),
)

/**
 * @param outboxId the row that asked for it; marked done with the decision made here
 * @returns the result; `settled` when someone else had decided before
 */
export async function dispatchByCatalogue(
  parts: DispatchParts,
  number: string,
  outboxId?: number,
): Promise<'dispatched' | 'left' | 'settled'> {
  const { db, log } = parts
  const [ticket] = await ticketNamed(db).execute({ number })
  if (!ticket) throw new Error(`no ticket ${number}`)
  if (ticket.state !== 'REGISTERED' || ticket.inboxMark !== null) return 'settled'
  const now = parts.now()
  const { choice } = await choiceFor(db, ticket, now)
  const times = await timesIfSecondDue(db, ticket)
  const event: TicketEvent =
    times !== null
      ? { kind: 'queue', mark: 'REPEATED', reason: repeatedWords(times, choice.reason) }
      : choice.lead === null
        ? { kind: 'queue', mark: choice.mark, reason: choice.reason }
        : { kind: 'dispatch', ...choice, returnBy: null }
  const outcome = await parts.writer.act(number, event, ticket.version, { by: null, now, outboxId })
  if (outcome.ok) return event.kind === 'dispatch' ? 'dispatched' : 'left'
  // A dispatcher was faster, or the citizen called again: the decision, or the next attempt, has the newer version.
  if (outcome.refusal.code === 'ticket.wrong-state') return 'settled'
  log.info({ ticket: number, code: outcome.refusal.code }, 'dispatch refused: retrying')
  throw new Error(`${number}: ${outcome.refusal.code}`)
}

/** The unit that the catalogue, and the agent who took the ticket, name for it. */
export async function choiceFor(
  db: Db,
  ticket: typeof tickets.$inferSelect,
  now: Instant,
): Promise<{ choice: Choice; leadName: string }> {
  const { rules, units } = await readCatalogue(db)
  const choice = weighSuggestion(chooseUnit(ticket, rules, units, now), suggestionOf(ticket, units), units)
  return { choice, leadName: units.find(({ code }) => code === choice.lead)?.name ?? '' }
}

/** @returns how often the same caller has complained of it in 90 days; null: not so often that another person looks at it */
async function timesIfSecondDue(db: Db, ticket: typeof tickets.$inferSelect): Promise<number | null> {
  const complaints = await complaintsOf(db, ticket)
  return isSecondDue(complaints) ? timesSaid(complaints) : null
}

const repeatedWords = (times: number, reason: string): string =>
  [...`同一来电人 90 天内第 ${times} 次反映此事项，请安排此前答复人以外的人复核。目录：${reason}`]
    .slice(0, 512)
    .join('')

function suggestionOf(ticket: typeof tickets.$inferSelect, units: readonly RuleUnit[]): Suggestion | null {
  const { suggestedUnit, suggestedReason } = ticket
  if (suggestedUnit === null) return null
  const unit = units.find(({ code }) => code === suggestedUnit)
  return { unit: unit ?? { code: suggestedUnit, name: suggestedUnit }, reason: suggestedReason ?? '' }
}
