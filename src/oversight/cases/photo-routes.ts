import { Refusal } from '../../platform/web/problem.ts'
import { sendFile } from '../../platform/web/send-file.ts'
import type { Web } from '../../platform/web/web.ts'
import { pathOf } from '../../tickets/files/attachment-files.ts'
import { fileRefusals, headersOf, takeBytes } from '../../tickets/files/taking.ts'
import type { OversightParts } from '../parts.ts'
import { caseName, photoId, photoMade, photoName } from './api.ts'
import { addPhoto, findPhoto, mayHavePhoto } from './photos.ts'
import { caseActorOf, requireCase } from './routes.ts'
import { findCase } from './store.ts'
import { mayAddPhotos } from './view.ts'

const pictures = ['image/jpeg', 'image/png', 'image/webp'] as const

/** Photos of a paper: how it looked on the spot. */
export function routePhotos(web: Web, parts: OversightParts): void {
  const { db, guard, folder, now } = parts
  const tags = ['oversight']

  web.get(
    '/api/oversight/photos/:id',
    {
      onRequest: guard.needs('oversight.cases'),
      schema: {
        operationId: 'readOversightPhoto',
        tags,
        summary: 'a photo of a paper; audited',
        refusals: [
          ...(['oversight.case-not-found', 'attachment.not-found'] as const),
          ...(['attachment.file-missing', 'attachment.bad-range'] as const),
        ],
        params: photoId,
        produces: [...pictures],
      },
    },
    async (request, reply) => {
      const photo = await findPhoto(db, request.params.id)
      if (!photo) throw new Refusal('attachment.not-found')
      await requireCase(parts, request, photo.caseId)
      const file = { path: pathOf(folder, photo.sha256), id: photo.id, headers: headersOf(photo) }
      return sendFile(request, reply, file, {
        missing: 'attachment.file-missing',
        badRange: 'attachment.bad-range',
        onReading: () => guard.audit(db, request, { action: 'oversight.photo-read', subject: photo.id }),
      })
    },
  )

  /** Only here a body may be anything: it is bytes, and nothing reads it before `takeBytes`. */
  void web.register(async (files: Web) => {
    files.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    files.post(
      '/api/oversight/cases/:number/photos',
      {
        onRequest: guard.needs('oversight.cases'),
        schema: {
          operationId: 'addOversightPhoto',
          tags,
          summary: 'add a photo to a paper; the body is its bytes; audited',
          refusals: ['oversight.case-not-found', 'oversight.not-allowed', 'oversight.no-photo', ...fileRefusals],
          consumes: ['application/octet-stream'],
          params: caseName,
          querystring: photoName,
          response: { 201: photoMade },
        },
      },
      async (request, reply) => {
        const { id } = await requireCase(parts, request, request.params.number)
        const actor = caseActorOf(parts, request)
        const by = guard.sessionOf(request).person.id
        const taken = await takeBytes(folder, request, request.query.name)
        if (!pictures.some((one) => one === taken.mediaType)) throw new Refusal('oversight.no-photo')
        const made = await db.transaction(async (tx) => {
          // Under its lock: photos at the same time are counted one after the other.
          const row = await findCase(tx, id, true)
          if (!row || !mayAddPhotos(row, actor)) throw new Refusal('oversight.not-allowed')
          if (!(await mayHavePhoto(tx, id))) throw new Refusal('attachment.too-many')
          const photo = await addPhoto(tx, id, taken, by, now())
          await guard.audit(tx, request, { action: 'oversight.photo-added', subject: id, details: { photo } })
          return photo
        })
        return reply.code(201).send({ id: made })
      },
    )
  })
}
