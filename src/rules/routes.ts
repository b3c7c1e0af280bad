import type { Bus } from '../bus.ts'
import type { WorkingTime } from '../calendar/calendar.ts'
import { dayOf } from '../calendar/days.ts'
import { limitInWords } from '../calendar/limit.ts'
import { contradictionsIn } from '../calendar/notice.ts'
import { readYears } from '../calendar/store.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Timing } from '../tickets/clocks/deadlines.ts'
import type { LimitBook } from '../tickets/clocks/limit-book.ts'
import type { Limits, LimitTable } from '../tickets/clocks/limits.ts'
import { type Move, movesOnCalendar, movesUnder } from '../tickets/clocks/moves.ts'
import { previewMoves } from '../tickets/clockwork/moving.ts'
import { typeTitles, urgencyTitles } from '../tickets/life/words.ts'
import {
  calendarLoaded,
  calendarPlan,
  limitPlan,
  limitProfileChosen,
  limitProfiles,
  type NoticeGiven,
  noticeConfirmed,
  noticeGiven,
  profileChosen,
} from './api.ts'
import {
  calendarWith,
  choicesMade,
  choose,
  firstConcerned,
  type PlannedYear,
  planYears,
  unitNames,
  writeYears,
  YearNotLoaded,
} from './store.ts'

export interface RulesParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  guard: Guard
  timing(): Promise<Timing>
  workingTime: WorkingTime
  limits: LimitBook
  now(): Instant
}

const mostShown = 200
const tags = ['rules']

/** Working days by the yearly notice: what it changes and which tickets move, before it is confirmed. */
export function routeCalendarRules(web: Web, parts: RulesParts): void {
  const { db, bus, guard, timing, workingTime, now } = parts
  const mayChange = { onRequest: guard.needs('rules') }

  async function planOf(notice: NoticeGiven): Promise<PlannedYear[]> {
    const wrong = contradictionsIn(notice, notice.year)
    if (notice.holidays.some(({ from, to }) => to < from)) wrong.push('假期的结束早于开始，请核对。')
    if (wrong.length > 0) throw new Refusal('calendar.contradiction', { detail: wrong.join('') })
    try {
      return planYears(notice, await readYears(db))
    } catch (error) {
      if (!(error instanceof YearNotLoaded)) throw error
      throw new Refusal('calendar.year-not-loaded', {
        detail: `通知调整了 ${error.year} 年的日期，而该年日历尚未载入，请先载入 ${error.year} 年。`,
      })
    }
  }

  web.post(
    '/api/admin/calendar/preview',
    {
      ...mayChange,
      schema: {
        operationId: 'previewCalendar',
        tags,
        summary: 'what a notice would change, and which clocks would move; nothing is written',
        refusals: ['calendar.contradiction', 'calendar.year-not-loaded'],
        body: noticeGiven,
        response: { 200: calendarPlan },
      },
    },
    async (request) => {
      const plan = await planOf(request.body)
      const [calendar, present] = await Promise.all([calendarWith(db, plan, workingTime), timing()])
      const from = firstConcerned(plan)
      const found =
        from === null
          ? { moves: [], count: 0, isMore: false }
          : await previewMoves(db, from, (tickets) => movesOnCalendar(tickets, calendar, present), mostShown)
      return {
        years: plan.map(({ year, version, days, changed }) => ({
          ...{ year, version, changed },
          workingDays: days.filter((day) => day.isWorkingDay).length,
        })),
        ...(await shown(db, found)),
      }
    },
  )

  web.post(
    '/api/admin/calendar/confirm',
    {
      ...mayChange,
      schema: {
        operationId: 'loadCalendarYear',
        tags,
        summary: 'put a notice in force as it was previewed; the clocks of open tickets follow; audited',
        refusals: ['calendar.contradiction', 'calendar.year-not-loaded', 'calendar.changed'],
        body: noticeConfirmed,
        response: { 200: calendarLoaded },
      },
    },
    async (request) => {
      const { notice, versions } = request.body
      const plan = await planOf(notice)
      const years = await db.transaction(async (tx) => {
        const written = await writeYears(tx, plan, notice.source, versions, now())
        if (written === null) throw new Refusal('calendar.changed')
        const changed = plan.flatMap((one) => one.changed)
        const details = { source: notice.source, years: written, days: changed.length }
        await guard.audit(tx, request, { action: 'calendar.loaded', subject: String(notice.year), details })
        return written
      })
      bus.publish('outbox.filled', {})
      return { years }
    },
  )
}

