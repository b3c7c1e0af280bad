import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { dayOf } from '../calendar/days.ts'
import type { SheetFault } from '../catalogue/rules/sheet.ts'
import { readWorkbookAside, UnreadableWorkbook, writeWorkbook } from '../catalogue/rules/workbook.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { type DutyPreview, dutyApply, dutyPreview, monthQuery } from './api.ts'
import { type Duty, daysOf, gapsIn, monthOf, shiftTitles } from './roster.ts'
import { stationsFor, type WorkstationParts } from './routes.ts'
import { dutyColumns, mostDutyRows, type PlannedDuty, readDutySheet } from './sheet.ts'
import { readDutiesFrom, readRecords, type Station, writeDuties } from './store.ts'

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const largestSheet = 2 * 1024 * 1024
/** Of faults and of changes, on the page. */
const mostShown = 300
const tags = ['workstations']

/** Duty lists out to a spreadsheet, and back in: a preview of every fault and change, then the change itself. */
export function routeDutySheets(web: Web, parts: WorkstationParts): void {
  const { db, guard, now } = parts

  web.get(
    '/api/workstations/duties.xlsx',
    {
      onRequest: guard.needs('workstations.read'),
      schema: {
        operationId: 'exportDuties',
        tags,
        summary: 'the duty lists of a month with a line for each shift that has nobody, to be filled in and imported',
        querystring: monthQuery,
        produces: [xlsx],
      },
    },
    async (request, reply) => {
      const month = request.query.month ?? monthOf(dayOf(now()))
      const stations = await stationsFor(parts, request)
      const bytes = await writeWorkbook(await tablesOf(db, stations, month, dayOf(now())), now())
      return reply
        .header('content-disposition', `attachment; filename="duties-${month}.xlsx"`)
        .header('cache-control', 'no-store')
        .type(xlsx)
        .send(Buffer.from(bytes))
    },
  )

  /** Only here a body is bytes. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser(
      'application/octet-stream',
      { parseAs: 'buffer', bodyLimit: largestSheet },
      (_, body, done) => done(null, body),
    )
    const keeper = { onRequest: guard.needs('workstations.keep'), bodyLimit: largestSheet }
    const consumes = ['application/octet-stream']

    files.post(
      '/api/workstations/sheet/preview',
      {
        ...keeper,
        schema: {
          operationId: 'previewDutySheet',
          tags,
          summary: 'what a duty list would change, and every fault of it by row and column; nothing is written',
          refusals: ['workstation.sheet-unreadable'],
          consumes,
          response: { 200: dutyPreview },
        },
      },
      async (request) => previewOf(await readUpload(db, request)),
    )

    files.post(
      '/api/workstations/sheet',
      {
        ...keeper,
        schema: {
          operationId: 'importDutySheet',
          tags,
          summary: 'write what was previewed: all of it or nothing; shifts that are not in the table stay; audited',
          refusals: ['workstation.sheet-unreadable', 'workstation.sheet-faults', 'workstation.sheet-changed'],
          consumes,
          querystring: dutyApply,
          response: { 200: dutyPreview },
        },
      },
      (request) =>
        db.transaction(async (tx) => {
          const read = await readUpload(tx, request)
          if (read.faults.length > 0) throw new Refusal('workstation.sheet-faults')
          if (read.digest !== request.query.digest) throw new Refusal('workstation.sheet-changed')
          await writeDuties(
            tx,
            read.planned.filter(({ kind }) => kind !== 'SAME'),
            now(),
          )
          const preview = previewOf(read)
          const { added, changed } = preview
          await guard.audit(tx, request, { action: 'workstation.imported', details: { added, changed } })
          return preview
        }),
    )
  })

  /** The digest is of what would be written: after a preview neither file nor list may change unseen. */
  async function readUpload(on: Db | Tx, request: FastifyRequest): Promise<Read> {
    const { body } = request
    if (!Buffer.isBuffer(body) || body.length === 0) throw new Refusal('workstation.sheet-unreadable')
    const rows = await readWorkbookAside(body, mostDutyRows).catch((error: unknown) => {
      if (!(error instanceof UnreadableWorkbook)) throw error
      request.log.info({ err: error }, 'spreadsheet refused')
      throw new Refusal('workstation.sheet-unreadable')
    })
    const stations = await stationsFor(parts, request)
    const today = dayOf(now())
    const codes = stations.map(({ code }) => code)
    const present = codes.length === 0 ? [] : await readDutiesFrom(on, codes, today)
    const byCode = new Map(stations.map((station) => [station.code, station]))
    const read = readDutySheet(rows, { stations: byCode, present, today, areaCode: parts.areaCode })
    return { ...read, byCode, digest: createHash('sha256').update(JSON.stringify(read)).digest('hex') }
  }
}

