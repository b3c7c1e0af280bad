import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { maskNumber } from '../lines/mask.ts'
import { secretPlace } from '../messages/message.ts'
import { keepMessage } from '../messages/store.ts'
import { openBudget, spendOrRefuse } from '../platform/web/budget.ts'
import { clientOf } from '../platform/web/origin.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import { cookieOf, openLinkAccess } from './access.ts'
import { codeSent, linkCode, linkFound, linkToken } from './api.ts'
import { codeGapMs, codesADay, triesADay } from './link.ts'
import { enter, makeCode } from './store.ts'
import { type LinkParts, routeLinkTicket } from './ticket-routes.ts'

/** Of one address, to all of these routes: a person at a telephone sends a handful a minute. */
const perMinute = 120
const dayMs = 86_400_000

/** What a body without accounts opens: its link, then a code that is sent to its telephone. */
export function routeLinks(web: Web, parts: LinkParts): void {
  const { db, bus, settings, site, now } = parts
  const access = openLinkAccess(parts)
  const budget = openBudget(60_000, Date.now)
  const onRequest = async (request: FastifyRequest): Promise<void> =>
    spendOrRefuse(budget, clientOf(request.ip), perMinute)
  const shared = { tags: ['links'], security: [] }

  web.post(
    '/api/public/links/open',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'openTicketLink',
        summary: 'whom a one-time link is for; audited',
        refusals: ['link.over'],
        body: linkToken,
        response: { 200: linkFound },
      },
    },
    async (request) => {
      const { link, found, unitName } = await access.byToken(request, request.body.token)
      await access.write(db, request, link, 'link.opened', { subject: found.ticket.number })
      const { id, expiresAt } = link
      const isVerified = access.isVerified(request, link)
      return { id, unit: unitName, phone: maskNumber(link.phone) ?? '', expiresAt, isVerified }
    },
  )

  web.post(
    '/api/public/links/code',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'sendTicketLinkCode',
        summary: "a code to the unit's telephone; audited",
        refusals: ['link.over', 'link.too-many-codes'],
        body: linkToken,
        response: { 200: codeSent },
      },
    },
    async (request) => {
      const { link, found } = await access.byToken(request, request.body.token)
      await access.countTry(`codes-gap:${link.id}`, { tries: 1, windowMs: codeGapMs }, 'link.too-many-codes')
      await access.countTry(`codes:${link.id}`, { tries: codesADay, windowMs: dayMs }, 'link.too-many-codes')
      const { number } = found.ticket
      const at = now()
      await db.transaction(async (tx) => {
        const secret = await makeCode(tx, link.id, at)
        const text = `【${site.name}】验证码${secretPlace}，10分钟内有效，用于办理工单${number}。请勿告诉他人。`
        const key = `link-code:${link.id}:${at}`
        await keepMessage(tx, { key, kind: 'CODE', to: link.phone, text, secret, subject: number }, at)
        await access.write(tx, request, link, 'link.code-sent', { subject: number })
      })
      bus.publish('outbox.filled', {})
      return { phone: maskNumber(link.phone) ?? '', nextInS: codeGapMs / 1_000 }
    },
  )

  web.post(
    '/api/public/links/enter',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'enterTicketLink',
        summary: 'the code that was sent: from then on this browser may read and answer; audited',
        refusals: ['link.over', 'link.wrong-code', 'link.too-many-tries'],
        body: linkCode,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { token, code } = request.body
      const { link, found } = await access.byToken(request, token)
      await access.countTry(`tries:${link.id}`, { tries: triesADay, windowMs: dayMs }, 'link.too-many-tries')
      const entered = await enter(db, link.id, code, now())
      const subject = found.ticket.number
      if (entered === null) {
        await access.write(db, request, link, 'link.code-wrong', { subject, isAllowed: false })
        throw new Refusal('link.wrong-code')
      }
      await access.write(db, request, link, 'link.entered', { subject })
      setPass(reply, link.id, entered)
      return reply.code(204).send(null)
    },
  )

  function setPass(reply: FastifyReply, id: string, { pass, until }: { pass: string; until: number }): void {
    reply.setCookie(cookieOf(id), pass, {
      ...{ path: '/api/public/links', httpOnly: true, sameSite: 'strict', secure: settings.COOKIE_SECURE },
      maxAge: Math.max(1, Math.floor((until - now()) / 1_000)),
    })
  }

  routeLinkTicket(web, parts, { access, onRequest, shared })
}
