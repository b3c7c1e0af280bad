import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { audit } from '../audit/store.ts'
import { mayPlay, requireCall } from '../calls/access.ts'
import { findVoiceMessage } from '../calls/voice-messages.ts'
import { fromOf, type Guard } from '../people/guard.ts'
import type { Session } from '../people/store.ts'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import { Refusal } from '../platform/problem.ts'
import type { CallId, Instant } from '../platform/types.ts'
import type { Web } from '../platform/web.ts'
import { recordings } from './schema.ts'
import { sendSound } from './sound.ts'

export interface RecordingRouteParts {
  db: Db
  redis: Redis
  guard: Guard
  /** Folder below which Asterisk writes recordings. */
  folder: string
  now(): Instant
  log: Log
}

/** A player asks for many pieces of one sound: that is one listening. */
const oneListeningMs = 10 * 60_000

export function routeRecordings(web: Web, parts: RecordingRouteParts): void {
  const { db, guard, now } = parts

  web.get(
    '/api/calls/:id/recording',
    {
      onRequest: guard.needs('calls.read'),
      schema: {
        tags: ['calls'],
        summary: 'the sound of a call (WAV, ranges); audited',
        params: z.object({ id: z.string().max(64) }),
        querystring: z.object({ recording: z.string().max(26).optional().describe('one of several') }),
        produces: ['audio/wav'],
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const row = await requireCall(db, request.params.id)
      const isAllowed = mayPlay(session, row)
      const who = { actorId: session.person.id, actor: session.person.username, address: fromOf(request).address }
      if (!isAllowed) {
        await audit(db, { ...who, at: now(), action: 'access.denied', subject: row.call.id, isAllowed })
        throw new Refusal('access.denied')
      }
      const sound = await find(row.call.id, request.query.recording)
      const file = { file: `${sound.name}.wav`, downloadName: `${row.call.id}.wav`, sha256: sound.sha256 }
      return sendSound(request, reply, file, {
        folder: parts.folder,
        missing: 'recording.file-missing',
        async onListening() {
          if (!(await isNewListening(session, sound.id))) return
          const details = { call: row.call.id }
          await audit(db, { ...who, at: now(), action: 'recording.played', subject: sound.id, details })
        },
      })
    },
  )

  web.get(
    '/api/voice-messages/:id/sound',
    {
      // Whoever may call the citizen back may hear what the citizen said.
      onRequest: guard.needs('calls.reveal'),
      schema: {
        tags: ['calls'],
        summary: 'the sound of a message (WAV, ranges); audited',
        params: z.object({ id: z.string().max(64) }),
        produces: ['audio/wav'],
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const message = await findVoiceMessage(db, request.params.id)
      if (!message) throw new Refusal('voice-message.not-found')
      const who = { actorId: session.person.id, actor: session.person.username, address: fromOf(request).address }
      const file = { file: message.fileName, downloadName: `${message.id}.wav`, sha256: message.sha256 }
      return sendSound(request, reply, file, {
        folder: parts.folder,
        missing: 'voice-message.sound-missing',
        async onListening() {
          if (!(await isNewListening(session, message.id))) return
          await audit(db, { ...who, at: now(), action: 'voice-message.played', subject: message.id })
        },
      })
    },
  )

  async function find(callId: CallId, id: string | undefined): Promise<typeof recordings.$inferSelect> {
    const all = await db
      .select()
      .from(recordings)
      .where(and(eq(recordings.callId, callId), isNull(recordings.deletedAt)))
      .orderBy(asc(recordings.startedAt), asc(recordings.id))
    const wanted = all.filter((one) => id === undefined || one.id === id)
    const kept = wanted.find((one) => one.status === 'KEPT')
    if (kept) return kept
    throw new Refusal(wanted.some((one) => one.status === 'RECORDING') ? 'recording.not-ready' : 'recording.not-found')
  }

  async function isNewListening(session: Session, recording: string): Promise<boolean> {
    try {
      const key = `{hotline}:listening:${session.id}:${recording}`
      return (await parts.redis.set(key, '1', 'PX', oneListeningMs, 'NX')) === 'OK'
    } catch (error) {
      // Rather one row too many.
      parts.log.debug({ err: error }, 'listening not noted')
      return true
    }
  }
}
