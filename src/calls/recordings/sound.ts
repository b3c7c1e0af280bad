import { join, resolve, sep } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ProblemCode, Refusal } from '../../platform/web/problem.ts'
import { sendFile } from '../../platform/web/send-file.ts'

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
export function sendSound(request: FastifyRequest, reply: FastifyReply, sound: Sound, care: SoundCare) {
  const headers = {
    'content-type': 'audio/wav',
    'content-disposition': `inline; filename="${sound.downloadName}"`,
    ...(sound.sha256 === null ? {} : { etag: `"${sound.sha256}"` }),
  }
  const file = { path: pathOf(sound.file, care), id: sound.downloadName, headers }
  const { missing, onListening } = care
  return sendFile(request, reply, file, { missing, badRange: 'recording.bad-range', onReading: onListening })
}

/** Names come from our own controller; a file outside of the folder is refused nevertheless. */
function pathOf(name: string, care: SoundCare): string {
  const folder = resolve(care.folder)
  const path = join(folder, name)
  if (!path.startsWith(folder + sep)) throw new Refusal('recording.not-found')
  return path
}
