import { wallTimeOf } from '../calendar/days.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { pageLimit } from '../platform/web/paging.ts'
import type { Web } from '../platform/web/web.ts'
import { actionTitles } from './action.ts'
import { type AuditEntry, auditFilter, auditList, auditQuery } from './api.ts'
import type { Exports } from './exports.ts'
import { listAudit } from './reads.ts'

/** The audit, for auditors; that they read it is written down as well. */
export function routeAudit(web: Web, parts: { db: Db; guard: Guard; exports: Exports; now(): Instant }): void {
  const { db, guard, exports, now } = parts
  const tags = ['audit']
  const auditor = { onRequest: guard.needs('audit.read') }

  web.get(
    '/api/audit',
    {
      ...auditor,
      schema: {
        operationId: 'listAudit',
        tags,
        summary: 'what was done, newest first',
        refusals: ['list.bad-cursor'],
        querystring: auditQuery,
        response: { 200: auditList },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query
      const found = await listAudit(db, filter, { cursor, limit })
      // Every page: a cursor can be written by hand, and stand before the newest row.
      await guard.audit(db, request, { action: 'audit.read', details: { filter, ...(cursor ? { cursor } : {}) } })
      return found
    },
  )

  web.get(
    '/api/audit/export.csv',
    {
      ...auditor,
      schema: {
        operationId: 'exportAudit',
        tags,
        summary: 'the audit as a table; audited',
        refusals: ['export.too-many'],
        querystring: auditFilter,
        produces: ['text/csv'],
      },
    },
    async (request, reply) => {
      // What is written while it is read does not belong to it: else it would never end.
      const filter = { ...request.query, to: Math.min(request.query.to ?? now(), now()) }
      return exports.send<AuditEntry>(request, reply, {
        action: 'audit.exported',
        name: 'audit',
        header: ['编号', '时间', '用户名', '姓名', '操作', '操作代码', '对象', '对象姓名', '结果', '来源地址', '详情'],
        cells,
        filter: { ...request.query },
        async page(cursor) {
          const { entries, next } = await listAudit(db, filter, { cursor, limit: pageLimit })
          return { rows: entries, next }
        },
      })
    },
  )
}

function cells(entry: AuditEntry) {
  const { id, at, actor, name, action, subject, subjectName, address, isAllowed, details } = entry
  const title = action in actionTitles ? actionTitles[action as keyof typeof actionTitles] : action
  return [
    ...[id, wallTimeOf(at), actor, name, title, action, subject, subjectName, isAllowed ? '成功' : '被拒绝', address],
    details && JSON.stringify(details),
  ]
}
