import { and, eq, ne, or, type SQL } from 'drizzle-orm'
import { tickets } from './schema.ts'

/** `isCallerHidden`, for the database. */
export function isHiddenTicket(): SQL | undefined {
  return or(eq(tickets.isConfidential, true), eq(tickets.isAnonymous, true), eq(tickets.type, 'REPORT'))
}

/** Its opposite: the caller may be known to all people who see the ticket. */
export function isOpenTicket(): SQL | undefined {
  return and(eq(tickets.isConfidential, false), eq(tickets.isAnonymous, false), ne(tickets.type, 'REPORT'))
}
