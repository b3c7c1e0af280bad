import type { Logger } from 'pino'
import { whatIsAway } from '../../platform/process/away.ts'
import { patiently } from '../../platform/process/patient.ts'
import type { CallId } from '../../platform/types.ts'
import type { Call } from '../machine/call.ts'
import { type CallStore, LinesNotReady } from '../records/store.ts'

/** The database rows of this controller's calls: they follow Redis, with retries until they are written. */
export interface Rows {
  /** Records the newest state; `schedule` writes it. */
  note(call: Call): void
  /** Resolves after the next round of writing. */
  schedule(): Promise<void>
  /** Resolves when the row of this call is written, with retries until it succeeds. */
  settled(callId: CallId): Promise<void>
  allSettled(): Promise<void>
  newest(): Call[]
  /** 0 for a call without a pending row. */
  versionOf(callId: CallId): number
  stop(): void
}

/**
 * Rows follow Redis by about this much: a burst of events, and all calls that changed in the meantime, cost one write.
 */
const rowDelayMs = 150
const mostRows = 100

interface Row {
  newest: Call
  /** The database's version. */
  written: number
}

const isBehind = (row: Row): boolean => row.written < row.newest.version

export function openRows(parts: {
  store: CallStore
  /** The records of these calls are closed and written. */
  onOver(ids: CallId[]): Promise<void>
  log: Logger
}): Rows {
  const { store, log } = parts
  const rows = new Map<CallId, Row>()
  let round: Promise<void> | null = null
  const stopping = new AbortController()

  function note(call: Call): void {
    const row = rows.get(call.id)
    if (row) row.newest = call
    else rows.set(call.id, { newest: call, written: 0 })
  }

  /** Waits for an unreachable database. */
  async function write(calls: Call[]): Promise<void> {
    try {
      await store.write(calls)
      noteWritten(calls)
    } catch (error) {
      if (whatIsAway(error) !== null) throw error
      await writeEach(calls)
    }
  }

  /**
   * One of them cannot be written: it must not hold up the others, and a permanently refused one must not stay on the
   * floor.
   */
  async function writeEach(calls: Call[]): Promise<void> {
    let waiting: LinesNotReady | null = null
    for (const call of calls) {
      try {
        await store.write([call])
      } catch (error) {
        if (whatIsAway(error) !== null) throw error
        if (error instanceof LinesNotReady) {
          waiting = error
          continue
        }
        const about = { callId: call.id, version: call.version, err: error }
        log.error(about, 'database refused the row of a call: not written')
      }
      noteWritten([call])
    }
    if (waiting) throw waiting
  }

  function noteWritten(calls: Call[]): void {
    for (const { id, version } of calls) {
      const row = rows.get(id)
      if (row) row.written = version
    }
  }

  async function writeBehind(): Promise<void> {
    // Collected again for each attempt: the newest state wins.
    const behind = () => [...rows.values()].filter(isBehind).slice(0, mostRows)
    const work = () => write(behind().map((row) => row.newest))
    if (!(await patiently('records of calls', work, { log, signal: stopping.signal }))) return
    const over = [...rows.values()].filter((row) => row.newest.stage.phase === 'ended' && !isBehind(row))
    if (over.length === 0) return
    const ids = over.map((row) => row.newest.id)
    for (const id of ids) rows.delete(id)
    await parts.onOver(ids)
  }

  /** Rounds are sequential; changes during one are written by the next. */
  function schedule(): Promise<void> {
    round ??= new Promise<void>((resolve) => setTimeout(resolve, rowDelayMs)).then(writeBehind).finally(() => {
      round = null
      if (!stopping.signal.aborted && [...rows.values()].some(isBehind)) void schedule()
    })
    return round
  }

  async function settle(isOpen: () => boolean): Promise<void> {
    while (isOpen() && !stopping.signal.aborted) await schedule()
  }

  return {
    note,
    schedule,
    settled: (callId) =>
      settle(() => {
        const row = rows.get(callId)
        return row !== undefined && isBehind(row)
      }),
    allSettled: () => settle(() => [...rows.values()].some(isBehind)),
    newest: () => [...rows.values()].map((row) => row.newest),
    versionOf: (callId) => rows.get(callId)?.newest.version ?? 0,
    stop: () => stopping.abort(),
  }
}
