import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Bus } from '../bus.ts'
import { maskNumber } from '../lines/mask.ts'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { openTicketAccess } from '../tickets/access.ts'
import { findTicket, machineIn } from '../tickets/lists/reads.ts'
import { byTicket, byTicketLink, linkReason, newLink, sentLinks } from './api.ts'
import { endByTicket, endOf } from './link.ts'
import { sendLink } from './sending.ts'
import { bodiesIn, findById, linksOf, withdraw } from './store.ts'

interface OfficeLinkParts {
  db: Db
  bus: Pick<Bus, 'publish'>
  guard: Guard
  settings: Pick<Settings, 'publicUrl'>
  site: Pick<Site, 'name'>
  now(): Instant
}

/** For dispatchers: which links of a ticket are out, one more, and none any more. */
export function routeOfficeLinks(web: Web, parts: OfficeLinkParts): void {
  const { db, bus, guard, settings, site, now } = parts
  const access = openTicketAccess(parts)
  const head = { siteName: site.name, publicUrl: settings.publicUrl }
  const dispatcher = { onRequest: guard.needs('dispatch') }
  const tags = ['links']

  const requireTicket = async (request: FastifyRequest, number: string) =>
    access.require(request, await findTicket(db, number))

  web.get(
    '/api/tickets/:number/links',
    {
      ...dispatcher,
      schema: {
        operationId: 'listTicketLinks',
        tags,
        summary: 'one-time links of a ticket, the last first',
        refusals: ['ticket.not-found', 'ticket.not-yours'],
        params: byTicket,
        response: { 200: sentLinks },
      },
    },
    async (request) => {
      const found = await requireTicket(request, request.params.number)
      const [links, bodies] = await Promise.all([linksOf(db, found.ticket.id), bodiesIn(db, found.ticket.id)])
      const ticket = machineIn(found)
      return {
        links: links.map((link) => ({
          ...{ id: link.id, unit: link.unitName, phone: maskNumber(link.phone) ?? '', createdAt: link.createdAt },
          ...{ expiresAt: link.expiresAt, openedAt: link.openedAt, withdrawnReason: link.withdrawnReason },
          end: endOf(link, now()) ?? endByTicket(ticket, link.unitCode, now()),
        })),
        bodies: bodies.map(({ unitCode: code, name, phone }) => ({ code, name, hasPhone: phone !== null })),
      }
    },
  )

  web.post(
    '/api/tickets/:number/links',
    {
      ...dispatcher,
      schema: {
        operationId: 'sendTicketLink',
        tags,
        summary: 'a new link to a body without accounts, in place of the one that it had; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'link.not-for-unit', 'link.no-phone'],
        params: byTicket,
        body: newLink,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const found = await requireTicket(request, request.params.number)
      const { id: ticketId, number } = found.ticket
      const { unit } = request.body
      const body = (await bodiesIn(db, ticketId)).find(({ unitCode }) => unitCode === unit)
      if (!body) throw new Refusal('link.not-for-unit')
      const phone = body.phone?.replace(/\D/g, '')
      if (!phone) throw new Refusal('link.no-phone')
      const madeBy = guard.sessionOf(request).person.id
      await db.transaction(async (tx) => {
        await sendLink(
          tx,
          head,
          { ticketId, unitCode: unit, phone, madeBy },
          `link:${ticketId}:${unit}:${request.id}`,
          now(),
        )
        await guard.audit(tx, request, { action: 'link.sent', subject: number, details: { unit } })
      })
      bus.publish('outbox.filled', {})
      return reply.code(204).send(null)
    },
  )

  web.post(
    '/api/tickets/:number/links/:id/withdraw',
    {
      ...dispatcher,
      schema: {
        operationId: 'withdrawTicketLink',
        tags,
        summary: 'a link that holds no longer, with a reason; audited',
        refusals: ['ticket.not-found', 'ticket.not-yours', 'link.not-found'],
        params: byTicketLink,
        body: linkReason,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { number, id } = request.params
      const found = await requireTicket(request, number)
      const { reason } = request.body
      await db.transaction(async (tx) => {
        const link = await findById(tx, id)
        const isOfTicket = link?.ticketId === found.ticket.id
        if (!isOfTicket || !(await withdraw(tx, id, reason, now()))) throw new Refusal('link.not-found')
        const details = { link: id, unit: link.unitCode, reason }
        await guard.audit(tx, request, { action: 'link.withdrawn', subject: number, details })
      })
      return reply.code(204).send(null)
    },
  )
}
