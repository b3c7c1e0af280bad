import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { Bus } from '../bus.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { oneReading } from '../platform/redis/readings.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { sendFile } from '../platform/web/send-file.ts'
import type { Web } from '../platform/web/web.ts'
import type { Settings } from '../settings.ts'
import type { Site } from '../site/site.ts'
import { attachment, reveal, revealedCaller } from '../tickets/api.ts'
import type { Timing } from '../tickets/clocks/deadlines.ts'
import { mayAddFile, mayReadFile, mediaTypeNames } from '../tickets/files/attachment.ts'
import { pathOf } from '../tickets/files/attachment-files.ts'
import { addAttachment, findAttachment } from '../tickets/files/attachments.ts'
import { fileRefusals, headersOf, takeFile, viewOf } from '../tickets/files/taking.ts'
import { eventOf, ticketAction } from '../tickets/life/ticket.ts'
import { isCallerHidden, mayReveal } from '../tickets/life/view.ts'
import { termsIn } from '../tickets/lists/detail-parts.ts'
import { findTicketById, machineIn, readDetail, sightIn } from '../tickets/lists/reads.ts'
import { storeRefusals } from '../tickets/records/refusal.ts'
import type { TicketWriter } from '../tickets/records/writer.ts'
import { requireChecked } from '../tickets/reply/stop.ts'
import type { OpenLink, openLinkAccess } from './access.ts'
import { actedByLink, linkFile, linkId, linkTicket, linkUpload } from './api.ts'
import { endByTicket, stepsOf } from './link.ts'
import { markUsed } from './store.ts'
import { linkView } from './view.ts'

export interface LinkParts {
  db: Db
  redis: Redis
  bus: Pick<Bus, 'publish'>
  writer: TicketWriter
  timing(): Promise<Timing>
  settings: Pick<Settings, 'COOKIE_SECURE' | 'publicUrl'>
  site: Pick<Site, 'name' | 'replyCheck'>
  /** Of the files of tickets. */
  folder: string
  now(): Instant
  log: Log
}

interface Shared {
  access: ReturnType<typeof openLinkAccess>
  onRequest(request: FastifyRequest): Promise<void>
  shared: { tags: string[]; security: never[] }
}

/** 5,000 characters of four bytes and the escapes of JSON. */
const bodyLimit = 128 * 1024
/** Of one link: the number is needed once, to call. */
const revealLimit = { tries: 5, windowMs: 86_400_000 }

const ofPass = ['link.over', 'link.code-needed'] as const

/** Behind the code: the ticket as a unit would see it, and what the body may do. Each opening is audited. */
export function routeLinkTicket(web: Web, parts: LinkParts, { access, onRequest, shared }: Shared): void {
  const { db, writer, timing, site, now } = parts

  /** The readers of a ticket expect a person; nobody has the id 0. */
  const readerOf = ({ by }: OpenLink) => ({ ...by, id: 0 })
  const stepsNow = async ({ found, link }: OpenLink) =>
    stepsOf(machineIn(found), link.unitCode, now(), termsIn(found, await timing()))
  const subjectOf = ({ found }: OpenLink) => ({ subject: found.ticket.number })

  web.get(
    '/api/public/links/:id/ticket',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'readTicketByLink',
        summary: 'the ticket of a link, without what tells who a hidden caller is; audited',
        refusals: ofPass,
        params: linkId,
        response: { 200: linkTicket },
      },
    },
    async (request) => {
      const open = await access.byPass(request, request.params.id)
      const { link, found, unitName } = open
      const [detail] = await Promise.all([
        readDetail(db, found, readerOf(open), now()),
        access.write(db, request, link, 'link.ticket-read', subjectOf(open)),
      ])
      const actions = await stepsNow(open)
      return linkView(detail, { unit: unitName, expiresAt: link.expiresAt, actions })
    },
  )

  web.post(
    '/api/public/links/:id/actions',
    {
      onRequest,
      bodyLimit,
      schema: {
        ...shared,
        operationId: 'actByLink',
        summary: 'the next step of the ticket of a link; audited',
        refusals: [...ofPass, ...storeRefusals, 'ticket.reply-stopped'],
        params: linkId,
        body: ticketAction,
        response: { 200: actedByLink },
      },
    },
    async (request) => {
      const { body } = request
      const open = await access.byPass(request, request.params.id)
      const { link, found, by } = open
      if (!(await stepsNow(open)).includes(body.action)) throw new Refusal('ticket.not-allowed')
      if (body.action === 'reply') requireChecked(body, found, site.replyCheck)
      const version = 'version' in body ? body.version : null
      const { number } = found.ticket
      const outcome = await writer.act(number, eventOf(body), version, { by, now: now() })
      if (!outcome.ok) throw new Refusal(outcome.refusal.code, { detail: outcome.refusal.detail })
      await access.write(db, request, link, 'link.acted', { subject: number, details: { step: body.action } })
      const after = await findTicketById(db, link.ticketId)
      const isOver = after !== null && endByTicket(machineIn(after), link.unitCode, now()) !== null
      if (isOver) await markUsed(db, link.id, now())
      return { number, state: outcome.state, version: outcome.version, isOver }
    },
  )

  web.post(
    '/api/public/links/:id/reveal',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'revealCallerByLink',
        summary: 'who the caller is, to call them, with a reason; audited',
        refusals: [...ofPass, 'ticket.caller-hidden', 'ticket.not-allowed'],
        params: linkId,
        body: reveal,
        response: { 200: revealedCaller },
      },
    },
    async (request) => {
      const open = await access.byPass(request, request.params.id)
      const { ticket } = open.found
      const details = { reason: request.body.reason }
      if (!mayReveal(readerOf(open), machineIn(open.found))) {
        await access.write(db, request, open.link, 'link.caller-revealed', {
          ...subjectOf(open),
          isAllowed: false,
          details,
        })
        throw new Refusal(isCallerHidden(ticket) ? 'ticket.caller-hidden' : 'ticket.not-allowed')
      }
      await access.countTry(`reveals:${open.link.id}`, revealLimit)
      await access.write(db, request, open.link, 'link.caller-revealed', { ...subjectOf(open), details })
      const { callerName, callerPhone, callerExtension, callerOtherPhone } = ticket
      return { name: callerName, phone: callerPhone, extension: callerExtension, otherPhone: callerOtherPhone }
    },
  )

  routeLinkFiles(web, parts, { access, onRequest, shared })
}

