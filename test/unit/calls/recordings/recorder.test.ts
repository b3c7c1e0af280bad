import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Ledger } from '../../../../src/calls/control/ledger.ts'
import { openRecorder } from '../../../../src/calls/recordings/recorder.ts'
import type { CallStore } from '../../../../src/calls/records/store.ts'
import { createLogger } from '../../../../src/platform/process/log.ts'
import type { CallId, RecordingName } from '../../../../src/platform/types.ts'

const name = '2026/11/23/a' as RecordingName
const callId = '01ARZ3NDEKTSV4RRFFQ69G5FAV' as CallId

test('a recording is closed by one task at a time, and one that may not be read is told and left for an hour', async () => {
  const lines: string[] = []
  const log = createLogger(
    'test',
    'error',
    new Writable({ write: (line, _, done) => done(void lines.push(`${line}`)) }),
  )
  const clock = { now: 1_000_000_000 }
  const ways: ((error?: Error) => void)[] = []
  let tries = 0
  // A superuser may read everything: what the file system would say is said here.
  const store = {
    keepRecording: () =>
      new Promise<void>((resolve, reject) => {
        tries += 1
        ways.push((error) => (error ? reject(error) : resolve()))
      }),
    openRecordings: async () => [{ name, callId, startedAt: 0 }],
  } as unknown as CallStore
  const ledger = { settled: async () => undefined } as unknown as Ledger
  const recorder = openRecorder({ store, ledger, now: () => clock.now, log })
  const quiet = () => new Promise((resolve) => setImmediate(resolve))

  recorder.ended(callId, name, true)
  for (let minute = 0; minute < 3; minute += 1) await recorder.catchUp(() => false)
  await quiet()
  expect(tries).toBe(1)

  ways.shift()?.(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }))
  await quiet()
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', recording: name, err: { code: 'EACCES' } })
  await recorder.catchUp(() => false)
  await quiet()
  expect(tries).toBe(1)
  clock.now += 60 * 60_000
  await recorder.catchUp(() => false)
  await quiet()
  expect(tries).toBe(2)
  ways.shift()?.()
  await recorder.stop()
})
