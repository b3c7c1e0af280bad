import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { AuditAction } from '../../audit/action.ts'
import { audit } from '../../audit/store.ts'
import { fromOf } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import { openTries } from '../../platform/redis/tries.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { openBudget, spendOrRefuse } from '../../platform/web/budget.ts'
import { clientOf } from '../../platform/web/origin.ts'
import { type ProblemCode, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { byCallToken, callRatingAsked, callRatingGiven, newCallRating } from './api.ts'
import { findCallLink, markCallLinkOpened, rateByLink } from './links.ts'

export interface CallRatingParts {
  db: Db
  redis: Redis
  now(): Instant
}

const minuteMs = 60_000
/** Of one address. */
const perMinute = 60
/** A token has 128 bits; this is against loops. */
const wrongLimit = { tries: 20, windowMs: minuteMs }

/** What a caller opens from a message: one question about one talk, answered once. No log-in, own limits. */
export function routeCallRatings(web: Web, { db, redis, now }: CallRatingParts): void {
  const tries = openTries(redis)
  const budget = openBudget(minuteMs, Date.now)
  const onRequest = async (request: FastifyRequest): Promise<void> =>
    spendOrRefuse(budget, clientOf(request.ip), perMinute)
  const shared = { tags: ['ratings'], security: [] }
  const refusals = ['call.rating-over', 'call.rated'] as const

  const write = (request: FastifyRequest, action: AuditAction, subject: CallId, code?: ProblemCode) =>
    audit(db, {
      ...{ at: now(), actorId: null, actor: 'rating-link', action, subject, address: fromOf(request).address },
      ...(code !== undefined && { isAllowed: false, details: { code } }),
    })

  /** @throws Refusal for a link that does not hold; what is behind a wrong one is not said */
  async function open(request: FastifyRequest, token: string) {
    const link = await findCallLink(db, token)
    if (link === null) {
      const counted = await tries.count(`{hotline}:ratings:wrong:${clientOf(request.ip)}`, wrongLimit)
      if (!counted.isAllowed)
        throw new Refusal('request.too-many', { retryAfterS: Math.max(1, Math.ceil(counted.waitMs / 1_000)) })
      throw new Refusal('call.rating-over')
    }
    const bar = link.result !== 'LINK_SENT' ? 'call.rated' : now() >= link.expiresAt ? 'call.rating-over' : null
    if (bar === null) return link
    await write(request, 'rating.refused', link.callId, bar)
    throw new Refusal(bar)
  }

  web.get(
    '/api/public/call-ratings/:token',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'openCallRating',
        summary: 'the talk that a link asks about: when it was, and nothing else; audited',
        refusals,
        params: byCallToken,
        response: { 200: callRatingAsked },
      },
    },
    async (request) => {
      const { callId, scale, arrivedAt, expiresAt } = await open(request, request.params.token)
      await markCallLinkOpened(db, callId, now())
      await write(request, 'rating.opened', callId)
      return { scale, calledAt: arrivedAt, expiresAt }
    },
  )

  web.post(
    '/api/public/call-ratings/:token',
    {
      onRequest,
      bodyLimit: 1_024,
      schema: {
        ...shared,
        operationId: 'giveCallRating',
        summary: 'the rating: a call is rated once; audited',
        refusals: [...refusals, 'request.invalid'],
        params: byCallToken,
        body: newCallRating,
        response: { 200: callRatingGiven },
      },
    },
    async (request) => {
      const { callId, scale } = await open(request, request.params.token)
      const { level } = request.body
      if (level > scale) throw new Refusal('request.invalid', { detail: `请选择 1 到 ${scale} 级中的一级。` })
      if (!(await rateByLink(db, callId, level, now()))) throw new Refusal('call.rated')
      await write(request, 'rating.given', callId)
      return { level }
    },
  )
}
