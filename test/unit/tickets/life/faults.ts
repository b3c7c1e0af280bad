import type { UnitCode } from '../../../../src/platform/types.ts'
import {
  coUnitsOf,
  decisionClockOf,
  type EventKind,
  holderOf,
  inChargeOf,
  isOpenPart,
  isPart,
  isPending,
  leadOf,
  openStates,
  type Running,
  readerOf,
  requestKinds,
  type Ticket,
  type TicketEvent,
  unitsOf,
} from '../../../../src/tickets/life/ticket.ts'
import { isCallerHidden, mayReveal, maySee } from '../../../../src/tickets/life/view.ts'
import { faultsOfRequests } from './asking-events.ts'

/** What must hold of every ticket, in whatever order its events came. Each says what is wrong; none: nothing is. */

const clerk = (unitCode: UnitCode) => ({ id: 1, roles: ['CLERK' as const], unitCode })
const listed = (all: readonly string[]) => [...all].sort().join(' ')
const isOneOf = (one: string, ...all: string[]) => all.includes(one)
const unless = (holds: boolean, fault: string): string[] => (holds ? [] : [fault])

export function faultsOf(ticket: Ticket): string[] {
  return [
    ...faultsOfTasks(ticket),
    ...faultsOfEnd(ticket),
    ...faultsOfClocks(ticket),
    ...faultsOfParts(ticket),
    ...faultsOfSecrets(ticket),
    ...faultsOfRequests(ticket),
  ]
}

const stepIn: Partial<Record<Ticket['state'], string>> = {
  ...{ DISPATCHED: 'SENT', SIGNED: 'SIGNED', REPLIED: 'ANSWERED', CLOSED: 'ANSWERED', ARCHIVED: 'ANSWERED' },
}

function isAtUnit({ state, closeKind }: Ticket): boolean {
  return (
    isOneOf(state, 'DISPATCHED', 'SIGNED', 'REPLIED') ||
    (isOneOf(state, 'CLOSED', 'ARCHIVED') && isOneOf(closeKind ?? '', 'HANDLED', 'FINAL', 'ENDED'))
  )
}

function faultsOfTasks(ticket: Ticket): string[] {
  const { state, tasks, requests, proposed } = ticket
  const [lead, holder] = [leadOf(ticket), holderOf(ticket)]
  const isAt = isAtUnit(ticket)
  const only = (role: string) => tasks.filter((task) => task.role === role).length <= 1
  const waiting = requests.filter(({ decision }) => decision === null)
  const isOpen = openStates.some((open) => open === state)
  return [
    ...unless(
      isOneOf(state, 'VOIDED', 'CLASSIFIED') || (lead !== null) === isAt,
      `${state}: a unit has it, or none, wrongly`,
    ),
    ...unless(only('LEAD') && only('HOLDER'), 'two leads'),
    ...unless(new Set(tasks.map(({ unit, role }) => `${unit} ${role}`)).size === tasks.length, 'a task twice'),
    ...unless(holder === null || (state === 'DISPATCHED' && holder !== lead), 'somebody else still answers for it'),
    // Who gave it back, and helped, may be left with both when it is over.
    ...unless(!isOpen || lead === null || !coUnitsOf(ticket).includes(lead), 'the lead helps itself'),
    ...unless(lead !== null || tasks.length === 0, 'tasks without a lead'),
    ...unless(
      !isAt || tasks.find(({ role }) => role === 'LEAD')?.step === stepIn[state],
      `${state}: its lead is elsewhere`,
    ),
    ...unless(waiting.length === 0 || isOneOf(state, 'DISPATCHED', 'SIGNED'), 'a request waits in vain'),
    ...unless(
      waiting.every(({ unit }) => unit === lead),
      'a unit asks that does not have it',
    ),
    ...unless(ticket.redoCount < ticket.round, 'redone more often than begun'),
    ...unless(!proposed || state === 'SIGNED', 'an answer waits for its second signature outside of the handling'),
  ]
}

