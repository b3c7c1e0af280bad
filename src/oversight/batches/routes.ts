import { Readable } from 'node:stream'
import { hasPaperFonts, setPaper } from '../../papers/pdf.ts'
import { digestOf } from '../../papers/store.ts'
import type { Guard } from '../../people/guard.ts'
import type { Db, Tx } from '../../platform/database/database.ts'
import type { Instant } from '../../platform/types.ts'
import { readCursor } from '../../platform/web/paging.ts'
import { problems, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import {
  batchAsked,
  batchDetail,
  batchList,
  batchQuery,
  batchRequest,
  byBatch,
  fileQuery,
  itemQuery,
  receiptsGiven,
  receiptsTaken,
} from './api.ts'
import { coverOf } from './cover.ts'
import { askCut } from './cut.ts'
import { importReceipts, type OnItem } from './receipts.ts'
import {
  countWaiting,
  type FoundBatch,
  findBatch,
  itemView,
  listBatches,
  listItems,
  readFile,
  readReceipts,
  summariesOf,
} from './store.ts'

export interface BatchRouteParts {
  db: Db
  guard: Guard
  /** Of the hotline: who sends. */
  centre: string
  /** What receipts of items mean beside the batch. */
  onItem(tx: Tx, number: string, by: { id: number; name: string }, now: Instant): OnItem
  now(): Instant
}

const types = {
  json: 'application/json; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

const tags = ['oversight']

async function requireBatch(db: Db, number: string): Promise<FoundBatch> {
  const found = await findBatch(db, number)
  if (!found) throw new Refusal('batch.not-found')
  return found
}

/** Batches of overdue tickets for the inspection offices (督查室), their files, and what the offices answer. */
export function routeBatches(web: Web, parts: BatchRouteParts): void {
  const { db, guard, now } = parts
  const reader = { onRequest: guard.needs('oversight.read') }
  const keeper = { onRequest: guard.needs('oversight.keep') }

  web.get(
    '/api/oversight/batches',
    {
      ...reader,
      schema: {
        ...{
          operationId: 'listOversightBatches',
          tags,
          summary: 'batches, newest first, with the standing of their items',
        },
        refusals: ['list.bad-cursor'],
        querystring: batchQuery,
        response: { 200: batchList },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query
      const before = readCursor(cursor, /^(?<number>\d{4}-\d{4,7})$/)?.number ?? null
      const [found, waiting] = await Promise.all([listBatches(db, before, limit + 1), countWaiting(db)])
      const shown = found.slice(0, limit)
      const next = found.length > limit ? (shown.at(-1)?.batch.number ?? null) : null
      return { batches: await summariesOf(db, shown, now()), waiting, next }
    },
  )

  web.post(
    '/api/oversight/batches',
    {
      ...keeper,
      schema: {
        ...{ operationId: 'askOversightBatch', tags },
        summary: 'cut what is overdue now, for every office; the jobs role does it in a moment; audited',
        body: batchRequest,
        response: { 202: batchAsked },
      },
    },
    async (request, reply) => {
      const byId = guard.sessionOf(request).person.id
      const key = `demand:${byId}:${request.body.key}`
      const cut = await db.transaction(async (tx) => {
        await guard.audit(tx, request, { action: 'batch.asked' })
        return askCut(tx, { key, occasion: 'ON_DEMAND', byId }, now())
      })
      return reply.code(202).send({ cut })
    },
  )

  web.get(
    '/api/oversight/batches/:number',
    {
      ...reader,
      schema: {
        ...{
          operationId: 'readOversightBatch',
          tags,
          summary: 'a batch with a page of its items and its last receipts',
        },
        refusals: ['batch.not-found', 'list.bad-cursor'],
        params: byBatch,
        querystring: itemQuery,
        response: { 200: batchDetail },
      },
    },
    async (request) => {
      const { cursor, limit, shown } = request.query
      const after = Number(readCursor(cursor, /^(?<line>\d{1,9})$/)?.line ?? 0)
      const found = await requireBatch(db, request.params.number)
      const [[summary], rows, receipts] = await Promise.all([
        summariesOf(db, [found], now()),
        listItems(db, found.batch, shown, { after, limit: limit + 1 }),
        readReceipts(db, found.batch),
      ])
      if (!summary) throw new Refusal('batch.not-found')
      const list = rows.slice(0, limit)
      const next = rows.length > limit ? String(list.at(-1)?.line) : null
      return { ...summary, list: list.map(itemView), next, receipts }
    },
  )
  routeBatchFiles(web, parts)
  routeCover(web, parts)
  routeReceipts(web, parts)
}

function routeBatchFiles(web: Web, { db, guard }: BatchRouteParts): void {
  web.get(
    '/api/oversight/batches/:number/file',
    {
      onRequest: guard.needs('oversight.read'),
      schema: {
        ...{ operationId: 'readOversightBatchFile', tags },
        summary: 'the batch as it was written, the same bytes for ever; audited',
        refusals: ['batch.not-found', 'batch.not-written'],
        params: byBatch,
        querystring: fileQuery,
        produces: Object.values(types),
      },
    },
    async (request, reply) => {
      const { number } = request.params
      const { format } = request.query
      const { batch } = await requireBatch(db, number)
      const bytes = format === 'json' ? batch.jsonBytes : batch.xlsxBytes
      const sha256 = format === 'json' ? batch.jsonSha256 : batch.xlsxSha256
      if (bytes === null || sha256 === null) throw new Refusal('batch.not-written')
      await guard.audit(db, request, { action: 'batch.file-read', subject: number, details: { format, sha256 } })
      return reply
        .header('content-disposition', `attachment; filename="batch-${number}.${format}"`)
        .header('content-length', bytes)
        .header('digest', `sha-256=${Buffer.from(sha256, 'hex').toString('base64')}`)
        .header('cache-control', 'private, no-store')
        .type(types[format])
        .send(Readable.from(readFile(db, number, format)))
    },
  )
}

function routeCover(web: Web, { db, guard, centre }: BatchRouteParts): void {
  web.get(
    '/api/oversight/batches/:number/cover',
    {
      onRequest: guard.needs('oversight.read'),
      schema: {
        ...{ operationId: 'printOversightBatchCover', tags },
        summary: 'the cover of a batch as a PDF, with the digests of its files; audited',
        refusals: ['batch.not-found', 'batch.not-written', 'paper.no-fonts', 'server.busy'],
        params: byBatch,
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const { number } = request.params
      const { batch, occasion } = await requireBatch(db, number)
      const cover = coverOf(batch, { occasion }, centre)
      if (!cover) throw new Refusal('batch.not-written')
      if (!hasPaperFonts()) throw new Refusal('paper.no-fonts')
      const sha256 = digestOf(cover)
      const set = setPaper(cover, sha256)
      if (set === null) throw new Refusal('server.busy', { retryAfterS: 10 })
      const bytes = await set
      const details = { kind: cover.kind, as: 'pdf', sha256 }
      await guard.audit(db, request, { action: 'paper.printed', subject: number, details })
      return reply
        .header('content-disposition', `inline; filename="batch-${number}.pdf"`)
        .header('cache-control', 'private, no-store')
        .type('application/pdf')
        .send(bytes)
    },
  )
}

function routeReceipts(web: Web, { db, guard, onItem, now }: BatchRouteParts): void {
  web.post(
    '/api/oversight/batches/:number/receipts',
    {
      onRequest: guard.needs('oversight.keep'),
      schema: {
        ...{ operationId: 'importBatchReceipts', tags },
        summary: 'what the office answered, of the batch or of single items: all of it or nothing; audited',
        refusals: ['batch.not-found', 'batch.receipt-faults'],
        params: byBatch,
        body: receiptsGiven,
        response: { 200: receiptsTaken },
      },
    },
    async (request) => {
      const { number } = request.params
      const { id, name } = guard.sessionOf(request).person
      const receipts = request.body.receipts.map(({ at, ...given }) => ({ ...given, at: at ?? now() }))
      return db.transaction(async (tx) => {
        const imported = await importReceipts(tx, number, receipts, id, now(), onItem(tx, number, { id, name }, now()))
        if (!imported) throw new Refusal('batch.not-found')
        if (imported.faults.length > 0) {
          const faults = imported.faults.map(({ index, code }) => ({
            path: `body.receipts.${index}`,
            message: `第 ${index + 1} 条（${receipts[index]?.ticket ?? '整批'}）：${problems[code].title}`,
          }))
          throw new Refusal('batch.receipt-faults', { faults, detail: faults[0]?.message ?? '' })
        }
        const { added } = imported
        await guard.audit(tx, request, { action: 'batch.receipts-imported', subject: number, details: { added } })
        return { added, known: receipts.length - added }
      })
    },
  )
}
