import type { RoleName } from '../../people/person.ts'
import type { Instant } from '../../platform/types.ts'
import { type ClockEffect, carry } from './clocks.ts'
import type { Actor, Capacity, Ticket, TicketPerson, TicketRefusal } from './facts.ts'
import { refusal } from './step.ts'
import { type EventKind, eventKinds, eventTitles, stepOf, type TicketEvent } from './steps/index.ts'
import { stateTitles } from './words.ts'

/**
 * A ticket from the form to its end. Pure: the web page imports this file too, so that a button on the screen and the
 * guard on the server are one function. Source: domain model 3.7, of which these are the first states.
 *
 *            register 1           dispatch 4            sign 5             reply 8           close 10
 *   DRAFT ───────────► REGISTERED ─────────► DISPATCHED ──────► SIGNED ────────────► REPLIED ─────────► CLOSED
 *     │                 │ │  ▲ 3 queue         │  ▲  return 6     │ ▲ ▲ send-back 9     │
 *     │ answer 2        │ │  └─(stays)         ▼  │ dispatch 4    │ │ └─────────────────┘
 *     ▼                 │ │ void 11          RETURNED ◄───────────┘ │
 *   DIRECT_CLOSED ◄─────┘ └──► VOIDED ◄────────┘ └── refuse-return 7┘        12 urge: every open state, stays
 *
 *  1 the agent hands it in    2 answered on the spot        3 no rule fits: a dispatcher decides
 *  4 one unit is in charge    5 it has taken the matter on  6 it is not the right one, with a coded reason
 *  7 it is, all the same      8 answer to citizen and hotline   9 not good enough   10 accepted
 *  11 not a matter of the hotline                           12 the citizen asks again (催办)
 *  13 supplement: every open state, stays: more was said (补充)
 *  14 correct: REGISTERED and DISPATCHED, within ten minutes of hand-in, back to REGISTERED: another matter, dispatched anew
 *  15 contact: SIGNED and REPLIED, stays: the unit has spoken with the citizen (首次联系)
 */

export * from './clocks.ts'
export * from './facts.ts'
export * from './steps/index.ts'
export * from './words.ts'

export type Step = { ok: true; ticket: Ticket; clocks: ClockEffect[] } | { ok: false; refusal: TicketRefusal }

/** In which capacities somebody stands to this ticket. */
function capacitiesOf(actor: Actor, ticket: Ticket): Capacity[] {
  if (actor.by === 'system') return ['SYSTEM']
  const { roles, unitCode } = actor.person
  const isOf = (...names: RoleName[]) => roles.some((role) => names.includes(role))
  const isLead = isOf('CLERK', 'WORKSTATION') && unitCode !== null && unitCode === ticket.leadUnit
  return [
    ...(isOf('AGENT', 'SUPERVISOR') ? (['HOTLINE'] as const) : []),
    ...(isOf('DISPATCHER') ? (['DISPATCHER'] as const) : []),
    ...(isLead ? (['LEAD_UNIT'] as const) : []),
  ]
}

/**
 * Whether the button is there, and whether the server lets it pass.
 * @returns why not; null when nothing but what is typed can stand against it
 */
export function barTo(actor: Actor, ticket: Ticket, kind: EventKind, now: Instant): TicketRefusal | null {
  const { from, who, bars, until } = stepOf(kind)
  const capacities = capacitiesOf(actor, ticket)
  if (!who.some((capacity) => capacities.includes(capacity))) {
    return refusal('ticket.not-allowed', `您不能对该工单执行“${eventTitles[kind]}”。`)
  }
  if (!from.includes(ticket.state)) {
    return refusal('ticket.wrong-state', `工单当前为“${stateTitles[ticket.state]}”，不能${eventTitles[kind]}，请刷新。`)
  }
  const endsAt = until?.at(ticket) ?? null
  return bars?.(ticket) ?? (until && endsAt !== null && now > endsAt ? until.refusal : null)
}

/** `mayDo(person, ticket, 'sign', now)`: for pages, and for lists of what can be done. */
export function mayDo(person: TicketPerson, ticket: Ticket, kind: EventKind, now: Instant): boolean {
  return barTo({ by: 'person', person }, ticket, kind, now) === null
}

/** What this person can do with this ticket now, in the order of the steps. */
export function actionsOf(person: TicketPerson, ticket: Ticket, now: Instant): EventKind[] {
  return eventKinds.filter((kind) => mayDo(person, ticket, kind, now))
}

/** What happens next: the ticket after the event and what becomes of its clocks, or why not. */
export function advance(ticket: Ticket, event: TicketEvent, actor: Actor, now: Instant): Step {
  const found = stepOf(event.kind)
  const refused = barTo(actor, ticket, event.kind, now) ?? found.refuses?.(ticket, event, now)
  if (refused) return { ok: false, refusal: refused }
  const { running, clocks } = carry(ticket, found.clocks ?? [])
  return {
    ok: true,
    ticket: {
      ...ticket,
      ...found.changes?.(ticket, event),
      state: found.to ?? ticket.state,
      version: ticket.version + 1,
      running,
    },
    clocks,
  }
}
