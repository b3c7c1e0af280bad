import { z } from 'zod'
import { callId, ulid } from '../../platform/text/codes.ts'
import { manyLines } from '../../platform/text/text.ts'
import type { Instant, UnitCode } from '../../platform/types.ts'
import type { ClassCode } from '../exits/classified.ts'
import type { RedoReason } from '../rounds/words.ts'
import type { ClockWish } from './clocks.ts'
import type { Capacity, Known, Ticket, TicketRefusal } from './facts.ts'
import type { Decision, RequestKind } from './requests.ts'
import type { TaskStep } from './tasks.ts'
import type { InboxMark, RequestReason, TicketState, VoidReason } from './words.ts'

/**
 * The definition of a ticket's step. Pure, except for zod: the page builds its forms from it, the server its requests
 * and guards. `steps/index.ts` lists the steps; everything else about them is derived from that list.
 */

export interface Field {
  /** As the input calls it. */
  name: string
  /**
   * `below`: several units below one's own. `part`: the unit of one of the ticket's parts. `day`: its last moment.
   * `number`: empty is null. `milestones`: a day and what is to be done by it, each.
   */
  kind:
    | 'text'
    | 'line'
    | 'choice'
    | 'when'
    | 'day'
    | 'number'
    | 'milestones'
    | 'unit'
    | 'units'
    | 'below'
    | 'part'
    | 'check'
    | 'category'
  label: string
  hint?: string
  isRequired: boolean
  options?: Readonly<Record<string, string>>
  /** What a choice puts into other fields, by their name and the code that is chosen; what was typed there stays. */
  offers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Of a part: the steps in which it can be chosen. */
  partIn?: readonly TaskStep[]
  /** Only where what was typed is stopped, and a person may pass it with a reason. */
  isForOverride?: true
  /** Only once there are co-units. */
  isForCoUnits?: true
  /** Only where others still have to answer their parts. */
  isForOpenParts?: true
}

export interface Form {
  /** The letter that opens it. */
  key: string
  /** Without fields it is done at once. */
  fields?: readonly Field[]
  /** What the button says, where that is more than the title. */
  button?: string
  /** It takes something away from a person or unit: the button says so by its colour. */
  isGrave?: boolean
}

/** Who is notified of a step, and until when the notice asks them for something. Source: domain model 3.7. */
export interface Notice {
  /**
   * UNIT: the unit that the ticket is with, or the dispatchers while there is none. UNIT_AND_HOLDER: the unit that
   * answers for it until that one has signed, too. UNITS: UNIT and those that help. UNIT_UNLESS_ITS_OWN: UNIT, when the
   * machine did it. LEADERSHIP: dispatchers, supervisors and the director. NAMED: the units that the event names, which
   * have a part of it. SENDER: who sent the part of the unit that acts; READER: who reads its answer first.
   */
  to:
    | ('UNIT' | 'UNIT_AND_HOLDER' | 'UNITS' | 'UNIT_UNLESS_ITS_OWN')
    | ('DISPATCHERS' | 'LEADERSHIP' | 'NAMED' | 'SENDER' | 'READER')
  /** In these states of the ticket it still asks for something; `hotline`: where they differ for the dispatchers. */
  asksIn: readonly TicketState[]
  hotlineAsksIn?: readonly TicketState[]
  /** It asks its reader to decide this: in those states, and as long as that waits. */
  asksToDecide?: RequestKind
  /**
   * Of a part: its reader has one in these steps, their own (NAMED) or one that they sent or read (SENDER, READER). Those
   * states hold as well.
   */
  asksInStep?: readonly TaskStep[]
  /** @param unit short name of the unit that it is about */
  headline(unit: string): string
  /** The clock whose due time it contains; HANDLE by default, or when it does not run. */
  due?: 'SIGN' | 'PART'
}

/** A row of the history. */
export interface Entry {
  reason: string | null
  note: string | null
  details: Record<string, unknown>
}
/** A part of it as people read it. */
export interface Line {
  label: string
  text: string
}
/** What the reader knows besides. */
export interface Reader {
  /** Name of a unit by its code. */
  nameOf(code: string): string
  /** 明天 is the day after today, not the day after the step. */
  now: Instant
}

/**
 * ON_VERSION: on the version of the ticket that the person saw. ON_ANY: whatever happened since, from a call that is
 * then linked to it. NEVER: by the machine, or when a ticket is made.
 */
export type Asked = 'ON_VERSION' | 'ON_ANY' | 'NEVER'

const version = z.number({ error: '缺少工单版本，请刷新' }).int().min(1).describe('of the ticket as it was seen')
const onVersion = { version }
const onAny = {
  callId: callId.optional().describe('the call in which it was said'),
  draftId: ulid.optional().describe('a form that ends with it: its files come to the ticket'),
}
type Beside<By extends Asked> = By extends 'ON_VERSION' ? typeof onVersion : typeof onAny

/** Body of the request that asks for the step. */
type RequestOf<Kind extends string, Input extends z.ZodObject, By extends Asked> = z.ZodObject<
  { action: z.ZodLiteral<Kind> } & Beside<By> & Input['shape']
>

/** A request as it is asked for. */
export interface Asking {
  kind: RequestKind
  reason: RequestReason | null
  note: string
  suggestedUnit?: UnitCode | null
  /** What only this kind says. */
  details?: Record<string, unknown>
}

