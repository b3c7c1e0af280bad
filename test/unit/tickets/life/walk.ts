import type { RoleName } from '../../../../src/people/person.ts'
import type { CategoryCode, TicketId, UnitCode } from '../../../../src/platform/types.ts'
import { acts, classCodes } from '../../../../src/tickets/exits/classified.ts'
import { rescuerNumbers } from '../../../../src/tickets/life/steps/hand-over.ts'
import {
  type Actor,
  advance,
  barTo,
  type EventKind,
  eventKinds,
  holderOf,
  isPart,
  leadOf,
  returnReasonCodes,
  type Step,
  stepOf,
  type Terms,
  type Ticket,
  type TicketEvent,
  ticketTypes,
  voidReasonCodes,
} from '../../../../src/tickets/life/ticket.ts'
import { problems, redoReasonCodes } from '../../../../src/tickets/rounds/words.ts'
import { type Random, randomOf } from '../../../../src/tools/seed/random.ts'
import { eventsOfRequests } from './asking-events.ts'

/**
 * Walks through the lives of tickets. Most steps are such as somebody may take now, and of those the one that was taken
 * least often from this state and after the last step: so a few hundred steps come past every rare place. The others are
 * any step of anybody, with any words. A walk is wholly given by its seed.
 */

const unit = (code: string) => code as UnitCode
/** The third is below the first. */
export const units = ['cgj', 'rsj', 'zjj', 'luzhou'].map(unit) as [UnitCode, ...UnitCode[]]
const [cgj, , below] = units
const matters = ['030401', '030402'] as unknown as [CategoryCode, CategoryCode]
const leadId = '01JDBBBBBBBBBBBBBBBBBBBBBB' as TicketId

/** A form, before it is handed in. */
export function aTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    ...{ id: '01JDAAAAAAAAAAAAAAAAAAAAAA' as TicketId, state: 'DRAFT', version: 0, type: 'HELP' },
    ...{ categoryCode: matters[0], registeredAt: 0, urgency: 'P3', isConfidential: false, isAnonymous: false },
    ...{ accusedUnit: null, tasks: [], requests: [], returnBy: null, ruleKey: null, dispatchReason: null },
    ...{ inboxMark: null, publicReply: null, internalReply: null, proposed: null, closeKind: null },
    ...{ dispatchCount: 0, urgeCount: 0, round: 1, redoCount: 0, reopenBy: null, problem: null, notBy: [] },
    ...{ mergedInto: null, running: [], paused: [] },
    ...change,
    accusedUnits: change.accusedUnits ?? (change.accusedUnit ? [change.accusedUnit] : []),
  }
}

export const by = (role: RoleName, unitCode: UnitCode | null = null, id = 1): Actor => ({
  by: 'person',
  person: { id, roles: [role], unitCode },
})

interface Said {
  note: string
  other: string
  unit: UnitCode
  units: UnitCode[]
  coUnits: UnitCode[]
  missingParts: string | undefined
}

const texts = ['', ' ', '已处理', '🐎𠀀', '请尽快', '见附件'] as const

function someUnits(random: Random, most: number): UnitCode[] {
  return Array.from({ length: random.below(most + 1) }, () => random.pick(units))
}

/** @param isMeant what a person who means it would say; else anything */
function saying(random: Random, ticket: Ticket, kind: EventKind, isMeant: boolean): Said {
  const text = () => (isMeant ? '已处理' : random.pick(texts))
  const meant = stepOf(kind).form?.fields?.find(({ partIn }) => partIn)?.partIn
  const parts = ticket.tasks
    .filter(isPart)
    .filter(({ step }) => !isMeant || meant === undefined || meant.includes(step))
    .map((task) => task.unit)
  const [first, ...more] = parts
  const free = units.filter((code) => !ticket.tasks.some((task) => task.unit === code))
  const [other = cgj, ...others] = free
  return {
    ...{ note: text(), other: text() },
    unit:
      first !== undefined && random.chance(meant ? 0.9 : 0.5)
        ? random.pick([first, ...more])
        : random.pick([other, ...others]),
    units: isMeant ? [random.pick([other, ...others])] : [random.pick(units), ...someUnits(random, 1)],
    coUnits: isMeant ? free.filter((code) => code !== other).slice(0, random.below(3)) : someUnits(random, 2),
    missingParts: isMeant ? '对方未反馈' : random.pick([undefined, ' ', '对方未反馈']),
  }
}

