import { and, count, desc, eq, isNull, lt } from 'drizzle-orm'
import { users } from '../../people/schema.ts'
import type { Db } from '../../platform/database/database.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { units } from '../../units/schema.ts'
import type { AlertFilter, AlertList, RuleBook, SignalList } from './api.ts'
import { oversightAlerts, oversightSignals } from './schema.ts'
import { type TriggerId, type TriggerRules, triggerIds } from './trigger.ts'

/** Alerts, signals and rules as people read them. */

interface Page {
  /** Id of the last row of the page before. */
  before: string | null
  limit: number
}

/** What stands, newest first. */
export async function listAlerts(
  db: Db,
  { level, trigger, unit }: AlertFilter,
  { before, limit }: Page,
): Promise<AlertList> {
  const { id, slot, ticketId, unitCode } = oversightAlerts
  const rows = await db
    .select({
      alert: oversightAlerts,
      unit: { code: units.code, name: units.shortName },
      ticket: {
        ...{ number: tickets.number, title: tickets.title, state: tickets.state, urgency: tickets.urgency },
        handleDueAt: tickets.handleDueAt,
      },
    })
    .from(oversightAlerts)
    .leftJoin(tickets, eq(tickets.id, ticketId))
    .leftJoin(units, eq(units.code, unitCode))
    .where(
      and(
        eq(slot, 1),
        level && eq(oversightAlerts.level, level),
        trigger && eq(oversightAlerts.trigger, trigger),
        unit && eq(unitCode, unit),
        before === null ? undefined : lt(id, before),
      ),
    )
    .orderBy(desc(id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  return {
    alerts: page.map(({ alert, ticket, unit: ofUnit }) => {
      const { id: alertId, trigger: pulled, level: rung, subject, since, raisedAt } = alert
      return { id: alertId, trigger: pulled, level: rung, subject, since, raisedAt, unit: ofUnit, ticket }
    }),
    next: rows.length > limit ? (page.at(-1)?.alert.id ?? null) : null,
  }
}

/** What is open, newest first. */
export async function listSignals(db: Db, { before, limit }: Page): Promise<SignalList> {
  const { id, endedAt, ticketId, byId } = oversightSignals
  const rows = await db
    .select({
      ...{ signal: oversightSignals, number: tickets.number, by: users.name },
      unit: { code: units.code, name: units.shortName },
    })
    .from(oversightSignals)
    .innerJoin(tickets, eq(tickets.id, ticketId))
    .leftJoin(units, eq(units.code, tickets.leadUnit))
    .leftJoin(users, eq(users.id, byId))
    .where(and(isNull(endedAt), before === null ? undefined : lt(id, before)))
    .orderBy(desc(id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  return {
    signals: page.map(({ signal, number, unit, by }) => {
      return { id: signal.id, kind: signal.kind, number, unit, words: signal.words, at: signal.at, by }
    }),
    next: rows.length > limit ? (page.at(-1)?.signal.id ?? null) : null,
  }
}

/** What each figure of a rule is called. */
const figureTitles: Record<string, string> = {
  workingDays: '超期工作日',
  urgent: '超期即督办',
  answerHours: '答复时限（小时）',
  problemRedos: '问题工单重办次数',
  problemLevel: '问题工单级别',
  returns: '退单次数',
  callers: '反映人数',
  hours: '在几小时内',
  callersLong: '或反映人数',
  daysLong: '在几天内',
  tags: '标签',
  signRate: '签收率低于（%）',
  onTimeRate: '按期办结率低于（%）',
  leastTickets: '至少几件',
  letters: '提醒函份数',
}

function figuresOf(rule: object): RuleBook['rules'][number]['figures'] {
  return Object.entries(rule).flatMap(([name, value]) => {
    const title = figureTitles[name]
    if (title === undefined) return []
    if (Array.isArray(value)) return { name: title, value: value.join('、') }
    if (typeof value === 'object' && value !== null) {
      return {
        name: title,
        value: Object.entries(value)
          .map(([key, one]) => `${key} ${one}`)
          .join('，'),
      }
    }
    return { name: title, value: String(value) }
  })
}

/** @param inForce null: no version is in force yet */
export async function readRules(db: Db, all: readonly TriggerRules[], inForce: TriggerRules | null): Promise<RuleBook> {
  const rows = await db
    .select({ trigger: oversightAlerts.trigger, standing: count() })
    .from(oversightAlerts)
    .where(eq(oversightAlerts.slot, 1))
    .groupBy(oversightAlerts.trigger)
  const standing = new Map<TriggerId, number>(rows.map((row) => [row.trigger, row.standing]))
  return {
    version: inForce?.version ?? null,
    versions: all.map(({ version, effectiveFrom, source }) => ({ version, effectiveFrom, source })),
    rules:
      inForce === null
        ? []
        : triggerIds.map((id) => {
            const rule = inForce.triggers[id]
            const { level, act, isOn } = rule
            return { id, level, act, isOn, figures: figuresOf(rule), standing: standing.get(id) ?? 0 }
          }),
  }
}
