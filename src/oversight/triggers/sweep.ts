import type { Calendar } from '../../calendar/calendar.ts'
import { dayOf } from '../../calendar/days.ts'
import { weekdaysBefore } from '../../calendar/weekdays.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Duty } from '../../platform/jobs/ticker.ts'
import type { Log } from '../../platform/process/log.ts'
import type { Instant, TicketId, UnitCode } from '../../platform/types.ts'
import { openStates } from '../../tickets/life/ticket.ts'
import { causesOfPapers } from '../cases/alerts.ts'
import { factsOf, readOpen, signalsOnly } from './facts.ts'
import { readSettled, standingOf, standingOfTickets, writeDifference } from './store.ts'
import { causesOf, compare, rulesOn, type Standing, type TicketFacts, type TriggerRules } from './trigger.ts'
import { unitsBelow } from './unit-rates.ts'

/**
 * The jobs role's part: every open ticket is held against the triggers, a page at a time. Alerts begin and end with their
 * causes. Any number of processes may sweep; a second sweep changes nothing.
 */
export interface AlertParts {
  db: Db
  rules: readonly TriggerRules[]
  calendar(): Promise<Calendar>
  now(): Instant
  log: Log
}

const sweepEveryMs = 60_000
/** A sweep rests so many times as long as it took: one of 3 s is followed by 5 minutes. */
const restFactor = 100
const pageSize = 1_000

export function alertDuties(parts: AlertParts): Duty[] {
  let restUntil = 0
  return [
    {
      everyMs: sweepEveryMs,
      name: 'triggers of supervision',
      async work() {
        const began = performance.now()
        if (began < restUntil) return
        await sweepAlerts(parts)
        const ended = performance.now()
        restUntil = ended + restFactor * (ended - began)
      },
    },
  ]
}

interface Page {
  ticket: { id: TicketId; number: string; unit: UnitCode | null }
  facts: TicketFacts
}

/** @returns how many alerts it changed */
export async function sweepAlerts(parts: AlertParts): Promise<number> {
  const { db, log } = parts
  const now = parts.now()
  const rules = rulesOn(parts.rules, dayOf(now))
  if (!rules) return 0
  const began = performance.now()
  const calendar = await parts.calendar()
  const at = { now, lateSince: weekdaysBefore(calendar, now, rules.triggers.T04.workingDays) }
  let tickets = 0
  let changed = 0
  const settle = async (pages: readonly Page[], standing: readonly Standing[]): Promise<void> => {
    const found = pages.flatMap(({ ticket, facts }) =>
      causesOf(facts, rules, at).map((cause) => ({ ...cause, subject: ticket.number, unit: ticket.unit })),
    )
    const ids = new Map(pages.map(({ ticket }) => [ticket.number, ticket.id]))
    const writing = { now, rulesVersion: rules.version, idOf: (subject: string) => ids.get(subject) ?? null }
    changed += await writeDifference(db, compare(found, standing), writing)
    tickets += pages.length
  }

  for (const state of openStates) {
    for (let after = '' as TicketId; ; ) {
      const rows = await readOpen(db, state, after, pageSize)
      const last = rows.at(-1)
      if (!last) break
      const standing = await standingOfTickets(
        db,
        rows.map(({ id }) => id),
      )
      const repeated = new Set(standing.flatMap(({ trigger, ticketId }) => (trigger === 'T11' ? ticketId : [])))
      const facts = await factsOf(db, rows, rules, { now, isRepeated: (id) => repeated.has(id) })
      await settle(pagesOf(rows, facts), standing)
      after = last.id
      if (rows.length < pageSize) break
    }
  }
  for (let after = '' as TicketId; ; ) {
    const rows = await readSettled(db, after, pageSize)
    const last = rows.at(-1)
    if (!last) break
    const standing = await standingOfTickets(
      db,
      rows.map(({ id }) => id),
    )
    await settle(pagesOf(rows, await signalsOnly(db, rows)), standing)
    after = last.id
    if (rows.length < pageSize) break
  }
  changed += await sweepOthers(parts, rules, now)
  const ms = Math.round(performance.now() - began)
  log[changed > 0 ? 'info' : 'debug']({ tickets, changed, ms }, 'triggers of supervision swept')
  return changed
}

function pagesOf(rows: readonly Page['ticket'][], facts: readonly TicketFacts[]): Page[] {
  return rows.flatMap((ticket, n) => {
    const one = facts[n]
    return one ? { ticket, facts: one } : []
  })
}

/** Of units as a whole, by the last week that is over, and of papers. */
async function sweepOthers({ db }: AlertParts, rules: TriggerRules, now: Instant): Promise<number> {
  const { T14 } = rules.triggers
  const found = [...(T14.isOn ? await unitsBelow(db, T14, now) : []), ...(await causesOfPapers(db, rules, now))]
  const standing = (await Promise.all((['T05', 'T08', 'T14', 'T15'] as const).map((id) => standingOf(db, id)))).flat()
  // A leader's instruction that was reported of a ticket is swept with its ticket.
  const others = standing.filter(({ ticketId }) => ticketId === null)
  return writeDifference(db, compare(found, others), { now, rulesVersion: rules.version, idOf: () => null })
}
