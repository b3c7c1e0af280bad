import type { RoleName } from '../../people/person.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import { type ClockEffect, carry } from './clocks.ts'
import {
  type Actor,
  type Capacity,
  type Known,
  plainTerms,
  type Terms,
  type Ticket,
  type TicketPerson,
  type TicketRefusal,
} from './facts.ts'
import { clocksOfParts, partOf, settleParts, stillnessOfParts } from './parts.ts'
import { settled, type TicketRequest } from './requests.ts'
import { type Asking, refusal } from './step.ts'
import { type EventKind, eventKinds, eventTitles, stepOf, type TicketEvent } from './steps/index.ts'
import { inChargeOf, leadOf } from './tasks.ts'
import { openStates, stateTitles } from './words.ts'

/**
 * A ticket from the form to its end. Pure: the web page imports this file too, so that a button on the screen and the
 * guard on the server are one function. Source: domain model 3.7, of which these are the first states.
 *
 *            register 1           dispatch 4            sign 5             reply 8           close 10
 *   DRAFT ───────────► REGISTERED ─────────► DISPATCHED ──────► SIGNED ────────────► REPLIED ─────────► CLOSED
 *     │                 │ │  ▲ 3 queue          ▲  │              │  ▲                 │
 *     │ answer 2        │ │  └─(stays)          │  │ dispatch 4   │  └── send-back 9 ───┘
 *     ▼                 │ │ void 11             └──┴──────────────┘        12 urge: every open state, stays
 *   DIRECT_CLOSED ◄─────┘ └──► VOIDED ◄──────── void 11 (DISPATCHED, SIGNED)
 *
 *  1 the agent hands it in    2 answered on the spot        3 no rule fits: a dispatcher decides
 *  4 it is sent to one unit   5 it has accepted the ticket  8 answer to citizen and hotline
 *  9 not good enough          10 accepted                   11 not a matter of the hotline
 *  12 the citizen asks again (催办)
 *  13 supplement: every open state, stays: more was said (补充)
 *  14 correct: REGISTERED and DISPATCHED, within ten minutes of hand-in, back to REGISTERED: another matter, dispatched anew;
 *     PENDING_REVIEW, stays
 *  15 contact: stays: the unit has spoken with the citizen (首次联系)
 *  16 redo, 17 reopen: CLOSED, back to DISPATCHED: another round, see `rounds/round.ts`
 *  20 classify (分类处理), 21 hand-over (to 110, 119, 120, 122): DRAFT, REGISTERED, or in answer to a return; the end
 *  22 escalate: REGISTERED, or in answer to a return, to AT_PROVINCE; 23 province-answer: from there to CLOSED, 24
 *     province-refuse: back to REGISTERED
 *  25 join: DRAFT, 26 merge: REGISTERED, DISPATCHED, SIGNED, to MERGED: it follows another ticket, see `merge/merging.ts`;
 *     27 unmerge: back to REGISTERED; 28 follow: to CLOSED, with the answer of the lead
 *  30 submit: DRAFT, where the site wants it, to PENDING_REVIEW; 31 approve (预审通过): from there to REGISTERED; the exits of
 *     REGISTERED are its, too, and so is answer 2
 *  32 progress (阶段反馈): SIGNED, and by who gave it back DISPATCHED, stays. 33 propose-reply (提交审签): SIGNED, stays, where the unit wants a second person for its
 *     answers, who signs (34 countersign, as 8) or wants it changed (35 reject-proposal)
 *  36 archive: CLOSED, by the machine when it may not be taken up again, to ARCHIVED; 37 addendum (补记): what is over, stays
 *  18 second-opinion: stays: another person than before has to answer
 *  19 problem: every open state, stays: by the machine, it is more than one unit can solve
 *
 * Co-units (协办) and units below (分办) have parts of it, with steps of their own beside the state: see `parts.ts`.
 *
 * A return (退单) is a request beside the state, see `requests.ts`:
 *  6 return: DISPATCHED and SIGNED, stays: it is not the right unit, with a coded reason. The unit stays in charge, its
 *    clocks go on. While the request waits, a dispatcher sends the ticket to another unit (4), which grants it, refuses
 *    it (7, stays), or declares the ticket void (11); the unit's answer (8) makes it lapse. Who gave it back answers for
 *    the ticket until the next unit has signed (5), see `tasks.ts`.
 */

export * from './clocks.ts'
export * from './facts.ts'
export * from './parts.ts'
export * from './requests.ts'
export * from './steps/index.ts'
export * from './tasks.ts'
export * from './words.ts'

/** How a ticket begins: handed in for dispatch, or settled by the person who took it. */
export type FirstEvent = Extract<
  TicketEvent,
  { kind: 'register' | 'submit' | 'answer' | 'classify' | 'hand-over' | 'join' }
>

export type Step = { ok: true; ticket: Ticket; clocks: ClockEffect[] } | { ok: false; refusal: TicketRefusal }

/** The unit that acts; null: the hotline, or the machine. */
function unitOf(actor: Actor): UnitCode | null {
  if (actor.by === 'system') return null
  const { roles, unitCode } = actor.person
  return roles.some((role) => role === 'CLERK' || role === 'WORKSTATION') ? unitCode : null
}

