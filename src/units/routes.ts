import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Guard } from '../people/guard.ts'
import { may, roleNames } from '../people/person.ts'
import { userRoles, users } from '../people/schema.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import type { UnitCode } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { type OwnUnit, ownUnit, ownUnitChange } from './api.ts'
import { units } from './schema.ts'

/**
 * What a unit decides for itself: whether its answers are signed by a second person (审签). Anybody of it begins that; it
 * ends when two of them want it, or one person alone could pass the second signature by.
 */

interface Parts {
  db: Db
  guard: Guard
  /** How many answers of a unit wait for their second signature. */
  waiting(tx: Tx, unit: UnitCode): Promise<number>
}

export function routeOwnUnit(web: Web, { db, guard, waiting }: Parts): void {
  const onRequest = guard.needs('unit')
  const refusals = ['ticket.no-unit'] as const
  const codeOf = (request: Parameters<Guard['sessionOf']>[0]): UnitCode => {
    const { unitCode } = guard.sessionOf(request).person
    if (!unitCode) throw new Refusal('ticket.no-unit')
    return unitCode as UnitCode
  }
  const find = async (code: UnitCode, personId: number): Promise<OwnUnit> => {
    const { isReplySigned, signingOffBy } = units
    const [row] = await db
      .select({ code: units.code, name: units.name, isReplySigned, signingOffBy, endAskedBy: users.name })
      .from(units)
      .leftJoin(users, eq(users.id, signingOffBy))
      .where(eq(units.code, code))
    if (!row) throw new Refusal('ticket.no-unit')
    const { signingOffBy: asker, ...own } = row
    return { ...own, isEndAskedByYou: asker === personId }
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
    async (request) => find(codeOf(request), guard.sessionOf(request).person.id),
  )

  web.put(
    '/api/own-unit',
    {
      onRequest,
      schema: {
        operationId: 'changeOwnUnit',
        tags: ['catalogue'],
        summary: 'whether the answers of your unit are signed by a second person; two of it end that; audited',
        refusals: [...refusals, 'unit.answers-waiting'],
        body: ownUnitChange,
        response: { 200: ownUnit },
      },
    },
    async (request) => {
      const code = codeOf(request)
      const { id: personId } = guard.sessionOf(request).person
      await db.transaction(async (tx) => {
        const [unit] = await tx.select().from(units).where(eq(units.code, code)).for('update')
        const next = request.body.isReplySigned ? begun : unit?.isReplySigned ? await ended(tx, unit, personId) : null
        if (next === null) return
        await tx.update(units).set(next).where(eq(units.code, code))
        const details = { isReplySigned: next.isReplySigned, ...(next.signingOffBy !== null && { isEndAsked: true }) }
        await guard.audit(tx, request, { action: 'unit.reply-signing', subject: code, details })
      })
      return find(code, personId)
    },
  )

  /** @throws Refusal while an answer waits: it would be left with no one who has to sign it */
  async function ended(tx: Tx, unit: typeof units.$inferSelect, personId: number): Promise<Signing> {
    if ((await waiting(tx, unit.code)) > 0) throw new Refusal('unit.answers-waiting')
    const isAgreed = unit.signingOffBy !== null && unit.signingOffBy !== personId
    // Who is alone in the unit has no one to agree, and none to sign either.
    return isAgreed || !(await hasOthers(tx, unit.code, personId))
      ? { isReplySigned: false, signingOffBy: null }
      : { isReplySigned: true, signingOffBy: personId }
  }
}

type Signing = Pick<typeof units.$inferSelect, 'isReplySigned' | 'signingOffBy'>
const begun: Signing = { isReplySigned: true, signingOffBy: null }

const rolesOfUnits = roleNames.filter((role) => may({ roles: [role] }, 'unit'))

async function hasOthers(tx: Tx, unit: UnitCode, personId: number): Promise<boolean> {
  const [other] = await tx
    .select({ id: users.id })
    .from(users)
    .innerJoin(userRoles, eq(userRoles.userId, users.id))
    .where(
      and(
        ...[eq(users.unitCode, unit), eq(users.isActive, true), ne(users.id, personId)],
        inArray(userRoles.role, rolesOfUnits),
      ),
    )
    .limit(1)
  return other !== undefined
}
