import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ProblemCode, Refusal } from './problem.ts'
import { rangeOf } from './range.ts'

/** Files that not everybody may read, whole or in the pieces that a player asks for. Why not `@fastify/static`: decision 017. */

export interface PrivateFile {
  path: string
  /** What the log calls it. */
  id: string
  /** At least its content type and disposition. */
  headers: Readonly<Record<string, string>>
}

export interface FileCare {
  /** Refused with this when the file is not there. */
  missing: ProblemCode
  badRange: ProblemCode
  /** Awaited before the first byte is sent: what must be audited is not read before. */
  onReading(): Promise<void>
}

/** Nothing of it is kept by a browser or a proxy. @throws Refusal */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, id, headers }: PrivateFile,
  care: FileCare,
): Promise<FastifyReply> {
  const file = await open(path).catch(() => null)
  if (!file) {
    request.log.error({ file: id }, 'file missing')
    throw new Refusal(care.missing)
  }
  const { size } = await file.stat().finally(() => file.close())
  const range = rangeOf(request.headers.range, size)
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`)
    throw new Refusal(care.badRange)
  }
  await care.onReading()
  reply.headers({ ...headers, 'accept-ranges': 'bytes', 'cache-control': 'private, no-store' })
  if (range === 'whole') {
    return reply.code(200).header('content-length', size).send(createReadStream(path))
  }
  reply.header('content-range', `bytes ${range.start}-${range.end}/${size}`)
  reply.header('content-length', range.end - range.start + 1)
  return reply.code(206).send(createReadStream(path, range))
}