interface Given<Kind extends string, Input extends z.ZodObject, Said, By extends Asked, Told extends Notice | null> {
  kind: Kind
  title: string
  /** What is typed. */
  input: Input
  asked: By
  /** How a call is linked to the ticket that it was said in; `asked` is ON_ANY. */
  linksCall?: 'URGED' | 'SUPPLEMENTED'
  /** What the event says, where that is more than what is typed. */
  fill?(input: z.output<Input>): Said
  form?: Form

  from: readonly TicketState[]
  /** Null: the ticket stays where it is. */
  to: TicketState | null
  /** States out of `from` that it does not leave, wherever it leads otherwise. */
  stays?: readonly TicketState[]
  who: readonly Capacity[]
  /** What can be said before anything is typed: it also hides the button. */
  bars?(ticket: Ticket, known: Known): TicketRefusal | null
  /** As `bars`, for this person. */
  barsPerson?(ticket: Ticket, personId: number): TicketRefusal | null
  /** Until when; the page takes the button away by itself. */
  until?: { at(ticket: Pick<Ticket, 'returnBy' | 'registeredAt' | 'reopenBy'>): Instant | null; refusal: TicketRefusal }
  /** What can be said once it is typed. */
  refuses?(ticket: Ticket, said: Said, now: Instant, known: Known): TicketRefusal | null
  changes?(ticket: Ticket, said: Said, known: Known): Partial<Ticket>
  /** What the unit asks for with it; `settles`: what is decided by it, if that waits for a decision. */
  asks?(said: Said, known: Known): Asking
  settles?: { kind: RequestKind | 'ANY'; decision: Decision }
  /** A file of this kind has to be among the ticket's. */
  needsFile?: 'SEALED'
  /** What the citizen is to be told of it, in plain words; undefined: nothing. `handleDueAt`: after the step. */
  tells?(before: Ticket, said: Said, after: { handleDueAt: Instant | null }): string | undefined
  clocks?: readonly ClockWish[] | ((before: Ticket, after: Ticket, said: Said) => readonly ClockWish[])
  /** Columns of the ticket that keep when it came into its state. */
  stamps?: Partial<Record<'dispatchedAt' | 'signedAt' | 'repliedAt' | 'closedAt', 'NOW' | null>>
  /** NOTE: the ticket is also found by the note from now on. ANSWER: its answer changes. */
  searched?: 'NOTE' | 'ANSWER'
  /** The catalogue looks for a unit from then on, in place of people being told. */
  wakesDispatch?: true

  notice: Told
  /** What of it the history keeps in columns; the rest is its details. As it stands: its note. */
  record?(said: Said): {
    reason: RequestReason | VoidReason | InboxMark | RedoReason | ClassCode | null
    note: string | null
  }
  /** As the history tells it. */
  lines(entry: Entry, reader: Reader): Line[]
}

/** A step: what was given, and what follows from it. */
export interface Step<
  Kind extends string,
  Input extends z.ZodObject,
  Said,
  By extends Asked,
  Told extends Notice | null,
> extends Given<Kind, Input, Said, By, Told> {
  request: RequestOf<Kind, Input, By>
  fill(input: z.output<Input>): Said
}

/** Nothing is typed: `{}`, not the record of nevers that zod infers. */
type Typed<Input extends z.ZodObject> = keyof Input['shape'] extends never ? object : z.output<Input>

export function step<
  Kind extends string,
  Input extends z.ZodObject,
  By extends Asked,
  Told extends Notice | null,
  Said = Typed<Input>,
>(given: Given<Kind, Input, Said, By, Told>): Step<Kind, Input, Said, By, Told> {
  const { kind, input, asked } = given
  const beside = asked === 'ON_VERSION' ? onVersion : onAny
  const names = Object.keys(input.shape)
  // Of a request only what is typed belongs to the event.
  const typed = (body: z.output<Input>) =>
    Object.fromEntries(names.map((name) => [name, (body as Record<string, unknown>)[name]])) as z.output<Input>
  return {
    ...given,
    request: z.object({ action: z.literal(kind), ...beside, ...input.shape }) as unknown as RequestOf<Kind, Input, By>,
    fill: (body) => given.fill?.(typed(body)) ?? (typed(body) as Said),
  }
}

export const nothing = z.object({})
export const limits = { reply: 5_000, note: 2_000 }
export const said = (what: string) => manyLines(limits.note, what).describe('words')

export const refusal = (code: TicketRefusal['code'], detail: string): TicketRefusal => ({ code, detail })
export const missing = (text: string, what: string): TicketRefusal | null =>
  text.trim() === '' ? refusal('ticket.text-missing', `请填写${what}。`) : null

export const textField = (name: string, label: string, hint = ''): Field => ({
  ...{ name, kind: 'text', label, hint, isRequired: true },
})
export const choiceField = (name: string, label: string, options: Readonly<Record<string, string>>): Field => ({
  ...{ name, kind: 'choice', label, options, isRequired: true },
})
export const partField = (label: string, partIn: readonly TaskStep[]): Field => ({
  ...{ name: 'unit', kind: 'part', label, partIn, isRequired: true },
})

/** Names of units whose codes the history has. */
export const namesIn = (codes: unknown, { nameOf }: Reader): string =>
  Array.isArray(codes) ? codes.flatMap((code) => (typeof code === 'string' ? nameOf(code) : [])).join('、') : ''

/** A line, where there is anything to say. */
export const line = (label: string, text: unknown): Line[] =>
  typeof text === 'string' && text !== '' ? [{ label, text }] : []
/** The word of a code out of a closed list, or the code itself: a row may know more than this page. */
export const wordOf = (titles: Readonly<Record<string, string>>, code: string | null): string | null =>
  code === null ? null : (titles[code] ?? code)
