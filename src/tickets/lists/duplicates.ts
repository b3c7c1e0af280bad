import { and, desc, eq, exists, gte, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CallId, CategoryCode, Instant, TicketId } from '../../platform/types.ts'
import type { Duplicate, Duplicates } from '../api.ts'
import { duplicateMs, type Place } from '../life/duplicate.ts'
import { openStates, type TicketPerson } from '../life/ticket.ts'
import { isCallerHidden, mayKnowHidden } from '../life/view.ts'
import { clustersFor } from '../merge/clusters.ts'
import { type Score, scoreOf, threshold } from '../merge/likeness.ts'
import { isOpenTicket } from '../records/hidden.ts'
import { ticketCalls, tickets } from '../records/schema.ts'
import { plainWords } from './reader-words.ts'
import { readListed, summaryOf, type TicketRow } from './reads.ts'

/** Likely duplicates of the ticket that is being typed, or of one that is there, each with a score and its reasons. */

export interface Typed extends Place {
  categoryCode: CategoryCode
  text: string
  /** E.164 or a short code. */
  phone: string | null
  callId: CallId | null
  /** Of a ticket that is there: it is no duplicate of itself. */
  self?: TicketId
}

const most = 5
/** Of the same matter in one county, and of the same caller, newest first; they are compared in this process. */
const compared = { matter: 300, caller: 20 }

/** What is compared. */
const columns = {
  ...{ id: tickets.id, state: tickets.state, categoryCode: tickets.categoryCode, title: tickets.title },
  ...{ countyCode: tickets.countyCode, place: tickets.place, longitude: tickets.longitude, latitude: tickets.latitude },
  ...{ registeredAt: tickets.registeredAt, mergedInto: tickets.mergedInto },
}
type Candidate = Pick<TicketRow, keyof typeof columns>

/** A hidden caller's tickets are not brought together by who it is, only by the matter. */
export async function findDuplicates(db: Db, typed: Typed, person: TicketPerson, now: Instant): Promise<Duplicates> {
  const isRecent = and(
    gte(tickets.id, firstUlidAt(now - duplicateMs) as TicketId),
    ne(tickets.state, 'VOIDED'),
    typed.self === undefined ? undefined : ne(tickets.id, typed.self),
  )
  const [ofCaller, ofMatter, clusters] = await Promise.all([
    candidatesOfCaller(db, typed, person, isRecent),
    candidatesOfMatter(db, typed, isRecent),
    clustersFor(db, typed),
  ])
  const callers = new Set(ofCaller.map(({ id }) => id))
  const scored = new Map<TicketId, Score & { isCaller: boolean }>()
  for (const one of new Map([...ofMatter, ...ofCaller].map((each) => [each.id, each])).values()) {
    const isCaller = callers.has(one.id)
    const score = scoreOf({ ...typed, at: now }, { ...one, text: one.title, at: one.registeredAt }, isCaller)
    // What follows another ticket stands for that one.
    const id = one.mergedInto ?? one.id
    if (id === typed.self || score.points < threshold) continue
    if (score.points > (scored.get(id)?.points ?? 0)) scored.set(id, { ...score, isCaller })
  }
  const best = [...scored].sort(([one, a], [other, b]) => b.points - a.points || (one < other ? 1 : -1)).slice(0, most)
  const rows = await readListed(
    db,
    best.map(([id]) => id),
  )
  return {
    duplicates: best.flatMap(([id, score]): Duplicate[] => {
      const row = rows.find(({ ticket }) => ticket.id === id)
      if (!row) return []
      const { number, state, title, place, leadUnit, registeredAt, urgeCount } = summaryOf(row, plainWords, now, person)
      const { isCaller, points, reasons } = score
      const isOpen = openStates.some((open) => open === state)
      const why = isCaller ? ('CALLER' as const) : ('PLACE' as const)
      return [{ number, state, title, place, leadUnit, registeredAt, urgeCount, why, score: points, reasons, isOpen }]
    }),
    clusters: clusters.map(({ id, title, announcement, lead, callers }) => ({
      ...{ id, title, announcement, lead: lead.number, callers },
    })),
  }
}

/** Of a ticket that is there, for those who merge. */
export function duplicatesOf(db: Db, ticket: TicketRow, person: TicketPerson, now: Instant): Promise<Duplicates> {
  const { id, categoryCode, countyCode, place, longitude, latitude, title, callerPhone } = ticket
  // By its number a hidden caller would be recognised.
  const phone = isCallerHidden(ticket) && !mayKnowHidden(person) ? null : callerPhone
  const typed = { categoryCode, countyCode, place, longitude, latitude, text: title, phone, callId: null, self: id }
  return findDuplicates(db, typed, person, now)
}

async function candidatesOfCaller(
  db: Db,
  { phone, callId }: Typed,
  person: TicketPerson,
  isRecent: SQL | undefined,
): Promise<Candidate[]> {
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
  return db
    .select(columns)
    .from(tickets)
    .where(and(eq(tickets.callerPhone, phone), isRecent, isKnown))
    .orderBy(desc(tickets.id))
    .limit(compared.caller)
}

async function candidatesOfMatter(db: Db, typed: Typed, isRecent: SQL | undefined): Promise<Candidate[]> {
  if (typed.place.trim() === '' && typed.longitude === null) return []
  const { countyCode, categoryCode } = tickets
  const isNear = typed.countyCode === null ? undefined : or(eq(countyCode, typed.countyCode), isNull(countyCode))
  // Those that follow another one are as many as its callers, and say nothing that it does not say.
  return db
    .select(columns)
    .from(tickets)
    .where(and(eq(categoryCode, typed.categoryCode), isNull(tickets.mergedInto), isRecent, isNear))
    .orderBy(desc(tickets.id))
    .limit(compared.matter)
}
