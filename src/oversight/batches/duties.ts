import { and, eq } from 'drizzle-orm'
import type { Calendar } from '../../calendar/calendar.ts'
import { dayOf } from '../../calendar/days.ts'
import { type Db, openDatabase, type Tx } from '../../platform/database/database.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import { errorLine } from '../../platform/process/error-line.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant } from '../../platform/types.ts'
import type { Settings } from '../../settings.ts'
import { oversightAlerts } from '../triggers/schema.ts'
import { askCut, cut, unwrittenBatches, waitingCuts } from './cut.ts'
import { weeklyCut } from './plan.ts'
import { isReconciliationDue, markReconciled, type Struck, strikeSettled } from './reconcile.ts'
import { oversightCuts } from './schema.ts'
import type { BatchRow, CutRow } from './sheet.ts'
import { writeBatch } from './write.ts'

/** A cut reads every overdue ticket in one statement: longer than a call may wait, so on connections of its own. */
const cutLimitMs = 25_000

/** What others do with it, in the same transaction. */
export interface BatchHooks {
  onWritten?(tx: Tx, batch: BatchRow, occasion: CutRow['occasion']): Promise<void>
  onStruck?(tx: Tx, struck: readonly Struck[]): Promise<void>
}

export interface BatchDutyParts {
  hooks?: BatchHooks
  settings: Pick<Settings, 'databaseUrl'>
  site: { city: string; name: string }
  calendar(): Promise<Calendar>
  now(): Instant
  log: Log
}

export interface BatchDuties {
  duties: Duty[]
  /** All that is due, in its order; for tests. */
  look(): Promise<void>
  close(): Promise<void>
}

/** The jobs role's part: cuts when they are due or asked for, their files, and the daily reconciliation. */
export function openBatchDuties({ settings, site, calendar, hooks = {}, now, log }: BatchDutyParts): BatchDuties {
  const database = openDatabase(settings, { limitMs: cutLimitMs, connections: 2, log })
  const { db } = database

  async function plan(): Promise<void> {
    const planned = weeklyCut(await calendar(), now())
    if (planned) await askCut(db, { key: planned.key, occasion: 'WEEKLY', byId: null }, now())
    const today = dayOf(now())
    if (await hasUnanswered(db, today)) {
      await askCut(db, { key: `unanswered:${today}`, occasion: 'UNANSWERED', byId: null }, now())
    }
  }
  async function make(): Promise<void> {
    for (const id of await waitingCuts(db)) {
      const numbers = await cut(db, id, site.city, now()).catch((error: unknown) => refuse(db, id, error))
      if (numbers) log.info({ cut: id, batches: numbers }, 'overdue tickets cut for the inspection offices')
    }
    for (const number of await unwrittenBatches(db)) {
      const isMine = await writeBatch({ db, centre: site.name, calendar, now, ...hooks }, number)
      if (isMine) log.info({ batch: number }, 'files of a batch written')
    }
  }
  return {
    duties: [
      { everyMs: 20_000, name: 'weekly batch of overdue tickets', work: plan },
      { everyMs: 2_000, name: 'batches of overdue tickets', work: make },
      { everyMs: 60_000, name: 'reconciliation of batches', work: () => reconcile(db, hooks, now, log) },
    ],
    async look() {
      await plan()
      await make()
      await reconcile(db, hooks, now, log)
    },
    close: database.close,
  }
}

/** What stands in the way of a cut is kept with it; the next round tries again. */
async function refuse(db: Db, id: string, error: unknown): Promise<never> {
  const line = errorLine(error)
  const lastError = (typeof line === 'string' ? line : line.message).slice(0, 255)
  await db.update(oversightCuts).set({ lastError }).where(eq(oversightCuts.id, id))
  throw error
}

/** Trigger T05: a 督办单 that was due is not answered. It goes outside of the weekly rhythm, once a day. */
async function hasUnanswered(db: Db, today: string): Promise<boolean> {
  const { day, slot, trigger } = oversightAlerts
  const [row] = await db
    .select({ id: oversightAlerts.id })
    .from(oversightAlerts)
    .where(and(eq(trigger, 'T05'), eq(day, today), eq(slot, 1)))
    .limit(1)
  return row !== undefined
}

async function reconcile(db: Db, { onStruck }: BatchHooks, now: () => Instant, log: Log): Promise<void> {
  if (!(await isReconciliationDue(db, now()))) return
  let struck = 0
  for (let some = 1; some > 0; ) {
    some = await strikeSettled(db, now(), onStruck)
    struck += some
  }
  await markReconciled(db, now())
  log.info({ struck }, 'batches reconciled')
}
