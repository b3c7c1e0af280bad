import type { Exports } from '../../audit/exports.ts'
import { wallTimeOf } from '../../calendar/days.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { pageLimit } from '../../platform/web/paging.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { type TicketSummary, ticketFilter, ticketTotal } from '../api.ts'
import { lampTitles } from '../clocks/limits.ts'
import { channelTitles, requestTitles, stateTitles, typeTitles, urgencyTitles } from '../life/ticket.ts'
import { openTicketFilter } from './asked.ts'
import { countListed, listTickets } from './reads.ts'

export interface TicketExportParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  exports: Exports
  now(): Instant
}

/**
 * The count of a list of tickets, and the list as a table: by the same rule as its pages, with nothing that they do not
 * show.
 */
export function routeTicketExports(web: Web, parts: TicketExportParts): void {
  const { db, guard, exports, now } = parts
  const { personOf } = openTicketAccess(parts)
  const filterOf = openTicketFilter(parts)
  const tags = ['tickets']

  web.get(
    '/api/tickets/total',
    {
      onRequest: guard.needs('tickets.read'),
      schema: {
        operationId: 'countListedTickets',
        tags,
        summary: 'how many tickets a list has',
        refusals: ['citizen.too-many-numbers'],
        querystring: ticketFilter,
        response: { 200: ticketTotal },
      },
    },
    async (request) => {
      const filter = await filterOf(request, request.query)
      return filter === null ? { count: 0, isMore: false } : countListed(db, personOf(request), filter, now())
    },
  )

  web.get(
    '/api/tickets/export.csv',
    {
      onRequest: guard.needs('tickets.export'),
      schema: {
        operationId: 'exportTickets',
        tags,
        summary: 'a list of tickets as a table, numbers masked; a unit gets its own; audited',
        refusals: ['citizen.too-many-numbers', 'export.too-many'],
        querystring: ticketFilter,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const filter = await filterOf(request, request.query)
      const person = personOf(request)
      return exports.send<TicketSummary>(request, reply, {
        action: 'tickets.exported',
        name: 'tickets',
        header,
        cells,
        filter: { ...request.query },
        async page(cursor) {
          if (filter === null) return { rows: [], next: null }
          const { tickets, next } = await listTickets(db, person, filter, { cursor, limit: pageLimit }, now())
          return { rows: tickets, next }
        },
      })
    },
  )
}

const header = [
  ...['工单编号', '登记时间', '状态', '类型', '紧急程度', '标题', '事项', '县区', '地点', '受理渠道', '主办单位'],
  ...['来电人', '来电号码', '催办次数', '最近到期', '亮灯', '最近变动'],
]

/** With what was asked for beside it. */
const stateIn = ({ state, asks }: TicketSummary): string =>
  [stateTitles[state], ...asks.map((kind) => requestTitles[kind])].join('、')

function cells(ticket: TicketSummary) {
  const { caller } = ticket
  const time = (at: Instant | null) => (at === null ? null : wallTimeOf(at))
  return [
    ...[ticket.number, time(ticket.registeredAt), stateIn(ticket), typeTitles[ticket.type]],
    ...[urgencyTitles[ticket.urgency], ticket.title, ticket.category.name, ticket.county?.name ?? null, ticket.place],
    ...[channelTitles[ticket.channel], ticket.leadUnit?.name ?? null],
    ...(ticket.isCallerHidden ? ['保密', null] : [caller?.name ?? null, caller?.phone ?? null]),
    ...[ticket.urgeCount, time(ticket.nextDueAt), lampTitles[ticket.lamp], time(ticket.changedAt)],
  ]
}
