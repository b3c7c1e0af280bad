import type { FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import type { Guard } from '../people/guard.ts'
import type { Db } from '../platform/database/database.ts'
import type { Log } from '../platform/process/log.ts'
import { oneReading } from '../platform/redis/readings.ts'
import type { Instant } from '../platform/types.ts'
import { Refusal } from '../platform/web/problem.ts'
import { sendFile } from '../platform/web/send-file.ts'
import type { Web } from '../platform/web/web.ts'
import { mediaTypeNames } from '../tickets/files/attachment.ts'
import { pathOf } from '../tickets/files/attachment-files.ts'
import { fileRefusals, headersOf, takeBytes } from '../tickets/files/taking.ts'
import { byDisputeFile, disputeFile, disputeId, disputeUpload } from './api.ts'
import { barToDispute, type DisputeActor, disputeRefusals } from './dispute.ts'
import { addDisputeFile, findDisputeFile, mayTakeMore } from './files.ts'
import { disputeIn, type KeptDispute } from './store.ts'

export interface DisputeFileParts {
  db: Db
  redis: Redis
  guard: Guard
  folder: string
  now(): Instant
  log: Log
  actorOf(guard: Guard, request: FastifyRequest): DisputeActor
  requireVisible(request: FastifyRequest & { params: { id: string } }): Promise<KeptDispute>
}

/** Evidence as files: added while evidence is taken, read by those who see the dispute, each time written down. */
export function routeDisputeFiles(web: Web, parts: DisputeFileParts): void {
  const { db, guard, folder, now } = parts
  const reader = { onRequest: guard.needs('disputes.read') }
  const tags = ['disputes']

  web.get(
    '/api/disputes/:id/files/:file',
    {
      ...reader,
      schema: {
        operationId: 'readDisputeFile',
        tags,
        summary: 'the bytes of a piece of evidence (ranges); audited',
        refusals: ['dispute.not-found', 'attachment.not-found', 'attachment.file-missing', 'attachment.bad-range'],
        params: byDisputeFile,
        produces: mediaTypeNames,
      },
    },
    async (request, reply) => {
      await parts.requireVisible(request)
      const { id, file } = request.params
      const row = await findDisputeFile(db, id, file)
      if (!row) throw new Refusal('attachment.not-found')
      const act = { action: 'dispute.file-read' as const, subject: id, details: { file: row.id } }
      const sent = { path: pathOf(folder, row.sha256), id: row.id, headers: headersOf(row) }
      return sendFile(request, reply, sent, {
        missing: 'attachment.file-missing',
        badRange: 'attachment.bad-range',
        onReading: () => oneReading(parts, guard.sessionOf(request), row.id, () => guard.audit(db, request, act)),
      })
    },
  )

  /** Only here a body may be anything: it is bytes, and nothing reads it before `takeBytes`. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    files.post(
      '/api/disputes/:id/files',
      {
        ...reader,
        schema: {
          operationId: 'addDisputeFile',
          tags,
          summary: 'a piece of evidence as a file; the body is its bytes; audited',
          refusals: ['dispute.not-found', ...disputeRefusals, ...fileRefusals],
          consumes: ['application/octet-stream'],
          params: disputeId,
          querystring: disputeUpload,
          response: { 201: disputeFile },
        },
      },
      async (request, reply) => {
        const kept = await parts.requireVisible(request)
        const { id } = kept.row
        const barred = barToDispute(disputeIn(kept), 'evidence', parts.actorOf(guard, request), now())
        if (barred) throw new Refusal(barred.code, { detail: barred.detail })
        if (!(await mayTakeMore(db, id))) throw new Refusal('attachment.too-many')
        const file = await takeBytes(folder, request, request.query.name)
        const { person } = guard.sessionOf(request)
        const added = await addDisputeFile(db, id, file, { ...person, unitCode: person.unitCode ?? null }, now())
        if (added === null) throw new Refusal('attachment.too-many')
        const details = { file: added, name: file.fileName }
        await guard.audit(db, request, { action: 'dispute.file-added', subject: id, details })
        return reply.code(201).send({ id: added })
      },
    )
  })
}