interface Read {
  digest: string
  faults: SheetFault[]
  planned: PlannedDuty[]
  byCode: ReadonlyMap<string, Station>
}

function previewOf({ digest, faults, planned, byCode }: Read): DutyPreview {
  const of = (kind: PlannedDuty['kind']) => planned.filter((one) => one.kind === kind).length
  return {
    ...{ digest, faults: faults.slice(0, mostShown), faultCount: faults.length },
    ...{ added: of('ADDED'), changed: of('CHANGED'), same: of('SAME') },
    planned: planned
      .filter(({ kind }) => kind !== 'SAME')
      .slice(0, mostShown)
      .map(({ before, ...duty }) => ({
        ...{ row: duty.row, kind: duty.kind },
        title: `${byCode.get(duty.unit)?.shortName ?? duty.unit} ${duty.day} ${shiftTitles[duty.shift]}`,
        changes: changesOf(before, duty),
      })),
  }
}

function changesOf(before: Duty | null, after: Duty): DutyPreview['planned'][number]['changes'] {
  const shown = dutyColumns.filter(({ field }) => field === 'leader' || field === 'name' || field === 'phone')
  return shown.flatMap(({ field, title }) => {
    if (field !== 'leader' && field !== 'name' && field !== 'phone') return []
    const [was, is] = [before?.[field] ?? '', after[field]]
    return was === is ? [] : { title, before: was, after: is }
  })
}

async function tablesOf(db: Db, stations: readonly Station[], month: string, today: string) {
  const days = daysOf(month)
  const codes = stations.map(({ code }) => code)
  const [duties, records] = await Promise.all([
    codes.length === 0 ? [] : readDutiesFrom(db, codes, days[0] ?? ''),
    readRecords(db, codes),
  ])
  const rows = stations.flatMap(({ code, shortName }) => {
    const own = duties.filter(({ unit, day }) => unit === code && monthOf(day) === month)
    const cover = records.get(code)?.cover ?? 'ALL'
    const coming = days.filter((day) => day >= today)
    const empty = gapsIn(own, coming, cover).map((turn) => ({ ...turn, leader: '', name: '', phone: '' }))
    return [...own, ...empty]
      .toSorted((one, other) => one.day.localeCompare(other.day) || one.shift.localeCompare(other.shift))
      .map(({ day, shift, leader, name, phone }) => [shortName, day, shiftTitles[shift], leader, name, phone])
  })
  return [
    { name: '值班表', heads: dutyColumns.map(({ title, width }) => ({ title, width })), rows },
    { name: '填表说明', heads: [{ title: '说明', width: 90 }], rows: help.map((line) => [line]) },
    {
      name: '工作站',
      heads: [
        { title: '代码', width: 16 },
        { title: '工作站', width: 30 },
      ],
      rows: stations.map(({ code, shortName }) => [code, shortName]),
    },
  ]
}

const help = [
  '每行一个班次：白班、夜班，或“全天”（两个班次）。夜班记在开始的那一天，到次日白班为止。',
  '工作站填名称或代码；值班人员、值班电话必填，带班领导可以不填。固定电话带区号。',
  '表中没有的班次不变；已过的日期不能再改，导出的过去的行请先删除。',
]
