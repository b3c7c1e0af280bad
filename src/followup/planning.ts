import {
  and,
  asc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lte,
  ne,
  not,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
import { type Calendar, unlessYearMissing } from '../calendar/calendar.ts'
import { neverCalls } from '../calls/outgoing/schema.ts'
import { citizens } from '../citizens/schema.ts'
import { oversightCases, oversightCaseTickets } from '../oversight/cases/schema.ts'
import { oversightAlerts, oversightSignals } from '../oversight/triggers/schema.ts'
import type { Db } from '../platform/database/database.ts'
import { newId } from '../platform/database/ids.ts'
import type { Instant } from '../platform/types.ts'
import { tickets } from '../tickets/records/schema.ts'
import { nextOf } from './follow-up.ts'
import { type MatterFacts, planOf } from './plan.ts'
import type { FollowUpRules } from './rules.ts'
import { followUps } from './schema.ts'
import type { FollowUpParts } from './store.ts'

/**
 * A task for each matter that a unit handled. Found by their rows, not by an announcement: whatever was lost or restarted,
 * a closed matter without a task gets one.
 */

const batch = 200
const workingDays = 3

const lead = alias(tickets, 'lead_ticket')
/** How many callers of the same matter came before this one; the lead is the first. */
const rankOf = sql<number>`(SELECT COUNT(*) + 1 FROM ${tickets} AS sibling
  WHERE sibling.merged_into = ${tickets.mergedInto} AND sibling.id < ${tickets.id})`

const settled = ['CLOSED', 'ARCHIVED'] as const
/** A caller who follows is asked again after each round of the lead, whose answer is theirs. */
const roundOf = sql<number>`(${tickets.round} + COALESCE(${lead.round}, 1) - 1)`
/** The lead is handled again, or has an answer that they have not been given yet. */
const isLeadAhead = or(notInArray(lead.state, [...settled]), gt(lead.closedAt, tickets.closedAt))

/** Issued 督办单 and 呈阅件, triggers and reported facts from L2 on, and instructions: of the ticket, or of its lead. */
const isSupervised = sql<number>`(EXISTS (SELECT 1 FROM ${oversightCaseTickets}
    JOIN ${oversightCases} ON ${oversightCases.id} = ${oversightCaseTickets.caseId}
    WHERE ${oversightCaseTickets.ticketNumber} IN (${tickets.number}, ${lead.number})
      AND ${inArray(oversightCases.kind, ['ORDER', 'REPORT'])} AND ${isNotNull(oversightCases.issuedAt)})
  OR EXISTS (SELECT 1 FROM ${oversightAlerts} WHERE ${oversightAlerts.ticketId} IN (${tickets.id}, ${lead.id})
      AND ${or(inArray(oversightAlerts.level, ['L2', 'L3']), eq(oversightAlerts.trigger, 'T08'))})
  OR EXISTS (SELECT 1 FROM ${oversightSignals} WHERE ${oversightSignals.ticketId} IN (${tickets.id}, ${lead.id})
      AND ${isNull(oversightSignals.endedAt)}))`

const columns = {
  ...{ id: tickets.id, round: roundOf, isSupervised, closedAt: tickets.closedAt, closeKind: tickets.closeKind },
  ...{ type: tickets.type, isConfidential: tickets.isConfidential, isAnonymous: tickets.isAnonymous },
  ...{ phone: tickets.callerPhone, problem: tickets.problem, citizenId: tickets.citizenId, lineId: tickets.lineId },
  ...{ leadUnit: tickets.leadUnit, unitOfLead: lead.leadUnit, kindOfLead: lead.closeKind },
  ...{ kind: citizens.kind, tags: citizens.tags, neverCall: neverCalls.id },
  rank: sql<number | null>`IF(${tickets.mergedInto} IS NULL, NULL, ${rankOf})`,
}

async function unplanned(db: Db, since: Instant, now: Instant) {
  const handled = ['HANDLED', 'FINAL', 'ENDED'] as const
  return db
    .select(columns)
    .from(tickets)
    .leftJoin(lead, eq(lead.id, tickets.mergedInto))
    .leftJoin(followUps, and(eq(followUps.ticketId, tickets.id), eq(followUps.round, roundOf)))
    .leftJoin(citizens, eq(citizens.id, tickets.citizenId))
    .leftJoin(neverCalls, and(eq(neverCalls.number, tickets.callerPhone), eq(neverCalls.slot, 1)))
    .where(
      and(
        ...[gte(tickets.closedAt, since), lte(tickets.closedAt, now), isNull(followUps.id)],
        eq(tickets.state, 'CLOSED'),
        or(
          inArray(tickets.closeKind, [...handled]),
          and(eq(tickets.closeKind, 'MERGED'), inArray(lead.closeKind, [...handled]), not(isLeadAhead as SQL)),
        ),
      ),
    )
    .orderBy(asc(tickets.closedAt))
    .limit(batch)
}

type Matter = Awaited<ReturnType<typeof unplanned>>[number]

/**
 * Plans the matters that were closed since this instant.
 * @returns how many; a whole batch: there may be more
 */
export async function planSome(
  { db, rules, calendar, now }: FollowUpParts,
  since: Instant,
): Promise<{ planned: number; isMore: boolean }> {
  const found = await unplanned(db, since, now())
  if (found.length === 0) return { planned: 0, isMore: false }
  const [low, rated] = await Promise.all([lowRaters(db, found), ratedBefore(db, found)])
  const days = await calendar()
  const rows = found.map((matter) => {
    const isFinal = rated.has(matter.id)
    const hadLowRating = matter.citizenId !== null && low.has(matter.citizenId)
    return rowOf(matter, { isFinal, hadLowRating, rules, calendar: days, now: now() })
  })
  const [made] = await db.insert(followUps).ignore().values(rows)
  return { planned: made.affectedRows, isMore: found.length === batch }
}

function rowOf(
  matter: Matter,
  known: { isFinal: boolean; hadLowRating: boolean; rules: FollowUpRules; calendar: Calendar; now: Instant },
): typeof followUps.$inferInsert {
  const { isFinal, rules, calendar, now } = known
  const planned = planOf(factsOf(matter, known.hadLowRating), rules)
  const exemption = 'exemption' in planned ? planned.exemption : null
  const plan = 'exemption' in planned ? { isByPerson: true, mayMessage: false, mayCall: false } : planned
  const row = {
    ...{
      id: newId(now),
      ticketId: matter.id,
      round: Number(matter.round),
      unitCode: matter.leadUnit ?? matter.unitOfLead,
    },
    ...{ ...plan, isFinal, plannedAt: now, version: 1, exemption },
    state: exemption === null ? ('PLANNED' as const) : ('EXEMPT' as const),
    outcome: exemption === null ? null : ('EXEMPT' as const),
    endedAt: exemption === null ? null : now,
    dueAt: unlessYearMissing(() => calendar.addWorkingDays(now, workingDays)).dueAt,
  }
  const next =
    exemption === null ? nextOf({ ...row, attempts: [], answers: null, isLate: false, verdict: null }, rules) : null
  return { ...row, nextMeans: next?.means ?? null, nextAt: next?.at ?? null }
}

function factsOf(matter: Matter, hadLowRating: boolean): MatterFacts {
  const { id, closeKind, type, isConfidential, isAnonymous, phone, problem, kind, tags, neverCall, rank } = matter
  return {
    ...{ ticketId: id, type, isConfidential, isAnonymous, hadLowRating, round: Number(matter.round) },
    closeKind: matter.kindOfLead === 'ENDED' ? 'ENDED' : closeKind,
    hasNumber: phone !== null,
    isMobile: phone !== null && /^\+861[3-9]\d{9}$/.test(phone),
    isNeverCalled: neverCall !== null,
    isEnterprise: kind === 'ENTERPRISE',
    isOld: tags?.includes('老年') ?? false,
    isWatched: problem !== null || Boolean(Number(matter.isSupervised)),
    rank: rank === null ? null : Number(rank),
  }
}

/** Citizens who were not content before: they are asked by a person. */
async function lowRaters(db: Db, found: readonly Matter[]): Promise<Set<number>> {
  const ids = [...new Set(found.flatMap(({ citizenId }) => citizenId ?? []))]
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ id: tickets.citizenId })
    .from(tickets)
    .innerJoin(followUps, eq(followUps.ticketId, tickets.id))
    .where(and(inArray(tickets.citizenId, ids), inArray(followUps.satisfied, ['DISSATISFIED', 'VERY_DISSATISFIED'])))
  return new Set(rows.flatMap(({ id }) => id ?? []))
}

/** Matters that were rated in an earlier round: the next rating is the final one. */
async function ratedBefore(db: Db, found: readonly Matter[]): Promise<Set<string>> {
  const again = found.filter(({ round }) => Number(round) > 1).map(({ id }) => id)
  if (again.length === 0) return new Set()
  const rows = await db
    .selectDistinct({ id: followUps.ticketId })
    .from(followUps)
    .where(and(inArray(followUps.ticketId, again), sql`${followUps.answeredAt} IS NOT NULL`))
  return new Set(rows.map(({ id }) => id))
}

/** Tasks whose ticket, or its lead, is handled again: there is nothing to ask about yet. @returns their ids */
export async function overtaken(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: followUps.id })
    .from(followUps)
    .innerJoin(tickets, eq(tickets.id, followUps.ticketId))
    .leftJoin(lead, eq(lead.id, tickets.mergedInto))
    .where(
      and(
        inArray(followUps.state, ['PLANNED', 'WAITING', 'CALLING']),
        or(notInArray(tickets.state, [...settled]), ne(followUps.round, roundOf), isLeadAhead),
      ),
    )
    .limit(batch)
  return rows.map(({ id }) => id)
}