/** A step with something to say. */
export function eventFor(random: Random, ticket: Ticket, kind: EventKind, isMeant: boolean): TicketEvent {
  const { note, other, unit: one, units: several, coUnits, missingParts } = saying(random, ticket, kind, isMeant)
  switch (kind) {
    case 'register':
    case 'submit':
    case 'sign':
    case 'sign-part':
    case 'archive':
      return { kind }
    case 'close':
    case 'countersign':
      return { kind }
    case 'approve':
      return { kind, categoryCode: random.pick([null, ...matters]) }
    case 'answer':
      return { kind, publicReply: note, isKnowledge: random.chance(0.5) }
    case 'queue':
      return { kind, mark: 'NO_RULE', reason: note }
    case 'dispatch':
      return { kind, lead: one, coUnits, ruleKey: null, reason: '属地优先', returnBy: random.pick([null, 50]) }
    case 'designate':
      return { kind, lead: one, coUnits, reason: '长热会〔2026〕1号' }
    case 'return':
      return { kind, reason: random.pick(returnReasonCodes), note, suggestedUnit: null }
    case 'contact':
      return { kind, at: random.below(100), way: random.pick(['PHONE', 'VISIT']), withWhom: other, note }
    case 'reply':
    case 'propose-reply':
      return { kind, publicReply: note, internalReply: other, missingParts }
    case 'void':
      return { kind, reason: random.pick(voidReasonCodes), note }
    case 'classify':
      return { kind, reason: random.pick(classCodes), act: random.pick(acts), note }
    case 'hand-over':
      return { kind, to: random.pick(rescuerNumbers), note }
    case 'province-answer':
      return { kind, publicReply: note }
    case 'join':
    case 'merge':
      return { kind, into: leadId, lead: 'CZ1' }
    case 'follow':
      return { kind, publicReply: note, lead: 'CZ1' }
    case 'correct':
      return { kind, categoryCode: random.pick(matters) }
    case 'redo':
      return { kind, reason: random.pick(redoReasonCodes), note }
    case 'reopen':
      return { kind, note, lead: random.pick([null, ...units]) }
    case 'second-opinion':
      return { kind, note, notBy: random.pick([[], [11]]) }
    case 'problem':
      return { kind, problem: random.pick(problems) }
    case 'add-co':
      return { kind, coUnits: several, note }
    case 'delegate':
      return { kind, units: several, note }
    case 'answer-part':
      return { kind, answer: note, missingParts }
    case 'keep-part':
    case 'return-part':
    case 'recall-part':
      return { kind, unit: one, note }
    case 'auto-sign-part':
      return { kind, unit: one }
    default: {
      const such = eventsOfRequests(0).filter((event) => event.kind === kind)
      return such[random.below(such.length)] ?? ({ kind, note } as TicketEvent)
    }
  }
}

/** Those who might do something with it now. */
function actorsOf(ticket: Ticket, random: Random): [Actor, ...Actor[]] {
  const [lead, holder] = [leadOf(ticket), holderOf(ticket)]
  const parts = ticket.tasks.filter(isPart).map((task) => by('WORKSTATION', task.unit, 21))
  return [
    ...([by('AGENT'), { by: 'system' }, by('CALLBACK', null, 5), by('DIRECTOR', null, 6)] as [Actor, ...Actor[]]),
    ...[2, 3, 4].map((id) => by('DISPATCHER', null, id)),
    ...[11, 12].map((id) => by('CLERK', lead, id)),
    ...(holder === null ? [] : [by('CLERK', holder, 13)]),
    ...parts,
    by('CLERK', random.pick(units), 31),
  ]
}

/** What ends a ticket is taken rarely: else no walk comes far. */
const ends: readonly EventKind[] = [
  ...(['void', 'classify', 'hand-over', 'answer', 'join', 'merge', 'archive'] as const),
  ...(['grant-end', 'grant-final', 'close', 'follow'] as const),
]

export interface Trod {
  before: Ticket
  event: TicketEvent
  actor: Actor
  now: number
  terms: Terms
  step: Step
}

const termsOf = (random: Random): Terms => ({
  ...{ returns: 2, extension: { by: { count: 5, unit: 'WORKING_DAY' }, times: 2 }, extendBy: 80, handleDueAt: 90 },
  ...{ suspensionDays: 90, promiseDays: 180, isReplySigned: random.chance(0.3) },
})

