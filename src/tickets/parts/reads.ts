import { and, eq, inArray, isNull, or, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
import type { Db } from '../../platform/database/database.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { readCursor } from '../../platform/web/paging.ts'
import { units } from '../../units/schema.ts'
import type { TicketList, TicketSummary } from '../api.ts'
import type { TaskStep, TicketPerson } from '../life/ticket.ts'
import { wordsFor } from '../lists/reader-words.ts'
import { readListed, summaryOf } from '../lists/reads.ts'
import { ticketDeadlines, tickets, ticketTasks } from '../records/schema.ts'
import { type Box, boxes, type PartCounts } from './api.ts'
import { partClock } from './detail.ts'

/**
 * Lists of parts: what a unit has to do, to review, and what it waits for. Each begins with what is open, a few hundred
 * rows of one index, and is put in order here.
 */

const part = alias(ticketTasks, 'part')
const own = alias(ticketTasks, 'own')

interface PartRow {
  ticketId: TicketId
  unit: UnitCode
  name: string | null
  step: TaskStep | null
  demand: string | null
  answeredAt: Instant | null
}

const columns = {
  ...{ ticketId: part.ticketId, unit: part.unitCode, name: units.shortName, step: part.partStep },
  ...{ demand: part.demand, answeredAt: part.answeredAt },
}
const mostOpen = 2_000

const inSteps = (...steps: TaskStep[]) => and(eq(part.slot, 1), inArray(part.partStep, steps))

async function partsWhere(db: Db, where: SQL | undefined): Promise<PartRow[]> {
  return db.select(columns).from(part).leftJoin(units, eq(units.code, part.unitCode)).where(where).limit(mostOpen)
}

/** Of tickets that a unit is to answer as the unit in charge. */
async function partsOfLead(db: Db, unit: UnitCode, where: SQL | undefined): Promise<PartRow[]> {
  const isAtWork = and(eq(tickets.leadUnit, unit), inArray(tickets.state, ['DISPATCHED', 'SIGNED']))
  return db
    .select(columns)
    .from(tickets)
    .innerJoin(part, eq(part.ticketId, tickets.id))
    .leftJoin(units, eq(units.code, part.unitCode))
    .where(and(isAtWork, where))
    .limit(mostOpen)
}

/** Of tickets that a unit has to answer a part of. */
async function partsOfSender(db: Db, unit: UnitCode, where: SQL | undefined): Promise<PartRow[]> {
  return db
    .select(columns)
    .from(own)
    .innerJoin(part, and(eq(part.ticketId, own.ticketId), eq(part.sentBy, unit)))
    .leftJoin(units, eq(units.code, part.unitCode))
    .where(and(eq(own.unitCode, unit), eq(own.slot, 1), eq(own.partStep, 'SIGNED'), where))
    .limit(mostOpen)
}

/** @param unit null: the hotline, which has only what co-units declined */
async function partsIn(db: Db, unit: UnitCode | null, box: Box): Promise<PartRow[]> {
  if (unit === null) {
    return box === 'declined' ? partsWhere(db, and(isNull(part.sentBy), eq(part.role, 'CO'), inSteps('DECLINED'))) : []
  }
  switch (box) {
    case 'todo':
      return partsWhere(db, and(eq(part.unitCode, unit), inSteps('SENT', 'SIGNED', 'DECLINED')))
    case 'review': {
      const isHelp = and(isNull(part.sentBy), inSteps('ANSWERED'))
      const isSent = and(eq(part.sentBy, unit), inSteps('ANSWERED', 'DECLINED'))
      const found = await Promise.all([partsOfLead(db, unit, or(isHelp, isSent)), partsOfSender(db, unit, isSent)])
      return found.flat()
    }
    case 'sent': {
      const isHelp = and(isNull(part.sentBy), inSteps('SENT', 'SIGNED'))
      const isSent = and(eq(part.sentBy, unit), inSteps('SENT', 'SIGNED'))
      const found = await Promise.all([partsOfLead(db, unit, isHelp), partsWhere(db, isSent)])
      return found.flat()
    }
    case 'declined':
      return []
  }
}

interface Group {
  ticketId: TicketId
  parts: PartRow[]
  clock: ReturnType<typeof partClock>
  /** Its place in the list. */
  at: number
}

/** A ticket once, with the parts that are meant: first what is due first, or what waits longest for its reader. */
async function groupsIn(db: Db, unit: UnitCode | null, box: Box, now: Instant): Promise<Group[]> {
  const rows = await partsIn(db, unit, box)
  const ids = [...new Set(rows.map(({ ticketId }) => ticketId))]
  if (ids.length === 0) return []
  const runs = await db
    .select()
    .from(ticketDeadlines)
    .where(
      and(
        ...[inArray(ticketDeadlines.ticketId, ids), eq(ticketDeadlines.slot, 1)],
        inArray(ticketDeadlines.clock, ['PART_SIGN', 'PART']),
      ),
    )
  const clockOf = ({ ticketId, unit: whose }: PartRow) =>
    partClock(
      runs.filter((run) => run.ticketId === ticketId),
      whose,
      now,
    )
  const groups = ids.map((ticketId): Group => {
    const parts = rows.filter((row) => row.ticketId === ticketId)
    const [first] = parts.map(clockOf).toSorted((one, other) => dueOf(one) - dueOf(other))
    const clock = first ?? partClock([], '' as UnitCode, now)
    const answered = Math.min(...parts.map(({ answeredAt }) => answeredAt ?? Number.MAX_SAFE_INTEGER))
    return { ticketId, parts, clock, at: box === 'review' ? answered : dueOf(clock) }
  })
  return groups.toSorted((one, other) => one.at - other.at || (one.ticketId < other.ticketId ? -1 : 1))
}

/** What has no due time comes first, so that its mark is seen. */
const dueOf = ({ nextDueAt, clockMark }: Group['clock']): number =>
  nextDueAt ?? (clockMark === null ? Number.MAX_SAFE_INTEGER : 0)

/** One page of a unit's parts; of the hotline those that co-units declined. */
export async function listParts(
  db: Db,
  person: TicketPerson,
  { unit, box }: { unit: UnitCode | null; box: Box },
  { cursor, limit }: { cursor: string | undefined; limit: number },
  now: Instant,
): Promise<TicketList> {
  const after = readCursor(cursor, /^(?<at>\d{1,16})\.(?<id>[0-7][0-9A-HJKMNP-TV-Z]{25})$/)
  const groups = await groupsIn(db, unit, box, now)
  const isAfter = ({ at, ticketId }: Group) =>
    after === null || at > Number(after.at) || (at === Number(after.at) && ticketId > (after.id ?? ''))
  const rest = groups.filter(isAfter)
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  const listed = await readListed(
    db,
    page.map(({ ticketId }) => ticketId),
  )
  const words = await wordsFor(
    db,
    person,
    listed.map(({ ticket }) => ticket),
  )
  return {
    tickets: page.flatMap((group): TicketSummary[] => {
      const row = listed.find(({ ticket }) => ticket.id === group.ticketId)
      if (!row) return []
      const [first] = group.parts
      const shown = words(row.ticket)
      const part = {
        units: group.parts.map(({ name, unit: code }) => name ?? code),
        ...{ step: first?.step ?? 'SENT', demand: shown.text(first?.demand ?? '') },
      }
      return [{ ...summaryOf(row, shown, now, person), ...(box === 'review' ? {} : group.clock), part }]
    }),
    next: last === undefined ? null : `${last.at}.${last.ticketId}`,
  }
}

/** @param unit null: the hotline */
export async function countParts(db: Db, unit: UnitCode | null, now: Instant): Promise<PartCounts> {
  const [todo = [], review = [], sent = [], declined = []] = await Promise.all(
    boxes.map((box) => groupsIn(db, unit, box, now)),
  )
  const inLamp = (groups: Group[], lamp: string) => groups.filter(({ clock }) => clock.lamp === lamp).length
  return {
    ...{ todo: todo.length, review: review.length, sent: sent.length, declined: declined.length },
    ...{ soon: inLamp(todo, 'YELLOW'), overdue: inLamp(todo, 'RED'), late: inLamp(sent, 'RED') },
  }
}
