import type { UnitCode } from '../../platform/types.ts'
import type { Ticket, TicketRefusal } from '../life/facts.ts'
import { helping, leadOf, type Task } from '../life/tasks.ts'
import type { Problem } from './words.ts'

/**
 * A ticket is handled in rounds: the first one, and one more each time that it is redone (重办) or reopened (重新受理).
 * Pure: the web page imports this file too. The answer of an earlier round stays readable, see `schema.ts`.
 * Source: domain model 3.7 and 4.2.
 */

/** So many redos, or units that it was passed on to, make it a problem ticket (问题工单). Source: domain model 2, 1.1. */
const redosOfProblem = 3
const unitsOfProblem = 3

/** Sent once more: the lead has to sign again, and those who help have to answer again. */
export function begunAnew({ tasks }: Pick<Ticket, 'tasks'>, lead: UnitCode | null): Task[] {
  const to = lead ?? leadOf({ tasks })
  const helpers = tasks.filter(({ role, unit }) => role === 'CO' && unit !== to)
  return [
    ...(to === null ? [] : [{ unit: to, role: 'LEAD', step: 'SENT' } as const]),
    ...helpers.map(({ unit, part }) => helping(unit, part?.demand ?? '')),
  ]
}

/** What another round begins with: nothing is answered, and it may not be given back. */
export function anotherRound(ticket: Pick<Ticket, 'round'>): Partial<Ticket> {
  return {
    round: ticket.round + 1,
    ...{ publicReply: null, internalReply: null, closeKind: null, returnBy: null, reopenBy: null },
  }
}

/** Only what a unit handled has a unit that can handle it once more. */
export function barredUnlessHandled({ closeKind, tasks }: Pick<Ticket, 'closeKind' | 'tasks'>): TicketRefusal | null {
  if ((closeKind === 'HANDLED' || closeKind === 'ENDED') && leadOf({ tasks }) !== null) return null
  if (closeKind === 'MERGED')
    return { code: 'ticket.wrong-state', detail: '该工单随主单办结：请对主单重办，或先拆单。' }
  return { code: 'ticket.wrong-state', detail: '该工单不是由承办单位办结的，不能重办；有新情况请另建工单。' }
}

/**
 * Whether it is a problem ticket by now: redone three times, or passed on to three units of which none has signed for it
 * as its lead.
 */
export function problemOf({
  redoCount,
  requests,
  tasks,
}: Pick<Ticket, 'redoCount' | 'requests' | 'tasks'>): Problem | null {
  if (redoCount >= redosOfProblem) return 'REDONE'
  const lead = tasks.find(({ role }) => role === 'LEAD')
  if (lead?.step !== 'SENT') return null
  const gaveBack = requests.flatMap(({ kind, unit, decision }) =>
    kind === 'RETURN' && decision === 'GRANTED' ? unit : [],
  )
  return new Set([...gaveBack, lead.unit]).size >= unitsOfProblem ? 'PASSED_ON' : null
}

/** What the machine does by itself after an event. */
export function followingOf(
  ticket: Pick<Ticket, 'redoCount' | 'requests' | 'tasks' | 'problem'>,
): { kind: 'problem'; problem: Problem } | null {
  const problem = ticket.problem === null ? problemOf(ticket) : null
  return problem === null ? null : { kind: 'problem', problem }
}
