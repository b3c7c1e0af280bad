import type { FastifyRequest } from 'fastify'
import { dayOf, numberOfDay } from '../calendar/days.ts'
import type { Guard } from '../people/guard.ts'
import { may } from '../people/person.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import {
  byStation,
  confirmation,
  dutyClear,
  dutyFill,
  monthQuery,
  stationAbove,
  stationDetail,
  stationFacts,
  stationList,
} from './api.ts'
import { readPhone } from './phone.ts'
import { barToConfirm, type DutyRules, daysOf, monthOf, posts } from './roster.ts'
import {
  clearDuties,
  confirmMonth,
  readDuties,
  readRecords,
  readStations,
  type Station,
  writeDuties,
  writeRecord,
} from './store.ts'
import { aboveOf, detailOf, listOf } from './view.ts'

export interface WorkstationParts {
  db: Db
  guard: Guard
  rules: DutyRules
  areaCode: string
  now(): Instant
}

const tags = ['workstations']
/** A quarter at once, and no more than a year ahead. */
const mostDays = 92
const furthestDays = 366

/** 县区工作站: the centre sees all of them, a station keeps its own record and duty list. */
export function routeWorkstations(web: Web, parts: WorkstationParts): void {
  const { guard, now } = parts
  const reader = { onRequest: guard.needs('workstations.read') }

  web.get(
    '/api/workstations',
    {
      ...reader,
      schema: {
        operationId: 'listWorkstations',
        tags,
        summary:
          'each workstation with its load, who is on duty, the last log-in and what is wrong; a station gets itself',
        response: { 200: stationList },
      },
    },
    async (request) => listOf(parts, await stationsFor(parts, request)),
  )

  web.get(
    '/api/workstations/:unit',
    {
      ...reader,
      schema: {
        operationId: 'readWorkstation',
        tags,
        summary: 'one workstation: its posts and the duty list of a month',
        refusals: ['workstation.not-found'],
        params: byStation,
        querystring: monthQuery,
        response: { 200: stationDetail },
      },
    },
    async (request) => {
      const station = await requireStation(parts, request)
      return detailOf(parts, station, request.query.month ?? monthOf(dayOf(now())), mayOf(guard, request))
    },
  )

  web.get(
    '/api/units/own/station',
    {
      onRequest: guard.needs('unit'),
      schema: {
        operationId: 'readStationAbove',
        tags,
        summary: 'who is on duty at the workstation that sends this unit its tasks',
        response: { 200: stationAbove },
      },
    },
    async (request) => aboveOf(parts, guard.sessionOf(request).person.unitCode),
  )
  routeKeeping(web, parts)
}

function routeKeeping(web: Web, parts: WorkstationParts): void {
  const { db, guard, now } = parts
  const keeper = { onRequest: guard.needs('workstations.keep') }

  web.put(
    '/api/workstations/:unit',
    {
      ...keeper,
      schema: {
        operationId: 'changeWorkstation',
        tags,
        summary: 'leader, handler, backup and feedback person, duty phone, funding; hours by the centre only; audited',
        refusals: ['workstation.not-found', 'workstation.stale'],
        params: byStation,
        body: stationFacts,
        response: { 200: stationDetail },
      },
    },
    async (request) => {
      const station = await requireStation(parts, request)
      const { leader, handler, backup, feedback, ...rest } = request.body
      const given = { leader, handler, backup, feedback }
      const filled = { ...given }
      for (const post of posts)
        filled[post] = { ...given[post], phone: phoneIn(parts, given[post].phone, `${post}.phone`) }
      const dutyPhone = phoneIn(parts, rest.dutyPhone, 'dutyPhone')
      await db.transaction(async (tx) => {
        const before = (await readRecords(tx, [station.code])).get(station.code)
        const cover = mayOf(guard, request).setCover ? rest.cover : (before?.cover ?? 'ALL')
        const after = { ...rest, posts: filled, dutyPhone, cover }
        await writeRecord(tx, station.code, after, now())
        const details = { before, after }
        await guard.audit(tx, request, { action: 'workstation.changed', subject: station.code, details })
      })
      return detailOf(parts, station, monthOf(dayOf(now())), mayOf(guard, request))
    },
  )

  web.put(
    '/api/workstations/:unit/duties',
    {
      ...keeper,
      schema: {
        operationId: 'setDuties',
        tags,
        summary: 'one person for the same shifts of one or several days, today or later; audited',
        refusals: ['workstation.not-found'],
        params: byStation,
        body: dutyFill,
        response: { 200: stationDetail },
      },
    },
    async (request) => {
      const station = await requireStation(parts, request)
      const { from, to, shifts, leader, name, phone: typed } = request.body
      const days = daysBetween(from, to, dayOf(now()))
      const phone = phoneIn(parts, typed, 'phone')
      const rows = days.flatMap((day) =>
        shifts.map((shift) => ({ unit: station.code, day, shift, leader, name, phone })),
      )
      await db.transaction(async (tx) => {
        await writeDuties(tx, rows, now())
        const details = { from, to, shifts, leader, name, phone }
        await guard.audit(tx, request, { action: 'workstation.duty-set', subject: station.code, details })
      })
      return detailOf(parts, station, monthOf(from), mayOf(guard, request))
    },
  )

  web.post(
    '/api/workstations/:unit/duties/clear',
    {
      ...keeper,
      schema: {
        operationId: 'clearDuties',
        tags,
        summary: 'shifts of one or several days have nobody again; their months are to be confirmed anew; audited',
        refusals: ['workstation.not-found'],
        params: byStation,
        body: dutyClear,
        response: { 200: stationDetail },
      },
    },
    async (request) => {
      const station = await requireStation(parts, request)
      const { from, to, shifts } = request.body
      daysBetween(from, to, dayOf(now()))
      await db.transaction(async (tx) => {
        const cleared = await clearDuties(tx, station.code, request.body)
        const details = { from, to, shifts, cleared }
        await guard.audit(tx, request, { action: 'workstation.duty-cleared', subject: station.code, details })
      })
      return detailOf(parts, station, monthOf(from), mayOf(guard, request))
    },
  )

  web.post(
    '/api/workstations/:unit/confirmations',
    {
      ...keeper,
      schema: {
        operationId: 'confirmDuties',
        tags,
        summary: 'the list of a month is right: said by a person of the station itself; audited',
        refusals: ['workstation.not-found', 'workstation.not-yet', 'access.denied'],
        params: byStation,
        body: confirmation,
        response: { 200: stationDetail },
      },
    },
    async (request) => {
      const station = await requireStation(parts, request)
      const { month } = request.body
      if (!mayOf(guard, request).confirm) {
        throw new Refusal('access.denied', { detail: '名单由工作站自己确认，中心不能代为确认。' })
      }
      const { id, name } = guard.sessionOf(request).person
      await db.transaction(async (tx) => {
        const bar = await barOf(tx, station.code, month, now())
        if (bar !== null) throw new Refusal('workstation.not-yet', { detail: bar })
        await confirmMonth(tx, station.code, month, { id, name }, now())
        await guard.audit(tx, request, { action: 'workstation.confirmed', subject: station.code, details: { month } })
      })
      return detailOf(parts, station, month, mayOf(guard, request))
    },
  )
}