function faultsOfEnd({ state, closeKind, publicReply }: Ticket): string[] {
  if (!isOneOf(state, 'CLOSED', 'ARCHIVED', 'DIRECT_CLOSED')) return []
  const kinds = state === 'DIRECT_CLOSED' ? ['DIRECT'] : ['HANDLED', 'FINAL', 'ENDED', 'PROVINCE', 'MERGED']
  return [
    ...unless((publicReply ?? '').trim() !== '', 'closed without an answer'),
    ...unless(isOneOf(closeKind ?? '', ...kinds), `closed as ${closeKind}`),
  ]
}

function faultsOfClocks(ticket: Ticket): string[] {
  const { state, running, paused } = ticket
  const [lead, holder] = [leadOf(ticket), holderOf(ticket)]
  const ownedBy = (unit: UnitCode | null) => running.flatMap((one) => (one.unit === unit ? one.clock : []))
  const asked = requestKinds.filter((kind) => isPending(ticket, kind)).map((kind) => decisionClockOf[kind])
  const ofHotline: Partial<Record<Ticket['state'], string[]>> = {
    ...{ PENDING_REVIEW: ['DISPATCH'], REGISTERED: ['DISPATCH'], REPLIED: ['CHECK'] },
  }
  const owed = [...(ofHotline[state] ?? []), ...asked, ...(paused.length > 0 ? ['SUSPENDED'] : [])]
  const ofUnit: Partial<Record<Ticket['state'], string[]>> = { DISPATCHED: ['SIGN', 'HANDLE'], SIGNED: ['HANDLE'] }
  // The citizen may have been called, or not yet; and not every kind of matter is reported on.
  const counted = (clocks: readonly string[]) =>
    clocks.filter((clock) => !isOneOf(clock, 'CONTACT', 'MILESTONE', 'PROGRESS') && !clock.startsWith('PART'))
  const still = paused.filter(({ unit }) => unit === lead).map(({ clock }) => clock)
  const owners = new Set<UnitCode | null>([null, lead, holder])
  return [
    ...unless(listed(ownedBy(null)) === listed(owed), `${state}: clocks of the hotline: ${listed(ownedBy(null))}`),
    ...unless(
      lead === null || listed(counted([...ownedBy(lead), ...still])) === listed(ofUnit[state] ?? []),
      `${state}: clocks of the unit: ${listed([...ownedBy(lead), ...still])}`,
    ),
    ...unless(holder === null || ownedBy(holder).includes('HANDLE'), 'who still answers for it has no time limit'),
    ...unless(holder === null || !ownedBy(holder).includes('SIGN'), 'who gave it back has to sign it'),
    ...unless(
      running.every(({ unit, clock }) => owners.has(unit) || clock.startsWith('PART')),
      'a clock of a unit that has no task',
    ),
  ]
}

const clocksIn: Record<string, string[]> = {
  ...{ SENT: ['PART_SIGN', 'PART'], SIGNED: ['PART'], DECLINED: ['PART'], ANSWERED: [], LAPSED: [] },
}

