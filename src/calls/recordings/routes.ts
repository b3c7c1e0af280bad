import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Guard } from '../../people/guard.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import { oneReading } from '../../platform/redis/readings.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { Refusal } from '../../platform/web/problem.ts'
import type { Web } from '../../platform/web/web.ts'
import { callAccess, requireCall } from '../records/access.ts'
import { findCallback } from '../records/callbacks.ts'
import type { LiveCalls } from '../records/living.ts'
import { recordings } from './schema.ts'
import { sendSound } from './sound.ts'

export interface RecordingRouteParts {
  db: Db
  redis: Redis
  guard: Guard
  liveCalls: Pick<LiveCalls, 'arrival'>
  /** Folder below which Asterisk writes recordings. */
  folder: string
  now(): Instant
  log: Log
}

export function routeRecordings(web: Web, parts: RecordingRouteParts): void {
  const { db, guard } = parts

  web.get(
    '/api/calls/:id/recording',
    {
      onRequest: guard.needs('calls.read'),
      schema: {
        operationId: 'playRecording',
        tags: ['calls'],
        summary: 'the sound of a call (WAV, ranges); audited',
        refusals: [
          'call.not-found',
          'call.caller-hidden',
          'recording.not-found',
          'recording.not-ready',
          'recording.file-missing',
          'recording.bad-range',
        ],
        params: z.object({ id: z.string().max(64) }),
        querystring: z.object({ recording: z.string().max(26).optional().describe('one of several') }),
        produces: ['audio/wav'],
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const row = await requireCall(db, request.params.id)
      const { isHidden, mayPlay } = await callAccess(parts, session, row.call.id)
      if (!mayPlay) {
        await guard.audit(db, request, { action: 'access.denied', subject: row.call.id, isAllowed: false })
        throw new Refusal(isHidden ? 'call.caller-hidden' : 'access.denied')
      }
      const sound = await find(row.call.id, request.query.recording)
      const file = { file: `${sound.name}.wav`, downloadName: `${row.call.id}.wav`, sha256: sound.sha256 }
      return sendSound(request, reply, file, {
        folder: parts.folder,
        missing: 'recording.file-missing',
        async onListening() {
          await oneReading(parts, session, sound.id, () => {
            const details = { call: row.call.id }
            return guard.audit(db, request, { action: 'recording.played', subject: sound.id, details })
          })
        },
      })
    },
  )

  web.get(
    '/api/callbacks/:id/sound',
    {
      // People who may call the citizen back may hear the citizen's message.
      onRequest: guard.needs('calls.reveal'),
      schema: {
        operationId: 'playMessage',
        tags: ['calls'],
        summary: 'the sound of a message (WAV, ranges); audited',
        refusals: [
          'callback.not-found',
          'call.caller-hidden',
          'callback.sound-missing',
          'recording.not-found',
          'recording.bad-range',
        ],
        params: z.object({ id: z.string().max(64) }),
        produces: ['audio/wav'],
      },
    },
    async (request, reply) => {
      const session = guard.sessionOf(request)
      const message = await findCallback(db, request.params.id)
      if (!message?.fileName) throw new Refusal('callback.not-found')
      const { isHidden } = await callAccess(parts, session, message.callId)
      if (isHidden) {
        await guard.audit(db, request, { action: 'access.denied', subject: message.id, isAllowed: false })
        throw new Refusal('call.caller-hidden')
      }
      const file = { file: message.fileName, downloadName: `${message.id}.wav`, sha256: message.sha256 }
      return sendSound(request, reply, file, {
        folder: parts.folder,
        missing: 'callback.sound-missing',
        async onListening() {
          await oneReading(parts, session, message.id, () =>
            guard.audit(db, request, { action: 'callback.played', subject: message.id }),
          )
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
}
