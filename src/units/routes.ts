import { eq } from 'drizzle-orm'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { type OwnUnit, ownUnit, ownUnitChange } from './api.ts'
import { units } from './schema.ts'

/** What a unit decides for itself: whether its answers are signed by a second person (审签). */

export function routeOwnUnit(web: Web, { db, guard }: { db: Db; guard: Guard }): void {
  const onRequest = guard.needs('unit')
  const refusals = ['ticket.no-unit'] as const
  const codeOf = (request: Parameters<Guard['sessionOf']>[0]): UnitCode => {
    const { unitCode } = guard.sessionOf(request).person
    if (!unitCode) throw new Refusal('ticket.no-unit')
    return unitCode as UnitCode
  }
  const find = async (code: UnitCode): Promise<OwnUnit> => {
    const [row] = await db
      .select({ code: units.code, name: units.name, isReplySigned: units.isReplySigned })
      .from(units)
      .where(eq(units.code, code))
    if (!row) throw new Refusal('ticket.no-unit')
    return row
  }

  web.get(
    '/api/own-unit',
    {
      onRequest,
      schema: {
        operationId: 'readOwnUnit',
        tags: ['catalogue'],
        summary: 'what your unit has decided for itself',
        refusals: [...refusals],
        response: { 200: ownUnit },
      },
    },
    async (request) => find(codeOf(request)),
  )

  web.put(
    '/api/own-unit',
    {
      onRequest,
      schema: {
        operationId: 'changeOwnUnit',
        tags: ['catalogue'],
        summary: 'whether the answers of your unit are signed by a second person; audited',
        refusals: [...refusals],
        body: ownUnitChange,
        response: { 200: ownUnit },
      },
    },
    async (request) => {
      const code = codeOf(request)
      const { isReplySigned } = request.body
      await db.transaction(async (tx) => {
        await tx.update(units).set({ isReplySigned }).where(eq(units.code, code))
        await guard.audit(tx, request, { action: 'unit.reply-signing', subject: code, details: { isReplySigned } })
      })
      return find(code)
    },
  )
}
