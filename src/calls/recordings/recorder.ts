import type { Logger } from 'pino'
import { patiently } from '../../platform/process/patient.ts'
import type { CallId, Instant, RecordingName } from '../../platform/types.ts'
import type { Ledger } from '../control/ledger.ts'
import { isMessageName } from '../machine/call.ts'
import type { CallStore } from '../records/store.ts'

/** Rows of recordings: written asynchronously, with retries, so that no talk waits for them. */
export interface Recorder {
  begun(callId: CallId, name: RecordingName): void
  ended(callId: CallId, name: RecordingName, isKept: boolean): void
  /** For a talk whose end was not reported at its time. Its row exists already. */
  keep(callId: CallId, name: RecordingName, endedAt: Instant): void
  /** Closes rows that a dead process left open. @param isLive whether a call is still going on */
  catchUp(isLive: (callId: CallId) => boolean): Promise<void>
  stop(): Promise<void>
}

const refusedPauseMs = 60 * 60_000

export function openRecorder(parts: { store: CallStore; ledger: Ledger; now(): Instant; log: Logger }): Recorder {
  const { store, ledger, now, log } = parts
  const stopping = new AbortController()
  const open = new Set<Promise<unknown>>()
  /** Being closed now: the catch-up of the next minute skips them. */
  const closing = new Set<RecordingName>()
  /** Files without read permission; an administrator has to restore it first. */
  const refusedAt = new Map<RecordingName, Instant>()

  function later(callId: CallId, what: string, work: () => Promise<void>): void {
    const done = ledger
      .settled(callId)
      .then(() => patiently(`${what} of call ${callId}`, work, { log, signal: stopping.signal }))
      .finally(() => open.delete(done))
    open.add(done)
  }

  function closeLater(callId: CallId, what: string, name: RecordingName, at = now()): void {
    if (closing.has(name)) return
    closing.add(name)
    later(callId, what, async () => {
      await close(callId, name, at)
      closing.delete(name)
    })
  }

  async function close(callId: CallId, name: RecordingName, at: Instant): Promise<void> {
    try {
      await store.keepRecording(callId, name, at)
      refusedAt.delete(name)
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM')) {
        log.error({ err: error, callId, recording: name }, 'recording file unreadable (permission): its row stays open')
        refusedAt.set(name, now())
        return
      }
      if (!hasCode(error, 'ENOENT')) throw error
      log.error({ callId, recording: name }, 'recording file missing: row closed without sound')
      await store.loseRecording(name, at)
    }
  }

  return {
    begun(callId, name) {
      const at = now()
      later(callId, 'recording row', () => store.beginRecording(callId, name, at))
    },
    ended(callId, name, isKept) {
      // For a message, the row of its call has the data, see `messages.ts`.
      if (isMessageName(name)) return
      if (!isKept) log.error({ callId, recording: name }, 'recording failed at Asterisk')
      closeLater(callId, 'recording', name)
    },
    keep: (callId, name, endedAt) => closeLater(callId, 'recording of the fallback', name, endedAt),
    async catchUp(isLive) {
      for (const { name, callId } of await store.openRecordings()) {
        const refused = refusedAt.get(name)
        if (refused !== undefined && refused > now() - refusedPauseMs) continue
        if (!isLive(callId)) closeLater(callId, 'recording left open', name)
      }
    },
    async stop() {
      const limit = new Promise((resolve) => setTimeout(resolve, 2_000))
      await Promise.race([Promise.all(open), limit])
      stopping.abort()
    },
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