/** Files of the ticket of a link: read, and added as proof. */
function routeLinkFiles(web: Web, parts: LinkParts, { access, onRequest, shared }: Shared): void {
  const { db, folder, now } = parts

  web.get(
    '/api/public/links/:id/files/:file',
    {
      onRequest,
      schema: {
        ...shared,
        operationId: 'readFileByLink',
        summary: 'the bytes of a file of the ticket of a link (ranges); audited',
        refusals: [
          ...ofPass,
          'attachment.not-found',
          'attachment.not-yours',
          'attachment.file-missing',
          'attachment.bad-range',
        ],
        params: linkFile,
        produces: mediaTypeNames,
      },
    },
    async (request, reply) => {
      const { link, found, by } = await access.byPass(request, request.params.id)
      const row = await findAttachment(db, request.params.file)
      if (row?.ticketId !== found.ticket.id) throw new Refusal('attachment.not-found')
      const write = (isAllowed: boolean) =>
        access.write(db, request, link, 'link.file-read', {
          subject: found.ticket.number,
          isAllowed,
          details: { file: row.id },
        })
      if (!mayReadFile(by, found.ticket, row, sightIn(found, { ...by, id: 0 }))) {
        await write(false)
        throw new Refusal('attachment.not-yours')
      }
      const file = { path: pathOf(folder, row.sha256), id: row.id, headers: headersOf(row) }
      return sendFile(request, reply, file, {
        missing: 'attachment.file-missing',
        badRange: 'attachment.bad-range',
        onReading: () => oneReading(parts, { id: `link:${link.id}` }, row.id, () => write(true)),
      })
    },
  )

  /** Only here a body may be anything: it is bytes, and nothing reads it before `takeFile`. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))

    files.post(
      '/api/public/links/:id/files',
      {
        onRequest,
        schema: {
          ...shared,
          operationId: 'addFileByLink',
          summary: 'a proof for the ticket of a link; the body is its bytes; audited',
          refusals: [...ofPass, 'ticket.not-allowed', 'draft.not-found', ...fileRefusals],
          consumes: ['application/octet-stream'],
          params: linkId,
          querystring: linkUpload,
          response: { 201: attachment },
        },
      },
      async (request, reply) => {
        const { link, found, by } = await access.byPass(request, request.params.id)
        const { kind, name } = request.query
        if (!mayAddFile({ ...by, id: 0 }, machineIn(found), kind)) throw new Refusal('ticket.not-allowed')
        const holder = { ticketId: found.ticket.id }
        const file = await takeFile(parts, request, holder, kind, name)
        const row = await addAttachment(db, holder, file, by, now())
        if (typeof row === 'string') throw new Refusal(row)
        const details = { file: row.id, name: row.fileName }
        await access.write(db, request, link, 'link.file-added', { subject: found.ticket.number, details })
        return reply.code(201).send(viewOf(row))
      },
    )
  })
}