/** The actor's capacities towards this ticket. */
function capacitiesOf(actor: Actor, ticket: Ticket): Capacity[] {
  if (actor.by === 'system') return ['SYSTEM']
  const { roles } = actor.person
  const isOf = (...names: RoleName[]) => roles.some((role) => names.includes(role))
  const own = unitOf(actor)
  const isUnit = (unit: UnitCode | null) => own !== null && own === unit
  return [
    ...(isOf('AGENT', 'SUPERVISOR') ? (['HOTLINE'] as const) : []),
    ...(isOf('CALLBACK') ? (['FOLLOW_UP'] as const) : []),
    ...(isOf('DISPATCHER') ? (['DISPATCHER'] as const) : []),
    ...(isUnit(leadOf(ticket)) ? (['LEAD_UNIT'] as const) : []),
    ...(isUnit(inChargeOf(ticket)) ? (['UNIT_IN_CHARGE'] as const) : []),
    ...(own !== null && partOf(ticket, own) ? (['PART_UNIT'] as const) : []),
  ]
}

/**
 * Whether the button is there, and whether the server lets it pass.
 * @returns why not; null when nothing but what is typed can stand against it
 */
export function barTo(
  actor: Actor,
  ticket: Ticket,
  kind: EventKind,
  now: Instant,
  terms: Terms = plainTerms,
): TicketRefusal | null {
  const { from, who, bars, barsPerson, until } = stepOf(kind)
  const capacities = capacitiesOf(actor, ticket)
  if (!who.some((capacity) => capacities.includes(capacity))) {
    return refusal('ticket.not-allowed', `您不能对该工单执行“${eventTitles[kind]}”。`)
  }
  if (!from.includes(ticket.state)) {
    return refusal('ticket.wrong-state', `工单当前为“${stateTitles[ticket.state]}”，不能${eventTitles[kind]}，请刷新。`)
  }
  const endsAt = until?.at(ticket) ?? null
  const person = actor.by === 'person' ? actor.person : null
  const barred =
    bars?.(ticket, knownOf(actor, now, terms)) ?? (person?.id == null ? null : barsPerson?.(ticket, person.id))
  return barred ?? (until && endsAt !== null && now > endsAt ? until.refusal : null)
}

/** `mayDo(person, ticket, 'sign', now)`: for pages, and for lists of what can be done. */
export function mayDo(person: TicketPerson, ticket: Ticket, kind: EventKind, now: Instant, terms?: Terms): boolean {
  return barTo({ by: 'person', person }, ticket, kind, now, terms) === null
}

/** What this person can do with this ticket now, in the order of the steps. */
export function actionsOf(person: TicketPerson, ticket: Ticket, now: Instant, terms?: Terms): EventKind[] {
  return eventKinds.filter((kind) => mayDo(person, ticket, kind, now, terms))
}

/** The next state: the ticket after the event and the effects on its clocks, or why not. */
export function advance(
  ticket: Ticket,
  event: TicketEvent,
  actor: Actor,
  now: Instant,
  terms: Terms = plainTerms,
): Step {
  const found = stepOf(event.kind)
  const known = knownOf(actor, now, terms)
  const refused = barTo(actor, ticket, event.kind, now, terms) ?? found.refuses?.(ticket, event, now, known)
  if (refused) return { ok: false, refusal: refused }
  const requests = found.settles ? settled(ticket.requests, found.settles) : ticket.requests
  const asking = found.asks?.(event, known)
  // Only the unit that the ticket is with asks for anything.
  const unit = leadOf(ticket)
  const stepped: Ticket = {
    ...ticket,
    requests: asking && unit ? [...requests, askedBy(actor, unit, asking)] : requests,
    ...found.changes?.(ticket, event, known),
    state: found.stays?.includes(ticket.state) ? ticket.state : (found.to ?? ticket.state),
    version: ticket.version + 1,
  }
  const isOver = !openStates.some((open) => open === stepped.state)
  // An answer that waits for its second signature is one of the handling.
  const proposed = stepped.state === 'SIGNED' ? stepped.proposed : null
  const moved: Ticket = {
    ...stepped,
    ...(stepped.proposed !== undefined && { proposed: proposed ?? null }),
    tasks: settleParts(stepped.tasks, isOver),
  }
  const wanted = typeof found.clocks === 'function' ? found.clocks(ticket, moved, event) : (found.clocks ?? [])
  // A part has to be answered before the clock that its sender has to keep: that one starts first.
  const all = [...wanted, ...clocksOfParts(ticket.tasks, moved.tasks)]
  const carried = carry(ticket, all, leadOf(moved) ?? unit)
  // A part stands still with the handling that it is a part of, and goes on with it, whatever step did that.
  const after = carry({ ...ticket, ...carried }, stillnessOfParts(carried), null)
  const { running, paused } = after
  return { ok: true, ticket: { ...moved, running, paused }, clocks: [...carried.clocks, ...after.clocks] }
}

const knownOf = (actor: Actor, now: Instant, terms: Terms): Known => ({ actor, unit: unitOf(actor), now, terms })

function askedBy(actor: Actor, unit: UnitCode, { kind, details }: Asking): TicketRequest {
  const person = actor.by === 'person' ? actor.person.id : null
  return { kind, unit, decision: null, askedBy: person, reviewedBy: null, ...(details && { details }) }
}
