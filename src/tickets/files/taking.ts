import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Db } from '../../platform/database/database.ts'
import { type ProblemCode, Refusal } from '../../platform/web/problem.ts'
import {
  type AttachmentKind,
  isAsNamed,
  isTaken,
  largestFile,
  mediaTypes,
  refusalOfType,
  safeName,
} from './attachment.ts'
import { receiveFile, settleFile } from './attachment-files.ts'
import { type AttachmentRow, type Holder, mayHoldMore, type NewAttachment } from './attachments.ts'

/** How a file comes in and goes out, for every sender and reader: a person, or a body that came by a link. */

export const fileRefusals = [
  'attachment.too-large',
  'attachment.too-many',
  'attachment.empty',
  'attachment.type-refused',
  'attachment.not-as-named',
  'attachment.disk-full',
] as const satisfies ProblemCode[]

/**
 * Takes the body of a request as a file; its bytes are on disk when this resolves, its row is still to be written.
 * @throws Refusal for what is no file that a ticket may have
 */
export async function takeFile(
  { db, folder }: { db: Db; folder: string },
  request: Pick<FastifyRequest, 'headers' | 'body'>,
  holder: Holder,
  kind: AttachmentKind,
  name: string,
): Promise<NewAttachment> {
  if (!(await mayHoldMore(db, holder))) throw new Refusal('attachment.too-many')
  return { kind, ...(await takeBytes(folder, request, name)) }
}

/**
 * The same for a file that is no ticket's.
 * @throws Refusal for what is no file that we take
 */
export async function takeBytes(
  folder: string,
  request: Pick<FastifyRequest, 'headers' | 'body'>,
  name: string,
): Promise<Omit<NewAttachment, 'kind'>> {
  if (Number(request.headers['content-length'] ?? 0) > largestFile) throw new Refusal('attachment.too-large')
  const file = await receiveFile(folder, request.body as Readable)
  const fileName = safeName(name)
  const { mediaType, bytes, sha256 } = file
  if (mediaType === null || !isTaken(mediaType) || !isAsNamed(fileName, mediaType)) {
    await rm(file.path, { force: true })
    throw notAllowed(mediaType)
  }
  await settleFile(folder, file)
  return { fileName, mediaType, bytes, sha256 }
}

function notAllowed(mediaType: string | null): Refusal {
  if (mediaType === null || !isTaken(mediaType)) {
    return new Refusal('attachment.type-refused', { detail: refusalOfType(mediaType) })
  }
  const { title } = mediaTypes[mediaType]
  return new Refusal('attachment.not-as-named', { detail: `文件内容是${title}，与扩展名不符，请核对后重新上传。` })
}

/** Shown or saved by the browser. */
export function headersOf(row: Pick<AttachmentRow, 'mediaType' | 'fileName'>): Record<string, string> {
  const way = mediaTypes[row.mediaType].isShown ? 'inline' : 'attachment'
  return {
    'content-type': row.mediaType,
    'content-disposition': `${way}; filename*=UTF-8''${encodeURIComponent(row.fileName).replace(/['()]/g, escape)}`,
    // Whatever is in it, it is no page of ours: nothing in it runs.
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

export function viewOf(row: AttachmentRow) {
  const { id, kind, fileName, mediaType, bytes, uploadedAt } = row
  return { id, kind, fileName, mediaType, bytes, uploadedAt }
}
