import {
  and,
  between,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  notExists,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { alias } from 'drizzle-orm/mysql-core'
import { lineageOf } from '../../catalogue/catalogue.ts'
import { categories } from '../../catalogue/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { firstUlidAt } from '../../platform/text/ulid-time.ts'
import type { CategoryCode, CountyCode, Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { readCursor, readUlidCursor } from '../../platform/web/paging.ts'
import { units } from '../../units/schema.ts'
import type { TicketQuery } from '../api.ts'
import type { Lamp } from '../clocks/limits.ts'
import {
  openStates,
  type RequestKind,
  type TaskRole,
  type TicketPerson,
  type TicketState,
  ticketStates,
} from '../life/ticket.ts'
import { isOfHotline, mayKnowHidden } from '../life/view.ts'
import { isOpenTicket } from '../records/hidden.ts'
import { ticketRequests, tickets, ticketTasks } from '../records/schema.ts'
import { problems } from '../rounds/words.ts'

/**
 * Which tickets stand on a page, of 5 million. A list is put together of branches, each of which walks one index in the
 * order of the page and stops when the page is full: no branch sorts but the few that are yellow or red, and none reads
 * what other states, units or categories have between. The rows themselves are read afterwards, for the tickets that are shown.
 */

export interface TicketFilter extends Omit<TicketQuery, 'caller' | 'line' | 'cursor' | 'limit'> {
  /** E.164 or a short code. */
  caller: string | undefined
  line?: LineAsked | undefined
}

export interface LineAsked {
  id: number
  /** Not 12345: few citizens dialled it. */
  isOld: boolean
}

export interface Found {
  id: TicketId
  nextDueAt: Instant | null
}

export interface Page {
  cursor: string | undefined
  limit: number
}

/** A range of one index in the order of the page. */
interface Branch {
  index: string
  where: SQL | undefined
  /** Another table than `tickets` is walked: what hangs on a few of them. */
  by?: typeof ticketTasks | typeof ticketRequests
}

/** What a list is walked for. */
export interface Walk {
  db: Db
  scope: Scope
  filter: TicketFilter
  where: SQL | undefined
  isByDue: boolean
}

export interface Row {
  id: TicketId
  due: string | null
}

export const foundOf = ({ id, due }: Row): Found => ({
  id,
  nextDueAt: due === null ? null : (tickets.nextDueAt.mapFromDriverValue(due) as Instant),
})

export async function rowsOf<R extends Row>(db: Db, statement: SQL): Promise<R[]> {
  const [rows] = await db.execute(statement)
  return rows as unknown as R[]
}

/** The first tickets of a list, in its order; null for an unknown category. */
export async function firstOf(walk: Walk, number: string | undefined, limit: number): Promise<SQL | null> {
  const { db, scope, filter, where, isByDue } = walk
  const branches = await branchesOf(db, scope, filter, number)
  if (branches.length === 0) return null
  const order = isByDue ? 'due' : 'newest'
  const parts = branches.map((branch) => branchSql(branch, where, order, limit))
  const found = sql.join(parts, sql` UNION ALL `)
  return sql`SELECT id, next_due_at AS due FROM (${found}) AS found ORDER BY ${orderOf(order, sql`next_due_at`, sql`id`)} LIMIT ${limit}`
}

/** Of a list of some states or of one unit: the id that comes after so many, counted from the oldest. By the index alone. */
export async function idAfterOldest({ db, scope, filter }: Walk, count: number): Promise<TicketId | undefined> {
  const branches = await branchesOf(db, scope, byAge(filter), undefined)
  const parts = branches.map((branch) => branchSql(branch, undefined, 'oldest', count + 1))
  const ids = sql.join(parts, sql` UNION ALL `)
  const [row] = await rowsOf<Row>(db, sql`SELECT id FROM (${ids}) AS ids ORDER BY id LIMIT 1 OFFSET ${count}`)
  return row?.id
}

/** Of the list, what is older than this id. Newest first, whatever the order of the list: all of it is meant to be read. */
export function olderThan(walk: Walk, id: TicketId): Walk {
  return { ...walk, filter: byAge(walk.filter), isByDue: false, where: and(walk.where, lt(tickets.id, id)) }
}

function byAge(filter: TicketFilter): TicketFilter {
  const { lamp: _, ...rest } = filter
  const states = statesOf(filter)
  return { ...rest, sort: 'newest', ...(states && { state: [...states] }) }
}

/** The hotline sees all; a unit what it takes part in. What is due is due to the unit in charge. */
export interface Scope {
  unit: UnitCode | null
  isLead: boolean
  isCo: boolean
}

/** @returns null for a person without a unit, who sees nothing */
export function scopeOf(person: TicketPerson, { unit, part, sort }: TicketFilter): Scope | null {
  if (isOfHotline(person)) return { unit: unit ?? null, isLead: true, isCo: false }
  if (person.unitCode === null) return null
  return { unit: person.unitCode, isLead: part !== 'co', isCo: part === 'co' || (part === 'any' && sort !== 'due') }
}

export function scopeWhere(db: Db, { unit, isLead, isCo }: Scope): SQL | undefined {
  if (unit === null) return undefined
  const helps = exists(
    db
      .select({ one: sql`1` })
      .from(ticketTasks)
      .where(and(eq(ticketTasks.ticketId, tickets.id), inArray(ticketTasks.role, otherRoles), partOf(unit))),
  )
  return or(isLead ? eq(tickets.leadUnit, unit) : undefined, isCo ? helps : undefined)
}

/** Of units that take part and are not the one that the ticket is with. */
const otherRoles = ['CO', 'HOLDER', 'SUB'] as const satisfies TaskRole[]

const partOf = (unit: UnitCode) => and(eq(ticketTasks.unitCode, unit), eq(ticketTasks.slot, 1))

/** A unit may help with a ticket that is with it, or that it gave back: each ticket stands in one branch. */
function isOnlyThere(db: Db, { unit, isLead }: Scope, role: (typeof otherRoles)[number]): SQL | undefined {
  // A unit below has no other task of the ticket.
  if (role === 'SUB') return undefined
  if (role === 'CO') return isLead ? sql`NOT (${tickets.leadUnit} <=> ${unit})` : undefined
  const help = alias(ticketTasks, 'help')
  const { ticketId, unitCode, slot } = help
  const ofSame = and(eq(ticketId, ticketTasks.ticketId), eq(unitCode, ticketTasks.unitCode))
  const helps = and(ofSame, eq(slot, 1), eq(help.role, 'CO'))
  return notExists(db.select({ one: sql`1` }).from(help).where(helps))
}

const isPending = (kind: RequestKind) => and(eq(ticketRequests.slot, 1), eq(ticketRequests.kind, kind))

/** Only what is open has a due time, and a lamp that is not green. */
export function statesOf({ state, sort, lamp }: TicketFilter): readonly TicketState[] | null {
  if (state !== undefined) return state
  const isOpenOnly = sort === 'due' || (lamp !== undefined && !lamp.includes('GREEN'))
  return isOpenOnly ? openStates : null
}

export const areOpenOnly = (states: readonly TicketState[] | null): boolean =>
  states?.every((state) => openStates.some((open) => open === state)) ?? false

export function statesWhere(filter: TicketFilter): SQL | undefined {
  const states = statesOf(filter)
  return states === null ? undefined : inArray(tickets.state, [...states])
}

/** The index that is walked follows from what is asked for: the fewest rows that do not belong to the answer. */
async function branchesOf(db: Db, scope: Scope, filter: TicketFilter, typed: string | undefined): Promise<Branch[]> {
  const { asks, caller, category, line, county, type, urgency, sort, state, lamp, problem } = filter
  const states = statesOf(filter)
  const ofStates = (index: string, more: SQL | undefined, wanted: readonly TicketState[]): Branch[] =>
    wanted.map((state) => ({ index, where: and(more, eq(tickets.state, state)) }))
  const inScope = and(scopeWhere(db, scope), statesWhere(filter))
  if (typed !== undefined) return [{ index: 'tickets_number', where: and(inScope, eq(tickets.number, typed)) }]
  // What waits for a decision is little.
  if (asks !== undefined) {
    return [{ index: 'ticket_requests_inbox', where: and(inScope, isPending(asks)), by: ticketRequests }]
  }
  if (problem !== undefined) {
    const wanted = states ?? ticketStates
    return problems.flatMap((one) => ofStates('tickets_problem', and(inScope, eq(tickets.problem, one)), wanted))
  }
  if (caller !== undefined) return [{ index: 'tickets_caller', where: and(inScope, eq(tickets.callerPhone, caller)) }]
  if (scope.unit !== null) {
    const index = sort === 'due' ? 'tickets_unit_due' : 'tickets_unit_state'
    const leads = eq(tickets.leadUnit, scope.unit)
    const { unit, isLead, isCo } = scope
    const helps = otherRoles.map((role): Branch => {
      const where = and(partOf(unit), eq(ticketTasks.role, role), statesWhere(filter), isOnlyThere(db, scope, role))
      return { index: 'ticket_tasks_part', where, by: ticketTasks }
    })
    return [...(isLead ? ofStates(index, leads, states ?? ticketStates) : []), ...(isCo ? helps : [])]
  }
  // What has a lamp is little of what is open: found by its due time, then put in order.
  if (hasOnly(lamp, ['YELLOW', 'RED']) && lamp?.includes('YELLOW')) {
    return [{ index: 'tickets_due', where: state && inArray(tickets.state, state) }]
  }
  if (sort === 'due' || hasOnly(lamp, ['RED'])) return ofStates('tickets_state_due', undefined, states ?? openStates)
  if (states !== null && areOpenOnly(states)) return ofStates('tickets_state', undefined, states)
  if (category !== undefined) {
    const leaves = await leavesOf(db, category as CategoryCode)
    return leaves.map((code) => ({ index: 'tickets_category', where: and(inScope, eq(tickets.categoryCode, code)) }))
  }
  const ofLine: Branch = { index: 'tickets_line', where: inScope }
  if (line?.isOld) return [ofLine]
  if (county !== undefined) return [{ index: 'tickets_county', where: inScope }]
  if (type !== undefined) return [{ index: 'tickets_type', where: inScope }]
  if (states !== null) return ofStates('tickets_state', undefined, states)
  if (urgency !== undefined) return [{ index: 'tickets_urgency', where: undefined }]
  // Most of all is of 12345: anything else is rarer.
  return [line === undefined ? { index: 'PRIMARY', where: undefined } : ofLine]
}

const hasOnly = (lamp: TicketFilter['lamp'], these: Lamp[]) => lamp?.every((one) => these.includes(one)) ?? false

function branchSql({ index, where, by: other }: Branch, conditions: SQL | undefined, order: Order, limit: number): SQL {
  const force = sql`FORCE INDEX (${sql.identifier(index)})`
  const by = orderOf(order, sql`${tickets.nextDueAt}`, sql`${other ? other.ticketId : tickets.id}`)
  // No index by age has the due time: nobody who asks for the oldest asks for it.
  const columns = order === 'oldest' ? sql`${tickets.id}` : sql`${tickets.id}, ${tickets.nextDueAt}`
  const from = other
    ? sql`${other} ${force} STRAIGHT_JOIN ${tickets} ON ${tickets.id} = ${other.ticketId}`
    : sql`${tickets} ${force}`
  return sql`(SELECT ${columns} FROM ${from} WHERE ${and(where, conditions) ?? sql`TRUE`} ORDER BY ${by} LIMIT ${limit})`
}

type Order = 'due' | 'newest' | 'oldest'

export function orderOf(order: Order, due: SQL, id: SQL): SQL {
  switch (order) {
    case 'due':
      return sql`${due}, ${id}`
    case 'newest':
      return sql`${id} DESC`
    case 'oldest':
      return id
  }
}

export function conditionsOf(db: Db, person: TicketPerson, filter: TicketFilter, now: Instant): (SQL | undefined)[] {
  const { asks, lamp, type, urgency, county, category, line, caller, from, to, problem } = filter
  // `seesAsks`, for the database.
  const mayKnowAsked =
    person.unitCode === null || isOfHotline(person) ? undefined : eq(ticketRequests.unitCode, person.unitCode)
  return [
    lamp === undefined ? undefined : or(...lamp.map((one) => shows(one, now))),
    asks === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(ticketRequests)
            .where(and(eq(ticketRequests.ticketId, tickets.id), isPending(asks), mayKnowAsked)),
        ),
    problem === undefined ? undefined : isNotNull(tickets.problem),
    person.unitCode === null || isOfHotline(person) ? undefined : isNotAbout(person.unitCode),
    type === undefined ? undefined : eq(tickets.type, type),
    urgency === undefined ? undefined : eq(tickets.urgency, urgency),
    county === undefined ? undefined : eq(tickets.countyCode, county as CountyCode),
    category === undefined ? undefined : below(category as CategoryCode),
    line === undefined ? undefined : eq(tickets.lineId, line.id),
    // Else asking for a number would tell who reported.
    caller === undefined
      ? undefined
      : and(eq(tickets.callerPhone, caller), mayKnowHidden(person) ? undefined : isOpenTicket()),
    // The bound on the id lets every index stop where the time does.
    from === undefined ? undefined : gte(tickets.id, firstUlidAt(from) as TicketId),
    to === undefined ? undefined : lt(tickets.id, firstUlidAt(to) as TicketId),
  ]
}

/** `isAccused`, for the database: no unit lists a report about itself or about a unit above it. */
function isNotAbout(unit: UnitCode): SQL {
  const above = sql`SELECT own.parent_code FROM ${units} AS own WHERE own.code = ${unit}`
  const atTop = sql`SELECT above.parent_code FROM ${units} AS own JOIN ${units} AS above ON above.code = own.parent_code WHERE own.code = ${unit}`
  return sql`NOT (${tickets.type} = 'REPORT' AND ${tickets.accusedUnit} IS NOT NULL
    AND ${tickets.accusedUnit} IN (${unit}, COALESCE((${above}), ''), COALESCE((${atTop}), '')))`
}

/** As `lampAt`, for the database. Whatever is closed has no due time and is green. */
function shows(lamp: Lamp, now: Instant): SQL | undefined {
  const isInTime = or(isNull(tickets.nextDueAt), gte(tickets.nextDueAt, now))
  switch (lamp) {
    case 'RED':
      return lt(tickets.nextDueAt, now)
    case 'YELLOW':
      return and(lte(tickets.warnAt, now), gte(tickets.nextDueAt, now))
    case 'GREEN':
      return and(or(isNull(tickets.warnAt), gt(tickets.warnAt, now)), isInTime)
  }
}

/** Codes of a category and of all that is below it. */
function rangeOf(code: CategoryCode): [CategoryCode, CategoryCode] {
  const depth = lineageOf(code).length
  return [code, depth >= 3 ? code : (code.slice(0, depth * 2).padEnd(6, '9') as CategoryCode)]
}

function below(code: CategoryCode): SQL {
  return between(tickets.categoryCode, ...rangeOf(code))
}

async function leavesOf(db: Db, code: CategoryCode): Promise<CategoryCode[]> {
  const rows = await db
    .select({ code: categories.code })
    .from(categories)
    .where(between(categories.code, ...rangeOf(code)))
  return rows.map((row) => row.code)
}

/** `next` of a page. */
export function cursorAfter({ id, nextDueAt }: Found, sort: TicketFilter['sort']): string {
  return sort === 'due' ? `${nextDueAt ?? ''}.${id}` : id
}

/** @throws Refusal for a cursor that is none of ours, or one of another order */
export function afterCursor(cursor: string, isByDue: boolean): SQL | undefined {
  if (!isByDue) return lt(tickets.id, readUlidCursor(cursor) as TicketId)
  const { due = '', id } = readCursor(cursor, /^(?<due>\d{0,15})\.(?<id>[0-7][0-9A-HJKMNP-TV-Z]{25})$/) ?? {}
  const later = gt(tickets.id, id as TicketId)
  // What has no due time comes first, so that its mark is seen.
  if (due === '') return or(isNotNull(tickets.nextDueAt), and(isNull(tickets.nextDueAt), later))
  return or(gt(tickets.nextDueAt, Number(due)), and(eq(tickets.nextDueAt, Number(due)), later))
}
