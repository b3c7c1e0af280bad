import { and, eq } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { AuditAction } from '../audit/action.ts'
import { audit } from '../audit/store.ts'
import { fromOf } from '../people/guard.ts'
import type { Db, Tx } from '../platform/database/database.ts'
import { openTries, type Try, type TryLimit } from '../platform/redis/tries.ts'
import type { Instant, UnitCode } from '../platform/types.ts'
import { clientOf } from '../platform/web/origin.ts'
import { type ProblemCode, Refusal } from '../platform/web/problem.ts'
import { type FoundTicket, findTicketById, machineIn } from '../tickets/lists/reads.ts'
import type { Outsider } from '../tickets/records/rows.ts'
import { units } from '../units/schema.ts'
import { endByTicket, endOf, type LinkEnd, linkEndWords, roleOfBody } from './link.ts'
import { findById, findByToken, isPass, type LinkRow } from './store.ts'

/** Who comes by a link, whether it holds, and the row of the audit that says so. */

export interface LinkAccessParts {
  db: Db
  redis: Redis
  now(): Instant
}

/** A link that holds, with what it is for. */
export interface OpenLink {
  link: LinkRow
  found: FoundTicket
  unitName: string
  by: Outsider
}

/** A token has 256 bits; this is against loops. */
const wrongLimit: TryLimit = { tries: 30, windowMs: 60_000 }

export const cookieOf = (id: string): string => `hotline_link_${id}`

export function openLinkAccess({ db, redis, now }: LinkAccessParts) {
  const tries = openTries(redis)

  async function write(
    tx: Tx | Db,
    request: FastifyRequest,
    who: Pick<LinkRow, 'id' | 'unitCode'> | null,
    action: AuditAction,
    more: { subject?: string; isAllowed?: boolean; details?: Record<string, unknown> } = {},
  ): Promise<void> {
    const details = { ...(who ? { link: who.id } : {}), ...more.details }
    const actor = who === null ? '' : `link:${who.unitCode}`
    await audit(tx, { at: now(), actorId: null, actor, action, address: fromOf(request).address, ...more, details })
  }

  /** @throws Refusal `link.over`; of a stranger's attempts only the first of a minute is audited: a loop must not fill it */
  async function refuseOver(request: FastifyRequest, link: LinkRow | null, end: LinkEnd): Promise<never> {
    const counted = await countTry(`wrong:${clientOf(request.ip)}`, wrongLimit)
    if (link !== null || counted.tries === 1) {
      await write(db, request, link, 'link.refused', { isAllowed: false, details: { end } })
    }
    throw new Refusal('link.over', { detail: linkEndWords[end], reason: end })
  }

  async function countTry(key: string, limit: TryLimit, code: ProblemCode = 'request.too-many'): Promise<Try> {
    const counted = await tries.count(`{hotline}:links:${key}`, limit)
    if (!counted.isAllowed) {
      throw new Refusal(code, { retryAfterS: Math.max(1, Math.ceil(counted.waitMs / 1_000)) })
    }
    return counted
  }

  /** @throws Refusal `link.over` with the reason */
  async function requireHolding(request: FastifyRequest, link: LinkRow | null): Promise<OpenLink> {
    if (link === null) return refuseOver(request, null, 'UNKNOWN')
    const end = endOf(link, now())
    if (end !== null) return refuseOver(request, link, end)
    const [found, [unit]] = await Promise.all([
      findTicketById(db, link.ticketId),
      db
        .select({ name: units.name, kind: units.kind })
        .from(units)
        .where(and(eq(units.code, link.unitCode), eq(units.kind, 'EXTERNAL'))),
    ])
    // A unit that has accounts by now handles its tickets with them.
    if (!found || !unit) return refuseOver(request, link, 'WITHDRAWN')
    const endsHere = endByTicket(machineIn(found), link.unitCode, now())
    if (endsHere !== null) return refuseOver(request, link, endsHere)
    return { link, found, unitName: unit.name, by: outsider(link.unitCode, unit.name) }
  }

  return {
    write,
    countTry,
    byToken: async (request: FastifyRequest, token: string) => requireHolding(request, await findByToken(db, token)),
    /** @throws Refusal `link.code-needed` when this browser has not typed the code, or long ago */
    async byPass(request: FastifyRequest, id: string): Promise<OpenLink> {
      const pass = request.cookies[cookieOf(id)]
      const link = await findById(db, id)
      // Without a pass nothing is learned of a link but that.
      if (link === null || pass === undefined) throw new Refusal('link.code-needed')
      const holds = isPass(link, pass, now())
      if (!holds && endOf(link, now()) === null) throw new Refusal('link.code-needed')
      return requireHolding(request, link)
    },
    isVerified: (request: FastifyRequest, link: LinkRow): boolean => {
      const pass = request.cookies[cookieOf(link.id)]
      return pass !== undefined && isPass(link, pass, now())
    },
  }
}

function outsider(unitCode: UnitCode, name: string): Outsider {
  return { id: null, roles: [roleOfBody], unitCode, name: `${[...name].slice(0, 40).join('')}（链接）` }
}
