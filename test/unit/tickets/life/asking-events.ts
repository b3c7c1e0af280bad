import fc from 'fast-check'
import { dayMs } from '../../../../src/calendar/days.ts'
import {
  isPending,
  type RequestKind,
  requestKinds,
  stepOf,
  type Ticket,
  type TicketEvent,
} from '../../../../src/tickets/life/ticket.ts'

/** Requests of units and the decisions on them, for tests that try any order of events. */

export const eventsOfRequests = (begin: number): [TicketEvent, ...TicketEvent[]] => {
  const note = '见附件'
  const plan = [1, 2, 3].map((n) => ({ title: `节点 ${n}`, at: begin + n * dayMs }))
  return [
    { kind: 'extend', amount: 2, note },
    { kind: 'grant-extension', amount: null },
    { kind: 'grant-extension', amount: 1 },
    { kind: 'refuse-extension', note },
    { kind: 'suspend', reason: 'TESTING', until: begin + 5 * dayMs, note },
    { kind: 'grant-suspension' },
    { kind: 'refuse-suspension', note },
    { kind: 'resume-work' },
    { kind: 'promise', reason: 'FUNDS', leader: '局长', milestones: plan, note, tell: '将分步解决' },
    { kind: 'grant-promise' },
    { kind: 'refuse-promise', note },
    { kind: 'milestone', note },
    { kind: 'final', reason: 'LAWFUL', note, publicReply: '依法不能支持' },
    { kind: 'review-final' },
    { kind: 'grant-final' },
    { kind: 'refuse-final', note },
    { kind: 'end', reason: 'WITHDRAWN', note, tell: '可随时重新反映' },
    { kind: 'grant-end' },
    { kind: 'refuse-end', note },
    { kind: 'withdraw' },
  ]
}

export const someRequest = (begin: number): fc.Arbitrary<TicketEvent> => fc.constantFrom(...eventsOfRequests(begin))

/** Whatever stands still, its suspension runs; nothing both runs and stands still; two people agreed to a final answer. */
export function faultsOfRequests(ticket: Ticket): string[] {
  const { running, paused, requests, state } = ticket
  const keys = [...running, ...paused].map(({ clock, unit, item }) => `${clock} ${unit} ${item}`)
  const isStill = paused.some(({ clock }) => clock === 'HANDLE')
  const isSuspended = running.some(({ clock }) => clock === 'SUSPENDED')
  const waiting = requests.filter(({ decision }) => decision === null)
  const finals = requests.filter(({ kind, decision }) => kind === 'FINAL' && decision === 'GRANTED')
  return [
    new Set(keys).size === keys.length ? '' : 'a clock runs beside itself',
    isStill === isSuspended ? '' : 'it stands still without a suspension, or the other way round',
    !isStill || state === 'SIGNED' ? '' : 'it is suspended outside of the handling',
    waiting.length <= 1 ? '' : 'two requests wait',
    isStill && waiting.length > 0 ? 'a request waits while it is suspended' : '',
    finals.every(({ askedBy, reviewedBy }) => reviewedBy != null && reviewedBy !== askedBy) ? '' : 'one person decided',
    requestKinds.every((kind) => !isPending(ticket, kind) || ['DISPATCHED', 'SIGNED'].includes(state))
      ? ''
      : 'it waits in vain',
  ].filter((fault) => fault !== '')
}

const decisionsOf: Record<RequestKind, readonly TicketEvent['kind'][]> = {
  RETURN: ['refuse-return'],
  EXTENSION: ['grant-extension', 'refuse-extension'],
  SUSPENSION: ['grant-suspension', 'refuse-suspension'],
  PROMISE: ['grant-promise', 'refuse-promise'],
  FINAL: ['review-final', 'review-final', 'refuse-final'],
  END: ['grant-end', 'refuse-end'],
}

const asks = ['extend', 'suspend', 'promise', 'final', 'end'] as const

/** What leads on from where the ticket stands, so that a run comes past its rare places; null: nothing special. */
export function nextOf(ticket: Ticket, roll: number, begin: number): TicketEvent | null {
  const events = eventsOfRequests(begin)
  const named = (kind: TicketEvent['kind'] | undefined) => events.find((one) => one.kind === kind) ?? null
  const waiting = ticket.requests.find(({ decision }) => decision === null)
  if (waiting?.kind === 'FINAL' && waiting.reviewedBy != null)
    return named(roll % 4 === 0 ? 'refuse-final' : 'grant-final')
  if (waiting) return named(decisionsOf[waiting.kind][roll % decisionsOf[waiting.kind].length])
  if (ticket.paused.length > 0) return named('resume-work')
  if (ticket.running.some(({ clock }) => clock === 'MILESTONE')) return named('milestone')
  if (ticket.state === 'SIGNED') return named(asks[roll % 7])
  if (ticket.state === 'REPLIED' && roll % 3 === 0) return { kind: 'send-back', note: '未说明' }
  if (ticket.state === 'AT_PROVINCE') {
    return roll % 2 === 0
      ? { kind: 'province-answer', publicReply: '省里已答复' }
      : { kind: 'province-refuse', note: '不属省里' }
  }
  if (ticket.state !== 'CLOSED') return null
  return roll % 2 === 0
    ? { kind: 'redo', reason: 'UNTRUE', note: '不符' }
    : { kind: 'reopen', note: '新照片', lead: null }
}

/** Whether it is the unit that does it. */
export const isOfUnit = ({ kind }: TicketEvent): boolean =>
  stepOf(kind).who.includes('LEAD_UNIT') && kind !== 'resume-work'