/** No part that no unit sees, that has no clock, or that outlives what it is a part of. */
function faultsOfParts(ticket: Ticket): string[] {
  const { tasks, state, running, paused } = ticket
  const parts = tasks.filter(isPart)
  const clocksOf = (unit: UnitCode) =>
    [...running, ...paused].flatMap((one) => (one.unit === unit && one.clock.startsWith('PART') ? one.clock : []))
  const owners = new Set<UnitCode | null>(parts.map(({ unit }) => unit))
  const isStill = paused.some(({ clock }) => clock === 'HANDLE')
  return [
    ...unless(
      (isStill ? running : paused).every(({ clock }) => clock !== 'PART'),
      'a part goes on while the whole stands still, or the other way round',
    ),
    ...unless(new Set(parts.map(({ unit }) => unit)).size === parts.length, 'a unit has two parts'),
    ...unless(
      [...running, ...paused].every(({ clock, unit }) => !clock.startsWith('PART') || owners.has(unit)),
      'a clock of a part that is not there',
    ),
    ...parts.flatMap((task) => {
      const { unit, role, step, part } = task
      const senders = tasks.filter((other) => other.unit === part.from)
      const isSent = part.from !== null
      return [
        ...unless(maySee(clerk(unit), unitsOf(ticket)), 'a part that its unit does not see'),
        ...unless(role === (isSent ? 'SUB' : 'CO'), 'a part of the wrong role'),
        ...unless(listed(clocksOf(unit)) === listed(clocksIn[step] ?? []), `${step}: ${listed(clocksOf(unit))}`),
        ...unless((step === 'ANSWERED') === (part.answer !== null), 'a part with the wrong answer'),
        ...unless(!isOpenPart(task) || isOneOf(state, 'DISPATCHED', 'SIGNED', 'REPLIED'), 'a part outlives its ticket'),
        ...unless(!isSent || senders.length > 0, 'a part without a sender'),
        ...unless(
          !isSent || !isOpenPart(task) || senders.some((other) => !isOneOf(other.step, 'ANSWERED', 'LAPSED')),
          'a part that nobody waits for',
        ),
      ]
    }),
  ]
}

function faultsOfSecrets(ticket: Ticket): string[] {
  const isReport = ticket.type === 'REPORT'
  return unitsOf(ticket).flatMap((unit) => [
    ...unless(!isReport || !ticket.accusedUnits.includes(unit), 'an accused unit takes part'),
    ...unless(!isCallerHidden(ticket) || !mayReveal(clerk(unit), ticket), 'a unit may learn who is hidden'),
  ])
}

/** What a step must not do to what was before. */
export function faultsBetween(before: Ticket, after: Ticket, event: TicketEvent): string[] {
  return [
    ...unless(after.version === before.version + 1, 'a version is missing'),
    ...staysAnswered(before, after, event.kind),
    ...losesNoAnswer(before, after, event),
  ]
}

/** Source: 首接负责制. */
function staysAnswered(before: Ticket, after: Ticket, kind: EventKind): string[] {
  const [was, is] = [inChargeOf(before), inChargeOf(after)]
  if (was === is || was === null) return []
  // It is another one's by its own signature only; a corrected matter is begun anew, and nobody had signed for it.
  const isRight = isOneOf(kind, 'sign', 'correct', 'reopen', 'escalate', 'merge')
  return unless(isRight && (kind !== 'sign' || is === leadOf(before)), `${kind} made another unit answerable`)
}

const beginAnew = ['dispatch', 'designate', 'correct', 'redo', 'reopen', 'escalate', 'merge']

/** An answer goes only where its reader did not accept it, or with the task of its sender; and none is made of half. */
function losesNoAnswer(before: Ticket, after: Ticket, { kind, ...said }: TicketEvent): string[] {
  const lost = before.tasks.filter(isPart).filter((was) => {
    const is = after.tasks.find(({ unit, role }) => unit === was.unit && role === was.role)
    if (was.step !== 'ANSWERED' || is?.part?.answer === was.part.answer) return false
    const isSenderOut = was.part.from !== null && !unitsOf(after).includes(was.part.from)
    const isSentBack = kind === 'return-part' && (said as { unit?: UnitCode }).unit === was.unit
    return !isSentBack && !isSenderOut && !beginAnew.includes(kind)
  })
  const isMissing = before.tasks.filter(isPart).some((task) => isOpenPart(task) && isReadByLead(before, task))
  const why = kind === 'countersign' ? before.proposed?.missingParts : (said as { missingParts?: string }).missingParts
  const isExplained = !isOneOf(kind, 'reply', 'countersign') || !isMissing || (why ?? '').trim() !== ''
  return [
    ...lost.map(({ unit }) => `${kind} lost the answer of ${unit}`),
    ...unless(isExplained, 'answered without all parts, and without a word of it'),
  ]
}
const isReadByLead = (ticket: Ticket, task: Parameters<typeof readerOf>[1]) => readerOf(ticket, task) === leadOf(ticket)

export const keyOf = ({ clock, unit, item }: Running): string => `${clock} ${unit} ${item}`
