import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import { oneReading } from '../../platform/redis/readings.ts'
import type { Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import { sendFile } from '../../platform/web/send-file.ts'
import type { Web } from '../../platform/web/web.ts'
import { openTicketAccess } from '../access.ts'
import { attachment, attachmentId, attachmentList, attachmentQuery, attachmentUpload } from '../api.ts'
import { findDraft } from '../drafts/drafts.ts'
import { findTicket, findTicketById, machineIn, sightIn } from '../lists/reads.ts'
import { mayAddFile, mayReadFile, mediaTypeNames } from './attachment.ts'
import { pathOf } from './attachment-files.ts'
import {
  type AttachmentRow,
  addAttachment,
  dropAttachment,
  findAttachment,
  type Holder,
  listAttachments,
} from './attachments.ts'
import { fileRefusals, headersOf, takeFile, viewOf } from './taking.ts'

/** Files of drafts and tickets: taken in, listed, read. Every reading is written down. */

interface AttachmentRouteParts {
  db: Db
  redis: Redis
  guard: Guard
  /** Below which the bytes lie. */
  folder: string
  now(): Instant
  log: Log
}

export function routeAttachments(web: Web, parts: AttachmentRouteParts): void {
  const { db, guard, folder, now } = parts
  const access = openTicketAccess(parts)
  const { personOf, write } = access
  const tags = ['tickets']
  const reader = { onRequest: guard.needs('tickets.read') }
  routeUpload(web, parts)

  web.get(
    '/api/attachments',
    {
      ...reader,
      schema: {
        operationId: 'listDraftAttachments',
        tags,
        summary: 'files of a draft of yours; none when there is no such draft (yet)',
        querystring: attachmentQuery,
        response: { 200: attachmentList },
      },
    },
    async (request) => {
      const draftId = request.query.draft
      const isThere = await findDraft(db, guard.sessionOf(request).person.id, draftId, now())
      return { attachments: isThere ? (await listAttachments(db, { draftId })).map(viewOf) : [] }
    },
  )

  web.get(
    '/api/attachments/:id',
    {
      ...reader,
      schema: {
        operationId: 'readAttachment',
        tags,
        summary: 'the bytes of a file (ranges); audited',
        refusals: [
          'attachment.not-found',
          'attachment.not-yours',
          'attachment.file-missing',
          'attachment.bad-range',
          'ticket.not-found',
          'ticket.not-yours',
        ],
        params: attachmentId,
        produces: mediaTypeNames,
      },
    },
    async (request, reply) => {
      const row = await findAttachment(db, request.params.id)
      if (!row) throw new Refusal('attachment.not-found')
      await requireReadable(request, row)
      return send(request, reply, row)
    },
  )

  web.delete(
    '/api/attachments/:id',
    {
      onRequest: guard.needs('tickets.act'),
      schema: {
        operationId: 'deleteDraftAttachment',
        tags,
        summary: 'take a file off a draft',
        refusals: ['attachment.not-found'],
        params: attachmentId,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { person } = guard.sessionOf(request)
      if (!(await dropAttachment(db, request.params.id, person.id, now()))) throw new Refusal('attachment.not-found')
      return reply.code(204).send(null)
    },
  )

  async function requireReadable(request: FastifyRequest, row: AttachmentRow): Promise<void> {
    if (row.ticketId === null) {
      // A draft is its owner's alone; to others it is not there.
      if (row.uploadedBy !== guard.sessionOf(request).person.id) throw new Refusal('attachment.not-found')
      return
    }
    const found = await access.require(request, await findTicketById(db, row.ticketId))
    const person = personOf(request)
    if (mayReadFile(person, found.ticket, row, sightIn(found, person))) return
    await write(request, 'attachment.read', row.id, { isAllowed: false })
    throw new Refusal('attachment.not-yours')
  }

  function send(request: FastifyRequest, reply: FastifyReply, row: AttachmentRow) {
    const file = { path: pathOf(folder, row.sha256), id: row.id, headers: headersOf(row) }
    return sendFile(request, reply, file, {
      missing: 'attachment.file-missing',
      badRange: 'attachment.bad-range',
      onReading: () =>
        oneReading(parts, guard.sessionOf(request), row.id, () => write(request, 'attachment.read', row.id)),
    })
  }
}

/** Files are added to a draft or a ticket. */
function routeUpload(web: Web, parts: AttachmentRouteParts): void {
  const { db, guard, now } = parts
  const access = openTicketAccess(parts)

  async function requireDraft(request: FastifyRequest, id: string): Promise<Holder> {
    if (!(await findDraft(db, guard.sessionOf(request).person.id, id, now()))) throw new Refusal('draft.not-found')
    return { draftId: id }
  }

  async function requireHolder(
    request: FastifyRequest,
    { draft, ticket, kind }: z.output<typeof attachmentUpload>,
  ): Promise<Holder> {
    if (draft !== undefined) return requireDraft(request, draft)
    const found = await access.require(request, await findTicket(db, ticket ?? ''))
    if (!mayAddFile(access.personOf(request), machineIn(found), kind)) throw new Refusal('ticket.not-allowed')
    return { ticketId: found.ticket.id }
  }

  /** Only here a body may be anything: it is bytes, and nothing reads it before `receiveFile`. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))

    files.post(
      '/api/attachments',
      {
        onRequest: guard.needs('tickets.act'),
        schema: {
          operationId: 'uploadAttachment',
          tags: ['tickets'],
          summary: 'a file for a draft or a ticket; the body is its bytes',
          refusals: ['draft.not-found', 'ticket.not-found', 'ticket.not-yours', 'ticket.not-allowed', ...fileRefusals],
          consumes: ['application/octet-stream'],
          querystring: attachmentUpload,
          response: { 201: attachment },
        },
      },
      async (request, reply) => {
        const { kind, name } = request.query
        const holder = await requireHolder(request, request.query)
        const file = await takeFile(parts, request, holder, kind, name)
        const row = await addAttachment(db, holder, file, access.personOf(request), now())
        if (typeof row === 'string') throw new Refusal(row)
        return reply.code(201).send(viewOf(row))
      },
    )
  })
}
