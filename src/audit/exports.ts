import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { wallTimeOf } from '../calendar/days.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { openTries } from '../platform/redis/tries.ts'
import { type Cell, csvStream } from '../platform/text/csv.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { AuditAction } from './action.ts'

/** Lists that leave the house as a table: bounded, streamed, and written down with their filter and number of rows. */
export interface Exports {
  /**
   * Answers with the table.
   * @param pages asked for one after another, each with the cursor of the one before, until there is no next one
   * @throws Refusal when this person exports too often
   */
  send<Row>(request: FastifyRequest, reply: FastifyReply, table: Table<Row>): Promise<FastifyReply>
}

export interface Table<Row> {
  action: AuditAction
  /** Of the file, before its date. */
  name: string
  header: readonly string[]
  cells(row: Row): readonly Cell[]
  page(cursor: string | undefined): Promise<{ rows: Row[]; next: string | null }>
  /** As it was asked for. */
  filter: Record<string, unknown>
}

/** A longer table is not readable: the filter has to be narrowed. */
export const mostRows = 20_000
const exportLimit = { tries: 20, windowMs: 60 * 60_000 }

export interface ExportParts {
  db: Db
  redis: Redis
  guard: Guard
  now(): Instant
  log: Log
}

export function openExports({ db, redis, guard, now, log }: ExportParts): Exports {
  const tries = openTries(redis)

  async function* rowsOf<Row>(request: FastifyRequest, table: Table<Row>): AsyncGenerator<readonly Cell[]> {
    let rows = 0
    let isWhole = false
    try {
      let cursor: string | undefined
      for (;;) {
        const page = await table.page(cursor)
        const room = page.rows.slice(0, mostRows - rows)
        // Counted before they are given out: an audit that fails leaves none uncounted.
        rows += room.length
        for (const row of room) yield table.cells(row)
        isWhole = page.next === null && room.length === page.rows.length
        if (page.next === null || rows >= mostRows) break
        cursor = page.next
      }
      if (!isWhole) yield [`已到 ${mostRows} 行上限，后面的没有导出，请缩小条件分次导出`]
    } finally {
      const details = { filter: table.filter, rows, isWhole }
      await guard
        .audit(db, request, { action: table.action, details })
        .catch((error: unknown) =>
          log.error({ err: error, table: table.name, rows }, 'end of an export not audited: its begin is'),
        )
    }
  }

  return {
    async send(request, reply, table) {
      const { id } = guard.sessionOf(request).person
      const counted = await tries.count(`{hotline}:exports:${id}`, exportLimit)
      if (!counted.isAllowed) {
        throw new Refusal('export.too-many', { retryAfterS: Math.max(1, Math.ceil(counted.waitMs / 1_000)) })
      }
      // Before the first row: if this process dies, the audit still knows that a table was requested.
      const details = { what: table.action, filter: table.filter }
      await guard.audit(db, request, { action: 'export.begun', details })
      const day = wallTimeOf(now()).replace(/[-:]/g, '').replace(' ', '-').slice(0, 13)
      return reply
        .header('content-disposition', `attachment; filename="${table.name}-${day}.csv"`)
        .header('cache-control', 'no-store')
        .type('text/csv; charset=utf-8')
        .send(csvStream(table.header, rowsOf(request, table)))
    },
  }
}
