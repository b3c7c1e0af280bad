import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ProblemCode, Refusal } from '../../platform/web/problem.ts'
import { rangeOf } from './range.ts'

/** A WAV below the recording folder, sent as a whole or in the ranges that a player requests. */
export interface Sound {
  /** Path below the folder, e.g. `messages/node-1-1.0.wav`. */
  file: string
  /** File name for the listener's browser. */
  downloadName: string
  sha256: string | null
}

export interface SoundCare {
  /** Folder below which Asterisk writes sounds. */
  folder: string
  /** The refusal when the file is missing. */
  missing: ProblemCode
  /** Awaited before the first byte is sent: audited listening is never heard before its audit row. */
  onListening(): Promise<void>
}

/** @throws Refusal */
export async function sendSound(request: FastifyRequest, reply: FastifyReply, sound: Sound, care: SoundCare) {
  const path = pathOf(sound.file, care)
  const file = await open(path).catch(() => null)
  if (!file) {
    request.log.error({ sound: sound.downloadName }, 'sound file missing')
    throw new Refusal(care.missing)
  }
  const { size } = await file.stat().finally(() => file.close())
  const range = rangeOf(request.headers.range, size)
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`)
    throw new Refusal('recording.bad-range')
  }
  await care.onListening()
  reply.headers({
    'accept-ranges': 'bytes',
    'content-type': 'audio/wav',
    'content-disposition': `inline; filename="${sound.downloadName}"`,
    'cache-control': 'private, no-store',
    ...(sound.sha256 === null ? {} : { etag: `"${sound.sha256}"` }),
  })
  if (range === 'whole') {
    return reply.code(200).header('content-length', size).send(createReadStream(path))
  }
  reply.header('content-range', `bytes ${range.start}-${range.end}/${size}`)
  reply.header('content-length', range.end - range.start + 1)
  return reply.code(206).send(createReadStream(path, range))
}

/** Names come from our own controller; a file outside of the folder is refused nevertheless. */
function pathOf(name: string, care: SoundCare): string {
  const folder = resolve(care.folder)
  const path = join(folder, name)
  if (!path.startsWith(folder + sep)) throw new Refusal('recording.not-found')
  return path
}