/** Profiles of limits: which one is in force from which day, and what open tickets would have under it. */
export function routeLimitRules(web: Web, parts: RulesParts): void {
  const { db, guard, timing, limits, now } = parts
  const mayChange = { onRequest: guard.needs('rules') }

  /** The version of the profile that would be in force on that day. */
  function tableFor({ profile, from }: { profile: string; from: string }): LimitTable {
    const begun = limits.tables.filter((table) => table.profile === profile && table.from <= from)
    const [table] = begun.toSorted((one, other) => other.version - one.version)
    if (!table) throw new Refusal('limits.unknown')
    return table
  }

  web.get(
    '/api/admin/limits',
    {
      ...mayChange,
      schema: {
        operationId: 'listLimitProfiles',
        tags,
        summary: 'profiles of limits, and which one was chosen from when on',
        response: { 200: limitProfiles },
      },
    },
    async () => {
      const [chosen, present] = await Promise.all([choicesMade(db), timing()])
      const { profile, version } = present.limits
      return {
        profiles: limits.tables.map((table) => ({
          ...{
            profile: table.profile,
            title: table.title,
            version: table.version,
            from: table.from,
            source: table.source,
          },
          lines: linesOf(table),
        })),
        choices: [...chosen, ...limits.choices.toReversed().map((choice) => ({ ...choice, by: null, at: null }))],
        inForce: { profile, version },
      }
    },
  )

  web.post(
    '/api/admin/limits/preview',
    {
      ...mayChange,
      schema: {
        operationId: 'previewLimits',
        tags,
        summary: 'what open tickets would have under another profile; nothing is written',
        refusals: ['limits.unknown'],
        body: profileChosen,
        response: { 200: limitPlan },
      },
    },
    async (request) => {
      const table = tableFor(request.body)
      const present = await timing()
      const found = await previewMoves(db, now(), (tickets) => movesUnder(tickets, table, present), mostShown)
      return shown(db, found)
    },
  )

  web.post(
    '/api/admin/limits/choose',
    {
      ...mayChange,
      schema: {
        operationId: 'chooseLimits',
        tags,
        summary: 'a profile for all that is dispatched from a day on; open tickets keep theirs; audited',
        refusals: ['limits.unknown', 'limits.too-early'],
        body: profileChosen,
        response: { 200: limitProfileChosen },
      },
    },
    async (request) => {
      const { profile, from } = request.body
      const { version } = tableFor(request.body)
      // Every process has to know it before the first ticket is dispatched under it.
      if (from <= dayOf(now())) throw new Refusal('limits.too-early')
      await db.transaction(async (tx) => {
        await choose(tx, profile, from, guard.sessionOf(request).person.id, now())
        await guard.audit(tx, request, { action: 'limits.chosen', subject: profile, details: { from, version } })
      })
      return { profile, version, from }
    },
  )
}

async function shown(db: Db, found: { moves: Move[]; count: number; isMore: boolean }) {
  const names = await unitNames(db)
  return {
    ...found,
    moves: found.moves.map(({ number, clock, unit, from, to }) => ({
      ...{ number, clock, from, to },
      unit: unit && (names.get(unit) ?? unit),
    })),
  }
}

function linesOf({ urgent, general, redo }: LimitTable) {
  const line = (title: string, { handle, sign, returnWindow, extension }: Limits) => ({
    ...{ title, handle: limitInWords(handle), sign: sign ? limitInWords(sign) : '—' },
    returnWindow: returnWindow ? limitInWords(returnWindow) : '不可退单',
    extension: extension ? `${extension.times} 次，每次 ${limitInWords(extension.by)}` : '不可延期',
  })
  return [
    line(urgencyTitles.P1, urgent.P1),
    line(urgencyTitles.P2, urgent.P2),
    ...(Object.keys(general) as (keyof typeof general)[]).map((type) => line(typeTitles[type], general[type])),
    line('重办', redo),
  ]
}