async function barOf(tx: Tx, unit: UnitCode, month: string, now: Instant): Promise<string | null> {
  const days = daysOf(month)
  const [records, duties] = await Promise.all([
    readRecords(tx, [unit]),
    readDuties(tx, unit, days[0] ?? '', days.at(-1) ?? ''),
  ])
  const record = records.get(unit)
  return record ? barToConfirm({ ...record, duties }, month, now) : null
}

/** Of the centre all of them, of a station itself. */
export async function stationsFor(
  { db, guard }: Pick<WorkstationParts, 'db' | 'guard'>,
  request: FastifyRequest,
): Promise<Station[]> {
  const stations = await readStations(db)
  const { person } = guard.sessionOf(request)
  return may(person, 'unit') ? stations.filter(({ code }) => code === person.unitCode) : stations
}

/** To another county a station is not there. @throws Refusal */
async function requireStation(
  parts: WorkstationParts,
  request: FastifyRequest & { params: { unit: UnitCode } },
): Promise<Station> {
  const found = (await stationsFor(parts, request)).find(({ code }) => code === request.params.unit)
  if (!found) throw new Refusal('workstation.not-found')
  return found
}

function mayOf(guard: Guard, request: FastifyRequest): { keep: boolean; setCover: boolean; confirm: boolean } {
  const { person } = guard.sessionOf(request)
  const [keep, isOwn] = [may(person, 'workstations.keep'), may(person, 'unit')]
  return { keep, setCover: keep && !isOwn, confirm: keep && isOwn }
}

/** @throws Refusal for what is no number; none is none */
function phoneIn({ areaCode }: WorkstationParts, text: string, path: string): string {
  if (text.trim() === '') return ''
  const phone = readPhone(text, areaCode)
  if (phone !== null) return phone
  const message = `“${text}”不是电话号码，固定电话请带区号`
  throw new Refusal('request.invalid', { detail: message, faults: [{ path: `body.${path}`, message }] })
}

/** @throws Refusal */
function daysBetween(from: string, to: string, today: string): string[] {
  const wrong = (path: string, message: string): never => {
    throw new Refusal('request.invalid', { detail: message, faults: [{ path: `body.${path}`, message }] })
  }
  const [first, last] = [numberOfDay(from), numberOfDay(to)]
  if (from < today) wrong('from', `${from} 已过，只能安排今天及以后的班次`)
  if (last < first) wrong('to', '结束日期不能早于开始日期')
  if (last - first >= mostDays) wrong('to', `一次最多安排 ${mostDays} 天`)
  if (last - numberOfDay(today) > furthestDays) wrong('to', '最多提前一年安排')
  return Array.from({ length: last - first + 1 }, (_, at) =>
    new Date((first + at) * 86_400_000).toISOString().slice(0, 10),
  )
}
