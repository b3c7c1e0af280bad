import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { dayOf } from '../../calendar/days.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/database/ids.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { type SheetPreview, sheetApply, sheetPreview, sheetQuery } from './api.ts'
import { standingOf } from './rule.ts'
import { cellsOf, columns, mostRows, type Planned, readSheet, type SheetFault, type SheetWorld } from './sheet.ts'
import { addRule, changeRule, factsIn, readKnown, readVersions } from './store.ts'
import { readWorkbookAside, type Table, UnreadableWorkbook, writeWorkbook } from './workbook.ts'

interface SheetRouteParts {
  db: Db
  guard: Guard
  now(): Instant
}

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const largestSheet = 2 * 1024 * 1024
/** Of faults and of changes, on the page. */
const mostShown = 300

/** The catalogue out to a spreadsheet, and back in: first a preview of every fault and change, then the change itself. */
export function routeSheets(web: Web, { db, guard, now }: SheetRouteParts): void {
  const tags = ['catalogue']

  web.get(
    '/api/catalogue/rules.xlsx',
    {
      onRequest: guard.needs('catalogue.read'),
      schema: {
        operationId: 'exportCatalogue',
        tags,
        summary: 'every rule that holds or will hold, as a spreadsheet that can be imported again; audited',
        produces: [xlsx],
      },
    },
    async (request, reply) => {
      const world = await readWorld(db, dayOf(now()), dayOf(now()))
      const bytes = await writeWorkbook(tablesOf(world), now())
      await guard.audit(db, request, { action: 'catalogue.exported', details: { rows: world.present.length } })
      return reply
        .header('content-disposition', `attachment; filename="catalogue-${world.today}.xlsx"`)
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
    const editor = { onRequest: guard.needs('catalogue.edit'), bodyLimit: largestSheet }
    const consumes = ['application/octet-stream']

    files.post(
      '/api/catalogue/sheet/preview',
      {
        ...editor,
        schema: {
          operationId: 'previewCatalogueSheet',
          tags,
          summary: 'what a spreadsheet would change, and every fault of it by row and column; nothing is written',
          refusals: ['catalogue.sheet-unreadable'],
          consumes,
          querystring: sheetQuery,
          response: { 200: sheetPreview },
        },
      },
      async (request) => {
        const read = await readUpload(db, request, request.query.from)
        return previewOf(read.digest, read.faults, read.planned)
      },
    )

    files.post(
      '/api/catalogue/sheet',
      {
        ...editor,
        schema: {
          operationId: 'importCatalogueSheet',
          tags,
          summary: 'write what was previewed: all of it or nothing; rules that are not in the table stay; audited',
          refusals: [
            ...(['catalogue.sheet-unreadable', 'catalogue.sheet-faults', 'catalogue.sheet-changed'] as const),
            ...(['catalogue.not-found', 'catalogue.stale', 'catalogue.key-taken'] as const),
          ],
          consumes,
          querystring: sheetApply,
          response: { 200: sheetPreview },
        },
      },
      async (request) => {
        const { from, why, digest } = request.query
        const { id, name } = guard.sessionOf(request).person
        return db.transaction(async (tx) => {
          const read = await readUpload(tx, request, from)
          if (read.faults.length > 0) throw new Refusal('catalogue.sheet-faults')
          if (read.digest !== digest) throw new Refusal('catalogue.sheet-changed')
          const writing = { by: { id, name }, why, source: 'IMPORT' as const, now: now() }
          for (const { kind, key, facts } of read.planned) {
            if (kind === 'ADDED') await addRule(tx, key || `r-${newId(now()).toLowerCase()}`, facts, writing)
            if (kind === 'CHANGED') await changeRule(tx, key, facts, null, writing)
          }
          const preview = previewOf(digest, [], read.planned)
          const { added, changed } = preview
          await guard.audit(tx, request, { action: 'catalogue.imported', details: { why, from, added, changed } })
          return preview
        })
      },
    )
  })

  /** The digest is of what would be written: after a preview neither file nor catalogue may change unseen. */
  async function readUpload(on: Db | Tx, request: FastifyRequest, from: string) {
    const { body } = request
    const today = dayOf(now())
    if (from < today) {
      const message = `生效日期不能早于今天（${today}）`
      throw new Refusal('request.invalid', { detail: message, faults: [{ path: 'querystring.from', message }] })
    }
    if (!Buffer.isBuffer(body) || body.length === 0) throw new Refusal('catalogue.sheet-unreadable')
    const rows = await readWorkbookAside(body, mostRows).catch((error: unknown) => {
      if (!(error instanceof UnreadableWorkbook)) throw error
      request.log.info({ err: error }, 'spreadsheet refused')
      throw new Refusal('catalogue.sheet-unreadable')
    })
    const read = readSheet(rows, await readWorld(on, today, from))
    const digest = createHash('sha256').update(JSON.stringify(read)).digest('hex')
    return { ...read, digest }
  }
}

function previewOf(digest: string, faults: SheetFault[], planned: Planned[]): SheetPreview {
  const count = (kind: Planned['kind']) => planned.filter((one) => one.kind === kind).length
  return {
    ...{ digest, faults: faults.slice(0, mostShown), faultCount: faults.length },
    ...{ added: count('ADDED'), changed: count('CHANGED'), same: count('SAME') },
    planned: planned
      .filter(({ kind }) => kind !== 'SAME')
      .slice(0, mostShown)
      .map(({ row, kind, key, title, changes }) => ({ row, kind, key, title, changes })),
  }
}

/** Of each rule the version that holds, or the next one where none does yet. */
async function readWorld(db: Db | Tx, today: string, from: string): Promise<SheetWorld> {
  const [known, versions] = await Promise.all([readKnown(db), readVersions(db)])
  const lasting = versions.filter((row) => standingOf(row, today) !== 'ENDED')
  const byKey = Map.groupBy(lasting, ({ key }) => key)
  const present = [...byKey.values()].flatMap((rows) => {
    const row = rows.at(-1)
    return row ? [{ ...factsIn(row), key: row.key }] : []
  })
  return { known, present, today, from }
}

function tablesOf({ present, known }: SheetWorld): Table[] {
  const codes = (names: ReadonlyMap<string, string>) => [...names].map(([code, name]) => [code, name])
  const heads = (first: string, second: string) => [
    { title: first, width: 14 },
    { title: second, width: 50 },
  ]
  return [
    {
      name: '权责清单',
      heads: columns.map(({ title, width }) => ({ title, width })),
      rows: present.map((rule) => {
        const cells = cellsOf(rule, known)
        return columns.map(({ field }) => cells[field] ?? '')
      }),
    },
    { name: '填表说明', heads: [{ title: '说明', width: 100 }], rows: help.map((line) => [line]) },
    { name: '事项', heads: heads('代码', '事项'), rows: codes(known.categories) },
    { name: '县区', heads: heads('代码', '县区'), rows: codes(known.counties) },
    { name: '单位', heads: heads('代码', '单位'), rows: codes(known.units) },
  ]
}

const help = [
  '每行一条规则。编号相同的行修改原规则，编号留空的行新增规则；表中没有的规则不变，停用请在页面上操作。',
  '事项、县区、单位可填代码，也可填名称；县区填“全市”表示不分县区。多个协办单位用顿号分开。',
  '派往：指定单位（派给主办单位）、属地工作站（派给该县区工作站，主办单位作后备）、省平台。',
  '生效日期留空，或与原规则相同而内容有改动时，按导入时选择的日期生效；不能早于当天。',
  '同一事项有多条规则时：限定县区的先于全市的，下级事项先于上级事项，优先级大的在前。',
]
