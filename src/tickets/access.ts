import type { FastifyRequest } from 'fastify'
import type { AuditAction } from '../audit/action.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import { Refusal } from '../platform/web/problem.ts'
import { isAccused } from './life/accused.ts'
import { isOfHotline, maySee } from './life/view.ts'
import { type FoundTicket, machineIn, unitsIn } from './lists/reads.ts'
import type { By } from './records/rows.ts'

/** Who asks for a ticket, whether they may see it, and the row of the audit that says so. */
export interface TicketAccess {
  personOf(request: FastifyRequest): NonNullable<By>
  /**
   * The ticket, if it is one that this person may see; an attempt at another one is written down.
   * @throws Refusal `ticket.not-found` or `ticket.not-yours`
   */
  require(request: FastifyRequest, found: FoundTicket | null): Promise<FoundTicket>
  /** Writes down what was done, or what was refused. @param subject number of the ticket or id of its file */
  write(request: FastifyRequest, action: AuditAction, subject: string, more?: AuditExtras): Promise<void>
}

interface AuditExtras {
  isAllowed?: boolean
  details?: Record<string, unknown>
}

export function openTicketAccess({ db, guard }: { db: Db; guard: Guard }): TicketAccess {
  const access: TicketAccess = {
    personOf(request) {
      const { person } = guard.sessionOf(request)
      // A log-in that an older version kept knows of no unit.
      return { ...person, unitCode: person.unitCode ?? null }
    },
    async require(request, found) {
      if (!found) throw new Refusal('ticket.not-found')
      const person = access.personOf(request)
      // Whatever part it has or gets by mistake: the unit that a report is about never sees it.
      const isAboutThem = !isOfHotline(person) && isAccused(machineIn(found), person.unitCode)
      if (!isAboutThem && maySee(person, unitsIn(found))) return found
      const details = { route: request.routeOptions.url }
      await access.write(request, 'access.denied', found.ticket.number, { isAllowed: false, details })
      throw new Refusal('ticket.not-yours')
    },
    async write(request, action, subject, more = {}) {
      await guard.audit(db, request, { action, subject, ...more })
    },
  }
  return access
}
