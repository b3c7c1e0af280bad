import type { FastifyRequest } from 'fastify'
import type { Exports } from '../../audit/exports.ts'
import { wallTimeOf } from '../../calendar/days.ts'
import type { NumbersAsked } from '../../citizens/numbers-asked.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { pageLimit, readUlidCursor } from '../../platform/web/paging.ts'
import type { Web } from '../../platform/web/web.ts'
import { endedByTitles, outcomeTitles } from '../machine/call.ts'
import { type CallSummary, listFilter, total } from './api.ts'
import { type CallFilter, type CallReader, countListed, listCalls } from './reads.ts'

export interface CallExportParts {
  db: Db
  guard: Guard
  numbersAsked: NumbersAsked
  exports: Exports
  areaCode: string
  now(): Instant
}

/**
 * The count of a list of calls, and the list as a table: by the same rule as its pages, with nothing that they do not
 * show.
 */
export function routeCallExports(web: Web, parts: CallExportParts): void {
  const { db, guard, numbersAsked, exports, areaCode, now } = parts
  const tags = ['calls']

  const readerOf = (request: FastifyRequest): CallReader => ({ person: guard.sessionOf(request).person, now: now() })

  async function filterOf(request: FastifyRequest, asked: { caller?: string | undefined }): Promise<CallFilter> {
    const { caller, ...filter } = asked
    return { ...filter, caller: await numbersAsked.searched(request, caller) }
  }

  web.get(
    '/api/calls/total',
    {
      onRequest: guard.needs('calls.read'),
      schema: {
        operationId: 'countCalls',
        tags,
        summary: 'how many calls a list has',
        refusals: ['citizen.too-many-numbers'],
        querystring: listFilter,
        response: { 200: total },
      },
    },
    async (request) => countListed(db, readerOf(request), await filterOf(request, request.query)),
  )

  web.get(
    '/api/calls/export.csv',
    {
      onRequest: guard.needs('calls.export'),
      schema: {
        operationId: 'exportCalls',
        tags,
        summary: 'a list of calls as a table, numbers masked; audited',
        refusals: ['citizen.too-many-numbers', 'export.too-many'],
        querystring: listFilter,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      const filter = await filterOf(request, request.query)
      const reader = readerOf(request)
      return exports.send<CallSummary>(request, reply, {
        action: 'calls.exported',
        name: 'calls',
        header,
        cells,
        filter: { ...request.query },
        async page(cursor) {
          const page = { after: readUlidCursor(cursor), limit: pageLimit }
          const { calls, next } = await listCalls(db, reader, filter, page, areaCode)
          return { rows: calls, next }
        },
      })
    },
  )
}

const header = [
  ...[
    '通话编号',
    '来电时间',
    '来电号码',
    '要求不显示号码',
    '归属地',
    '拨打的号码',
    '线路',
    '话务员工号',
    '话务员',
    '结果',
    '结束方',
  ],
  ...['进入排队', '接听时间', '结束时间', '等待秒数', '通话秒数', '有录音'],
]

function cells(call: CallSummary) {
  const { caller, line, agent, outcome, endedBy } = call
  const time = (at: Instant | null) => (at === null ? null : wallTimeOf(at))
  const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms / 1_000))
  return [
    ...[
      call.id,
      time(call.arrivedAt),
      caller.number,
      caller.isWithheld ? '是' : '否',
      caller.place,
      line.number,
      line.name,
    ],
    ...[agent?.number ?? null, agent?.name ?? null],
    ...[outcome === null ? '进行中' : outcomeTitles[outcome], endedBy === null ? null : endedByTitles[endedBy]],
    ...[time(call.queuedAt), time(call.answeredAt), time(call.endedAt), seconds(call.waitMs), seconds(call.talkMs)],
    call.hasRecording ? '是' : '否',
  ]
}
