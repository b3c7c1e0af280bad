import { and, asc, count, eq, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { oversightAlerts } from '../triggers/schema.ts'
import { urgeNumberOf } from './case.ts'
import { oversightCaseEvents, oversightCases, oversightCaseTickets } from './schema.ts'
import { actOnCase } from './store.ts'

/**
 * 催办单: the machine urges the unit of each ticket that is overdue, once for each time that it becomes so; the paper ends
 * when the cause has ended. What a dead process left undone the next round does.
 */

const batch = 200
const everyMs = 30_000
const machine = { id: null, name: '系统', unitCode: null }

export interface UrgeParts {
  db: Db
  now(): Instant
  log: Log
}

export function urgeDuties(parts: UrgeParts): Duty[] {
  return [
    {
      everyMs,
      name: '催办单 of overdue tickets',
      async work() {
        for (let some = batch; some === batch; ) some = await urgeSome(parts)
        for (let some = batch; some === batch; ) some = await lapseSome(parts)
      },
    },
  ]
}

/** @returns how many it wrote; less than a batch: there are no more */
export async function urgeSome({ db, now, log }: UrgeParts): Promise<number> {
  const at = now()
  const { slot, trigger, ticketId, raisedAt, unitCode, id, since } = oversightAlerts
  const isUrged = sql`EXISTS (SELECT 1 FROM ${oversightCaseTickets} AS link JOIN ${oversightCases} AS paper
    ON paper.id = link.case_id WHERE link.ticket_number = ${tickets.number} AND paper.kind = 'URGE' AND paper.drafted_at >= ${raisedAt})`
  const rows = await db
    .select({ number: tickets.number, unit: unitCode, since })
    .from(oversightAlerts)
    .innerJoin(tickets, eq(tickets.id, ticketId))
    .where(and(eq(trigger, 'T03'), eq(slot, 1), sql`${unitCode} IS NOT NULL`, sql`NOT ${isUrged}`))
    .orderBy(asc(id))
    .limit(batch)
  if (rows.length > 0) {
    await db.transaction((tx) => writeUrges(tx, rows, at))
    log.info({ urged: rows.length }, '催办单 issued for overdue tickets')
  }
  return rows.length
}

type Overdue = { number: string; unit: (typeof oversightCases.$inferInsert)['unitCode']; since: Instant }

async function writeUrges(tx: Tx, rows: readonly Overdue[], at: Instant): Promise<void> {
  const numbers = rows.map(({ number }) => number)
  const before = await tx
    .select({ number: oversightCaseTickets.ticketNumber, urges: count() })
    .from(oversightCaseTickets)
    .innerJoin(oversightCases, eq(oversightCases.id, oversightCaseTickets.caseId))
    .where(and(inArray(oversightCaseTickets.ticketNumber, numbers), eq(oversightCases.kind, 'URGE')))
    .groupBy(oversightCaseTickets.ticketNumber)
  const urged = new Map(before.map(({ number, urges }) => [number, urges]))
  const made = rows.map(({ number, unit, since }) => {
    const id = newId(at)
    const paper = {
      ...{
        id,
        kind: 'URGE' as const,
        state: 'SENT' as const,
        version: 1,
        level: 'L1' as const,
        trigger: 'T03' as const,
      },
      ...{
        number: urgeNumberOf(number, (urged.get(number) ?? 0) + 1),
        unitCode: unit,
        subject: `工单 ${number} 办理超期`,
      },
      ...{ texts: { demand: '该工单已超过办理期限，请立即办理并答复来电人。' }, dueAt: since, reports: [] },
      ...{ draftedAt: at, issuedAt: at },
    }
    return { number, paper }
  })
  // Two processes at once: the number lets only one of them stand.
  for (const { number, paper } of made) {
    const [done] = await tx.insert(oversightCases).ignore().values(paper)
    if (done.affectedRows === 0) continue
    await tx.insert(oversightCaseTickets).values({ caseId: paper.id, ticketNumber: number })
    const event = { kind: 'begin' as const, at, byId: null, byName: machine.name, unitCode: null, details: {} }
    await tx.insert(oversightCaseEvents).values({ caseId: paper.id, seq: 1, ...event })
  }
}

/** Of tickets that are no longer overdue. */
export async function lapseSome({ db, now }: UrgeParts): Promise<number> {
  const { id, kind, state } = oversightCases
  const isOverdue = sql`EXISTS (SELECT 1 FROM ${oversightAlerts} AS alert WHERE alert.trigger_id = 'T03'
    AND alert.subject = ${oversightCaseTickets.ticketNumber} AND alert.slot = 1)`
  const rows = await db
    .select({ id })
    .from(oversightCases)
    .innerJoin(oversightCaseTickets, eq(oversightCaseTickets.caseId, id))
    .where(and(eq(kind, 'URGE'), inArray(state, ['SENT', 'RECEIVED', 'ANSWERED']), sql`NOT ${isOverdue}`))
    .limit(batch)
  const request = { by: machine, actor: { by: 'system' } as const, version: null, city: '' }
  for (const row of rows) {
    await db.transaction((tx) => actOnCase(tx, row.id, { kind: 'lapse' }, { ...request, now: now() }))
  }
  return rows.length
}
