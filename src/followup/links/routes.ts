import { eq } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { AuditAction } from '../../audit/action.ts'
import { audit } from '../../audit/store.ts'
import type { Bus } from '../../bus.ts'
import { categories } from '../../catalogue/schema.ts'
import { fromOf } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import { openTries } from '../../platform/redis/tries.ts'
import { openBudget, spendOrRefuse } from '../../platform/web/budget.ts'
import { clientOf } from '../../platform/web/origin.ts'
import { type ProblemCode, Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { addAttachment } from '../../tickets/files/attachments.ts'
import { fileRefusals, takeFile } from '../../tickets/files/taking.ts'
import { tickets } from '../../tickets/records/schema.ts'
import { units } from '../../units/schema.ts'
import { recordAnswers } from '../answering.ts'
import { barToLink } from '../follow-up.ts'
import { linkLifeMs } from '../rules.ts'
import { type FollowUpParts, findFollowUp, followUpIn, type Kept } from '../store.ts'
import { byToken, newRating, photoAdded, photoUpload, ratingAsked, ratingGiven } from './api.ts'
import { findRatingLink, markOpened } from './store.ts'

export interface RatingParts extends FollowUpParts {
  redis: Redis
  bus: Pick<Bus, 'publish'>
  /** Of the files of tickets. */
  folder: string
}

/** Of one address, to all of these routes. */
const perMinute = 60
const minuteMs = 60_000
/** A token has 128 bits; this is against loops. */
const wrongLimit = { tries: 20, windowMs: minuteMs }
const photoLimit = { tries: 6, windowMs: 86_400_000 }
const bodyLimit = 32 * 1024

/** What a citizen opens from a message: three questions about one matter, answered once. No log-in, own limits. */
export function routeRatings(web: Web, parts: RatingParts): void {
  const { db, rules, now } = parts
  const tries = openTries(parts.redis)
  const budget = openBudget(minuteMs, Date.now)
  const onRequest = async (request: FastifyRequest): Promise<void> =>
    spendOrRefuse(budget, clientOf(request.ip), perMinute)
  const shared = { tags: ['ratings'], security: [] }
  const ofLink = ['follow-up.link-over', 'follow-up.rated', 'follow-up.over'] as const

  const write = (
    request: FastifyRequest,
    action: AuditAction,
    more: { subject?: string; isAllowed?: boolean; details?: Record<string, unknown> },
  ) => audit(db, { at: now(), actorId: null, actor: 'rating-link', action, address: fromOf(request).address, ...more })

  async function count(key: string, limit: { tries: number; windowMs: number }): Promise<void> {
    const counted = await tries.count(`{hotline}:ratings:${key}`, limit)
    if (counted.isAllowed) return
    throw new Refusal('request.too-many', { retryAfterS: Math.max(1, Math.ceil(counted.waitMs / 1_000)) })
  }

  /** @throws Refusal for a link that does not hold; what is behind a wrong one is not said */
  async function open(request: FastifyRequest, token: string): Promise<{ linkId: string; kept: Kept }> {
    const link = await findRatingLink(db, token)
    const kept = link === null ? null : await findFollowUp(db, link.followUpId)
    if (link === null || kept === null) {
      await count(`wrong:${clientOf(request.ip)}`, wrongLimit)
      throw new Refusal('follow-up.link-over')
    }
    const bar: ProblemCode | null =
      barToLink(followUpIn(kept), rules, now()) ??
      (now() >= link.createdAt + linkLifeMs(rules) ? 'follow-up.link-over' : null)
    if (bar === null) return { linkId: link.id, kept }
    await write(request, 'rating.refused', { isAllowed: false, details: { link: link.id, code: bar } })
    throw new Refusal(bar)
  }

  web.get(
    '/api/public/ratings/:token',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'openRating',
        summary: 'the matter that a rating link asks about, without names; audited',
        refusals: ofLink,
        params: byToken,
        response: { 200: ratingAsked },
      },
    },
    async (request) => {
      const { linkId, kept } = await open(request, request.params.token)
      const facts = await matterOf(db, kept)
      await markOpened(db, linkId, now())
      await write(request, 'rating.opened', { subject: facts.number, details: { link: linkId } })
      const sentAt = Math.max(...kept.attempts.filter(({ means }) => means === 'LINK').map(({ at }) => at))
      return { ...facts, expiresAt: sentAt + linkLifeMs(rules), isFinal: kept.row.isFinal }
    },
  )

  web.post(
    '/api/public/ratings/:token',
    {
      onRequest,
      bodyLimit,
      schema: {
        ...shared,
        operationId: 'giveRating',
        summary: 'the answers: a matter is rated once; audited',
        refusals: [...ofLink, 'follow-up.not-found'],
        params: byToken,
        body: newRating,
        response: { 200: ratingGiven },
      },
    },
    async (request) => {
      const { linkId, kept } = await open(request, request.params.token)
      const after = await recordAnswers(parts, kept.row.id, { means: 'LINK', answers: request.body })
      const { number } = await matterOf(db, kept)
      await write(request, 'rating.given', { subject: number, details: { link: linkId } })
      parts.bus.publish('outbox.filled', {})
      return { isReviewed: after.row.state === 'REVIEW' }
    },
  )

  /** Only here a body may be anything: it is bytes, and nothing reads it before `takeFile`. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    files.post(
      '/api/public/ratings/:token/photos',
      {
        onRequest,
        schema: {
          ...shared,
          operationId: 'addRatingPhoto',
          summary: 'a photo with the rating, kept with the ticket; the body is its bytes; audited',
          refusals: [...ofLink, 'draft.not-found', ...fileRefusals],
          consumes: ['application/octet-stream'],
          params: byToken,
          querystring: photoUpload,
          response: { 201: photoAdded },
        },
      },
      async (request, reply) => {
        const { linkId, kept } = await open(request, request.params.token)
        await count(`photos:${linkId}`, photoLimit)
        const holder = { ticketId: kept.row.ticketId }
        const file = await takeFile(parts, request, holder, 'CITIZEN', request.query.name)
        if (!file.mediaType.startsWith('image/')) {
          throw new Refusal('attachment.type-refused', { detail: '这里只收照片，请拍照或从相册中选择。' })
        }
        const row = await addAttachment(db, holder, file, { id: null, unitCode: null }, now())
        if (typeof row === 'string') throw new Refusal(row)
        await write(request, 'rating.photo-added', { details: { link: linkId, file: row.id } })
        return reply.code(201).send({ id: row.id, fileName: row.fileName, bytes: row.bytes })
      },
    )
  })
}

/** What the citizen knows already, and the answer that they were given. */
async function matterOf(db: Db, { row }: Kept) {
  const [found] = await db
    .select({
      ...{ number: tickets.number, registeredAt: tickets.registeredAt, closedAt: tickets.closedAt },
      ...{ publicReply: tickets.publicReply, category: categories.name },
    })
    .from(tickets)
    .innerJoin(categories, eq(categories.code, tickets.categoryCode))
    .where(eq(tickets.id, row.ticketId))
  if (!found) throw new Error(`follow-up ${row.id} without a ticket`)
  const unit = row.unitCode
  const [named] = unit === null ? [] : await db.select({ name: units.name }).from(units).where(eq(units.code, unit))
  return { ...found, unit: named?.name ?? null }
}