function bornOf(random: Random): Ticket {
  const accusedUnit = random.chance(0.5) ? null : random.pick(units)
  return aTicket({
    ...{ type: random.pick(ticketTypes), isConfidential: random.chance(0.2), isAnonymous: random.chance(0.1) },
    accusedUnit,
    accusedUnits: accusedUnit === null ? [] : accusedUnit === cgj ? [cgj, below ?? cgj] : [accusedUnit],
  })
}

/**
 * So many steps that were tried, of as many tickets as it takes.
 * @param taken how often each way was gone, by this walk and others before it
 */
export function* walk(seed: number, length: number, taken = new Map<string, number>()): Generator<Trod> {
  const random = randomOf(seed)
  let ticket = bornOf(random)
  let terms = termsOf(random)
  let last = ''
  let story: readonly Told[] = []
  for (let n = 0; n < length; n += 1) {
    const now = random.below(100)
    const [told, ...rest] = story
    const [actor, kind, isMeant] = told
      ? [told.by(ticket), told.kind, true]
      : chosen(ticket, { random, terms, now, taken, last })
    story = rest
    if (kind === null) {
      ;[ticket, terms, last] = [bornOf(random), termsOf(random), '']
      if (random.chance(0.2)) story = deepStory.slice(0, 7 + random.below(3))
      continue
    }
    const event = eventFor(random, ticket, kind, isMeant)
    const step = advance(ticket, event, actor, now, terms)
    yield { before: ticket, event, actor, now, terms, step }
    for (const way of [`${last} ${kind}`, `${ticket.state} ${kind}`]) taken.set(way, (taken.get(way) ?? 0) + 1)
    if (!step.ok) continue
    last = kind
    ticket = step.ticket
  }
}

interface Told {
  kind: EventKind
  by(ticket: Ticket): Actor
}
const clerkOf = (code: UnitCode | null | undefined) => by('CLERK', code ?? null, 11)
const partOfRole = (role: string) => (ticket: Ticket) =>
  by('WORKSTATION', ticket.tasks.find((task) => task.role === role)?.unit ?? null, 21)
const ofLead = (ticket: Ticket) => clerkOf(leadOf(ticket))

/** Answered by the lead alone, while a co-unit has a part at work and the answer of a unit below: nobody comes there by chance. */
const deepStory: readonly Told[] = [
  { kind: 'register', by: () => by('AGENT') },
  { kind: 'dispatch', by: () => by('DISPATCHER', null, 2) },
  { kind: 'add-co', by: () => by('DISPATCHER', null, 2) },
  { kind: 'sign-part', by: partOfRole('CO') },
  { kind: 'delegate', by: partOfRole('CO') },
  { kind: 'sign-part', by: partOfRole('SUB') },
  { kind: 'answer-part', by: partOfRole('SUB') },
  { kind: 'sign', by: ofLead },
  { kind: 'reply', by: ofLead },
]

interface Choice {
  random: Random
  terms: Terms
  now: number
  taken: ReadonlyMap<string, number>
  last: string
}

/** Null: nobody has anything left to do with it. */
function chosen(ticket: Ticket, { random, terms, now, taken, last }: Choice): [Actor, EventKind | null, boolean] {
  const actors = actorsOf(ticket, random)
  if (random.chance(0.25)) return [random.pick(actors), random.pick(eventKinds), false]
  const asked = Array.from({ length: 5 }, () => random.pick(actors))
  const open = asked.flatMap((actor) =>
    eventKinds.flatMap((kind) => (barTo(actor, ticket, kind, now, terms) === null ? { actor, kind } : [])),
  )
  const timesFrom = (kind: EventKind) => taken.get(`${ticket.state} ${kind}`) ?? 0
  const onward = open.filter(({ kind }) => !ends.includes(kind) || random.chance(timesFrom(kind) === 0 ? 0.4 : 0.1))
  const weighed = (onward.length > 0 ? onward : open)
    .map(({ actor, kind }) => ({
      ...{ actor, kind },
      weight: 6 * (taken.get(`${last} ${kind}`) ?? 0) + timesFrom(kind) / 4 + random.next() * 0.9,
    }))
    .toSorted((one, other) => one.weight - other.weight)
  const [least] = weighed
  const isOver = ['DIRECT_CLOSED', 'CLASSIFIED', 'HANDED_OVER', 'ARCHIVED', 'VOIDED'].includes(ticket.state)
  if (isOver && random.chance(0.5)) return [actors[0], null, true]
  return least ? [least.actor, least.kind, random.chance(0.9)] : [actors[0], random.pick(eventKinds), false]
}
