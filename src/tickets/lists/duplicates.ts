import { and, desc, eq, exists, gte, isNull, ne, or, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, CategoryCode, Instant, TicketId } from '../../platform/types.ts'
import type { Duplicates } from '../api.ts'
import { duplicateMs, isSamePlace, type Place } from '../life/duplicate.ts'
import { openStates, type TicketPerson } from '../life/ticket.ts'
import { mayKnowHidden } from '../life/view.ts'
import { isOpenTicket } from '../records/hidden.ts'
import { ticketCalls, tickets } from '../records/schema.ts'
import { plainWords } from './reader-words.ts'
import { readListed, summaryOf } from './reads.ts'

/** Likely duplicates of the ticket that is being typed, for the agent to decide. */

export interface Typed extends Place {
  categoryCode: CategoryCode
  /** E.164 or a short code. */
  phone: string | null
  callId: CallId | null
}

const most = 5
/** Of the same matter in one county, newest first; their places are compared in this process. */
const compared = 300

/** Same matter, and the same caller or the same place. A hidden caller's tickets are found by their place only. */
export async function findDuplicates(db: Db, typed: Typed, person: TicketPerson, now: Instant): Promise<Duplicates> {
  const isOfMatter = and(
    eq(tickets.categoryCode, typed.categoryCode),
    gte(tickets.id, firstUlidAt(now - duplicateMs) as TicketId),
    ne(tickets.state, 'VOIDED'),
  )
  const [ofCaller, ofPlace] = await Promise.all([
    idsOfCaller(db, typed, person, isOfMatter),
    idsOfPlace(db, typed, isOfMatter),
  ])
  const ids = [...new Set([...ofCaller, ...ofPlace])].sort().reverse().slice(0, most)
  const rows = await readListed(db, ids)
  const duplicates = ids.flatMap((id) => {
    const row = rows.find(({ ticket }) => ticket.id === id)
    if (!row) return []
    const { number, state, title, place, leadUnit, registeredAt, urgeCount } = summaryOf(row, plainWords, now)
    const why = ofCaller.includes(id) ? ('CALLER' as const) : ('PLACE' as const)
    const isOpen = openStates.some((open) => open === state)
    return { number, state, title, place, leadUnit, registeredAt, urgeCount, why, isOpen }
  })
  return { duplicates }
}

async function idsOfCaller(
  db: Db,
  { phone, callId }: Typed,
  person: TicketPerson,
  isOfMatter: ReturnType<typeof and>,
): Promise<TicketId[]> {
  if (phone === null) return []
  const ofThisCall =
    callId === null
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(ticketCalls)
            .where(and(eq(ticketCalls.ticketId, tickets.id), eq(ticketCalls.callId, callId))),
        )
  const isKnown = mayKnowHidden(person) ? undefined : or(isOpenTicket(), ofThisCall)
  const rows = await db
    .select({ id: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.callerPhone, phone), isOfMatter, isKnown))
    .orderBy(desc(tickets.id))
    .limit(most)
  return rows.map(({ id }) => id)
}

async function idsOfPlace(db: Db, typed: Typed, isOfMatter: ReturnType<typeof and>): Promise<TicketId[]> {
  if (typed.place.trim() === '' && typed.longitude === null) return []
  const { countyCode, place, longitude, latitude } = tickets
  const rows = await db
    .select({ id: tickets.id, countyCode, place, longitude, latitude })
    .from(tickets)
    .where(
      and(isOfMatter, typed.countyCode === null ? undefined : or(eq(countyCode, typed.countyCode), isNull(countyCode))),
    )
    .orderBy(desc(tickets.id))
    .limit(compared)
  return rows.filter((row) => isSamePlace(typed, row)).map(({ id }) => id)
}
