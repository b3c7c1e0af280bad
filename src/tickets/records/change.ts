import { newId } from '../../platform/database/ids.ts'
import type { outbox } from '../../platform/database/schema.ts'
import type { CallId, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import {
  carryClocks,
  dueColumnsOf,
  heldIn,
  type Run,
  reopenByOf,
  returnByOf,
  slots,
  type Timing,
  timingUnder,
} from '../clocks/deadlines.ts'
import { keyOf } from '../clocks/limits.ts'
import { termsOf } from '../clocks/terms.ts'
import type { Asking } from '../life/step.ts'
import {
  type Actor,
  advance,
  type FirstEvent,
  isPending,
  leadOf,
  stepOf,
  type Terms,
  type Ticket,
  type TicketEvent,
  type TicketRefusal,
  timesGranted,
} from '../life/ticket.ts'
import { type RoundRow, roundsAfter } from '../rounds/rows.ts'
import type { ticketTellings } from '../telling/schema.ts'
import { type Author, historyRow } from './history.ts'
import {
  type By,
  columnsOf,
  draftOf,
  factsOf,
  firstDetails,
  instantsOf,
  keptOf,
  laterTokensOf,
  machineOf,
  matterOf,
  type NewTicket,
  newRow,
  type Outsider,
  type RequestRow,
  type Row,
  searchTokensOf,
  type TaskRow,
  type WordFacts,
} from './rows.ts'
import type { ticketCalls, ticketEvents, ticketSearch } from './schema.ts'
import { tasksAfter } from './task-rows.ts'

/**
 * What an event changes, as one value: worked out here without a database, written by `write.ts`. The store, the
 * machine's own acts and the seeding make their tickets of it.
 */
export interface Change {
  before: Ticket
  after: Ticket
  /** Columns that change; of a new ticket all of them. */
  row: Partial<Row>
  /** Null: it is found by the same words as before. */
  search: typeof ticketSearch.$inferSelect | null
  history: typeof ticketEvents.$inferSelect
  /** Whole rows, new and changed, in the order in which slots become free. */
  tasks: TaskRow[]
  requests: RequestRow[]
  runs: Run[]
  rounds: RoundRow[]
  /** What the citizen is to be told. */
  tellings: (typeof ticketTellings.$inferSelect)[]
  outbox: typeof outbox.$inferInsert
  links: (typeof ticketCalls.$inferInsert)[]
}
export interface Birth extends Change {
  row: Row
  search: NonNullable<Change['search']>
}

/** A ticket as it is kept. */
export interface Kept {
  row: Row
  tasks: readonly TaskRow[]
  /** In the order in which they were asked for. */
  requests: readonly RequestRow[]
  runs: readonly Run[]
  /** Of a ticket that was handled more than once. */
  rounds: readonly RoundRow[]
  /** Units below the one that is accused, if there is one. */
  belowAccused: readonly UnitCode[]
  /** The unit that it is with wants its answers signed by a second person. */
  isReplySigned?: boolean
  /** Digest of the last row of its history. */
  hash: string
}

export type Worked<Of> = { ok: true; change: Of } | { ok: false; refusal: TicketRefusal }

/** Ids of new rows. */
export type IdOf = (at: Instant) => string

/** Handed in, for dispatch or answered on the spot. */
export function birthOf(
  given: NewTicket,
  event: FirstEvent,
  known: {
    by: By
    now: Instant
    timing: Timing
    statutoryDays: number | null
    number: string
    queryCode: string
    citizenId: number | null
    idOf?: IdOf
  },
): Worked<Birth> {
  const { by, now, timing, statutoryDays, number, queryCode, citizenId, idOf = newId } = known
  const input = keptOf(given)
  const before = draftOf(input, now, idOf(now))
  const step = advance(before, event, actorOf(by), now)
  if (!step.ok) return step
  const matter = matterOf(input, statutoryDays)
  const runs = carryClocks(before.id, [], step.clocks, matter, timing, now, idOf)
  const after = withClocks(step.ticket, runs)
  const row = newRow({
    input,
    after,
    event,
    due: dueColumnsOf(runs, null),
    number,
    queryCode,
    citizenId,
    createdBy: by?.id ?? null,
    now,
  })
  return {
    ok: true,
    change: {
      ...{ before, after, row, runs, tasks: [], requests: [], tellings: [], rounds: [] },
      // As typed: of an anonymous caller nothing is kept.
      search: { ticketId: after.id, tokens: searchTokensOf(row, factsOf(given), []) },
      history: historyRow({ before, after, event, details: firstDetails(input) }, authorOf(by), now, ''),
      outbox: outboxOf(after, number, event, now),
      links: linksOf(after.id, input.callIds, 'CREATED', now),
    },
  }
}

/** One event of a ticket that is there. */
export function changeOf(
  kept: Kept,
  given: TicketEvent,
  known: {
    by: By | Outsider
    now: Instant
    timing: Timing
    statutoryDays: number | null
    /** What the event itself does not say, for its history. */
    details?: Record<string, unknown>
    callId?: CallId | undefined
    /** Null: the words of the search are not asked for. */
    words: WordFacts | null
    idOf?: IdOf
  },
): Worked<Change> {
  const { by, now, statutoryDays, details = {}, callId, words, idOf = newId } = known
  const { row, tasks, requests, runs, rounds, hash } = kept
  const timing = timingUnder(known.timing, row.limitsKey)
  const matter = matterOf(row, statutoryDays, row.round)
  const before = machineOf(row, kept)
  const terms = { ...termsOf(matter, runs, timing), isReplySigned: kept.isReplySigned === true }
  const event: TicketEvent =
    given.kind === 'dispatch' ? { ...given, ...filledIn(before, terms, returnByOf(matter, timing, now)) } : given
  const step = advance(before, event, actorOf(by), now, terms)
  if (!step.ok) return step
  const isClosed = step.ticket.state === 'CLOSED' && before.state !== 'CLOSED'
  const matterAfter = matterOf(row, statutoryDays, step.ticket.round)
  const runsAfter = carryClocks(before.id, runs, step.clocks, matterAfter, timing, now, idOf, step.ticket.tasks)
  const moved = isClosed ? { ...step.ticket, reopenBy: reopenByOf(timing, now) } : step.ticket
  const after = withClocks(moved, runsAfter)
  const columns = {
    ...columnsOf(after),
    ...instantsOf(event, now),
    ...dueColumnsOf(runsAfter, leadOf(after)),
    limitsKey: limitsKeyOf(row, event, timing),
    changedAt: now,
  }
  const asking = stepOf(event.kind).asks?.(event, {
    ...{ actor: actorOf(by), unit: by?.unitCode ?? null, now, terms },
  })
  const happening = { before, after, event, details: { ...details, ...asking?.details } }
  const history = historyRow(happening, authorOf(by), now, hash)
  const { linksCall, searched } = stepOf(event.kind)
  const added = searched === 'NOTE' && history.note !== null ? [history.note] : []
  return {
    ok: true,
    change: {
      ...{ before, after, row: columns, history },
      search: words && {
        ticketId: after.id,
        tokens: laterTokensOf({ ...row, ...columns }, { ...words, said: [...words.said, ...added] }),
      },
      tasks: tasksAfter(tasks, after, now, idOf),
      requests: requestsAfter(requests, { before, after, event }, asking, by?.id ?? null, now),
      runs: runsAfter.filter((run) => !runs.includes(run)),
      rounds: roundsAfter(rounds, { before, after, event }, row, runsAfter, by?.id ?? null, now),
      tellings: tellingsOf({ before, after, event }, columns.handleDueAt, now),
      outbox: outboxOf(after, row.number, event, now),
      links: callId !== undefined && linksCall !== undefined ? linksOf(after.id, [callId], linksCall, now) : [],
    },
  }
}

/** What a dispatch is given by the store: after as many returns as there may be it is a designation (指定承办). */
function filledIn(before: Ticket, { returns }: Terms, returnBy: Instant | null) {
  const given = timesGranted(before, 'RETURN') + (isPending(before, 'RETURN') ? 1 : 0)
  return { returnBy, ...(returns > 0 && given >= returns && { isDesignation: true }) }
}

const untold = { toldAt: null, toldBy: null, toldByName: null }

/** An anonymous citizen cannot be told. */
function tellingsOf(
  { before, after, event }: { before: Ticket; after: Ticket; event: TicketEvent },
  handleDueAt: Instant | null,
  now: Instant,
): Change['tellings'] {
  const words = after.isAnonymous ? undefined : stepOf(event.kind).tells?.(before, event, { handleDueAt })
  if (words === undefined) return []
  return [{ ticketId: after.id, seq: after.version, words, createdAt: now, ...untold }]
}

/** Where the limits have no such clock, none runs. */
function withClocks(ticket: Ticket, runs: readonly Run[]): Ticket {
  return { ...ticket, running: heldIn(runs, slots.running), paused: heldIn(runs, slots.paused) }
}

/** A ticket keeps the profile of its first dispatch, whatever step that is; one that is corrected is dispatched anew. */
function limitsKeyOf({ limitsKey }: Row, { kind }: TicketEvent, { limits }: Timing): string | null {
  if (kind === 'correct') return null
  return limitsKey ?? (stepOf(kind).stamps?.dispatchedAt === 'NOW' ? keyOf(limits) : null)
}

/** A ticket that was just handed in, as it is kept. */
export function keptBirth({ row, tasks, requests, runs, history }: Birth): Kept {
  return { row, tasks, requests, runs, rounds: [], belowAccused: [], hash: history.hash }
}

/** The ticket after it. */
export function keptAfter(kept: Kept, change: Change): Kept {
  const changed = <One>(rows: readonly One[], by: readonly One[], keyOf: (row: One) => unknown) => [
    ...rows.map((row) => by.find((other) => keyOf(other) === keyOf(row)) ?? row),
    ...by.filter((row) => !rows.some((other) => keyOf(other) === keyOf(row))),
  ]
  return {
    row: { ...kept.row, ...change.row },
    tasks: changed(kept.tasks, change.tasks, ({ id }) => id),
    requests: changed(kept.requests, change.requests, ({ askedSeq }) => askedSeq),
    runs: changed(kept.runs, change.runs, ({ id }) => id),
    rounds: changed(kept.rounds, change.rounds, ({ number }) => number),
    belowAccused: kept.belowAccused,
    hash: change.history.hash,
  }
}

/** Those that the event asked for or decided. */
function requestsAfter(
  rows: readonly RequestRow[],
  { before, after, event }: { before: Ticket; after: Ticket; event: TicketEvent },
  asking: Asking | undefined,
  by: number | null,
  now: Instant,
): RequestRow[] {
  const { kind: _kind, ...said } = event
  const note = 'note' in said ? said.note : null
  const decided = rows.flatMap((row, at): RequestRow[] => {
    const { decision = null, reviewedBy = null } = after.requests[at] ?? {}
    if (row.decision !== null) return []
    // The first of two has agreed.
    if (decision === null) return reviewedBy === row.reviewedBy ? [] : [{ ...row, reviewedBy, reviewedAt: now }]
    const decisionNote = decision === 'REFUSED' ? note : null
    return [{ ...row, slot: null, decision, decidedSeq: after.version, decidedBy: by, decidedAt: now, decisionNote }]
  })
  const asked = after.requests.slice(before.requests.length).map(
    ({ kind, unit }): RequestRow => ({
      ...{ ticketId: after.id, askedSeq: after.version, kind, unitCode: unit, askedBy: by, askedAt: now },
      ...{ reason: asking?.reason ?? null, note: asking?.note ?? '', suggestedUnit: asking?.suggestedUnit ?? null },
      ...{ details: asking?.details ?? null, reviewedBy: null, reviewedAt: null },
      ...{ slot: 1, decision: null, decidedSeq: null, decidedBy: null, decidedAt: null, decisionNote: null },
    }),
  )
  return [...decided, ...asked]
}

/** A ticket that is to be dispatched, for the first time or anew, goes to the dispatch queue, all other news to those who tell people. */
function outboxOf({ id, version }: Ticket, number: string, { kind }: TicketEvent, now: Instant): Change['outbox'] {
  return {
    queue: stepOf(kind).wakesDispatch ? 'dispatch' : 'tickets',
    jobId: `ticket:${id}:${version}`,
    topic: `ticket.${kind}`,
    payload: { ticketId: id, number, seq: version },
    createdAt: now,
  }
}

function linksOf(
  ticketId: TicketId,
  callIds: readonly CallId[],
  kind: 'CREATED' | 'URGED' | 'SUPPLEMENTED',
  at: Instant,
): Change['links'] {
  return [...new Set(callIds)].map((callId) => ({ ticketId, callId, kind, at }))
}

const actorOf = (by: By | Outsider): Actor => (by === null ? { by: 'system' } : { by: 'person', person: by })
const authorOf = (by: By | Outsider): Author =>
  by === null ? { id: null, name: '系统', unitCode: null } : { id: by.id, name: by.name, unitCode: by.unitCode }
