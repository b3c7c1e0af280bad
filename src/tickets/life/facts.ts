import type { Limit } from '../../calendar/limit.ts'
import type { RoleName } from '../../people/person.ts'
import type { CategoryCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import type { Problem } from '../rounds/words.ts'
import type { Running } from './clocks.ts'
import type { TicketRequest } from './requests.ts'
import type { Task } from './tasks.ts'
import type { CloseKind, InboxMark, TicketState, TicketType, Urgency } from './words.ts'

/** What a step of a ticket is decided on. Pure: the web page imports this file too. */

export interface Ticket {
  id: TicketId
  state: TicketState
  /** Rows of its history: each event adds one. */
  version: number
  type: TicketType
  categoryCode: CategoryCode
  registeredAt: Instant
  urgency: Urgency
  isConfidential: boolean
  isAnonymous: boolean
  /** The unit that is complained about; a report never goes there. */
  accusedUnit: UnitCode | null
  /** It and all units below it. */
  accusedUnits: UnitCode[]
  /** What units have to do with it now. */
  tasks: Task[]
  /** What was asked for beside its way, the last one last. */
  requests: TicketRequest[]
  /** After this the unit has to handle it; null: no limit. */
  returnBy: Instant | null
  ruleKey: string | null
  dispatchReason: string | null
  inboxMark: InboxMark | null
  publicReply: string | null
  /** An answer that a second person of the unit has yet to sign. */
  proposed?: Proposed | null
  internalReply: string | null
  closeKind: CloseKind | null
  dispatchCount: number
  urgeCount: number
  /** 1 until it is redone or reopened. */
  round: number
  redoCount: number
  /** Until when it may be redone or reopened; null while it is open, or without a limit. */
  reopenBy: Instant | null
  problem: Problem | null
  /** Persons who may not answer it, because they answered the same matter before. */
  notBy: number[]
  /** The ticket that it follows. */
  mergedInto: TicketId | null
  /** Clocks that run. */
  running: Running[]
  /** Clocks that stand still, as while it is suspended. */
  paused: Running[]
}

/** An answer of a unit as one person wrote it (待审签). */
export interface Proposed {
  publicReply: string
  internalReply: string
  missingParts?: string
  /** Who wrote it. */
  by: number | null
}

/** What the profile of limits that a ticket was dispatched under says of its requests, counted for this ticket. */
export interface Terms {
  /** How often it may be given back. */
  returns: number
  /** By how much at most, and how often; null: not at all. */
  extension: { by: Limit; times: number } | null
  /** Until when an extension may be asked for; null: it cannot be counted, or nothing runs. */
  extendBy: Instant | null
  handleDueAt: Instant | null
  /** The longest suspension and promise. */
  suspensionDays: number
  promiseDays: number
  /** The unit in charge wants its answers signed by a second person. */
  isReplySigned?: boolean
}

/** Of a ticket whose profile nobody has looked up. */
export const plainTerms: Terms = {
  ...{ returns: 2, extension: null, extendBy: null, handleDueAt: null },
  ...{ suspensionDays: 90, promiseDays: 180 },
}

/** What a step is judged by beside the ticket. */
export interface Known {
  actor: Actor
  /** That acts; null: the hotline, or the machine. */
  unit: UnitCode | null
  now: Instant
  terms: Terms
}

/** Who acts: a person in one or more of these capacities, or the machine. */
export type Capacity =
  | 'HOTLINE'
  | 'DISPATCHER'
  /** Of the unit that it was sent to. */
  | 'LEAD_UNIT'
  /** Of the unit that answers for it now: another one until LEAD_UNIT has signed. */
  | 'UNIT_IN_CHARGE'
  /** Who asks citizens whether they are content. */
  | 'FOLLOW_UP'
  /** With a part of it, a co-unit or a unit below. */
  | 'PART_UNIT'
  | 'SYSTEM'

export interface TicketPerson {
  id: number
  roles: RoleName[]
  unitCode: UnitCode | null
}
/** Of a body without accounts nobody has an id. */
export type Actor = { by: 'person'; person: Omit<TicketPerson, 'id'> & { id: number | null } } | { by: 'system' }

export const stepRefusals = [
  'ticket.not-allowed',
  'ticket.wrong-state',
  'ticket.text-missing',
  'ticket.must-be-dispatched',
  'ticket.accused-unit',
  'ticket.lead-among-co-units',
  'ticket.in-charge-already',
  'ticket.return-exhausted',
  'ticket.return-too-late',
  'ticket.correction-too-late',
  'ticket.round-too-late',
  'ticket.another-person',
  'ticket.merge-barred',
  'ticket.has-followers',
  'ticket.request-pending',
  'ticket.extension-exhausted',
  'ticket.extension-too-late',
  'ticket.request-too-long',
  'ticket.suspended',
  'ticket.same-person',
  'ticket.parts-open',
  'ticket.takes-part-already',
] as const
/** A refusal has its status and its general sentence in `platform/problem.ts`; `detail` is the more exact one. */
export interface TicketRefusal {
  code: (typeof stepRefusals)[number]
  detail: string
}
