import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { whatIsAway } from '../platform/away.ts'
import { patiently } from '../platform/patient.ts'
import type { CallId } from '../platform/types.ts'
import type { Call } from './call.ts'
import { type CallStore, LinesNotReady } from './store.ts'
import type { CallView } from './view.ts'

/**
 * Where the state of living calls is kept before anything is done about it: in Redis at once, in the database a
 * moment later. With one of the two away the other one carries on; with both away the call goes on all the same,
 * for a citizen on the line matters more than a record (it is written when a store is back).
 */
export interface Ledger {
  /** Resolves when the state is safe in one store, or when neither answered. Call before acting on it. */
  keep(call: Call, view: CallView): Promise<void>
  /** Resolves when the row of this call is in the database, waiting as long as that takes. */
  settled(callId: CallId): Promise<void>
  /**
   * Open calls of this node as either store remembers them, the newer version of each. A store that is away is done
   * without: `isWhole` is false then, and what only it knows has to be asked for later.
   */
  load(): Promise<{ calls: Call[]; isWhole: boolean }>
  stop(): Promise<void>
}

const prefix = '{hotline}'
export const liveCallsKey = `${prefix}:calls`
export const callKey = (id: CallId): string => `${prefix}:call:${id}`
export const callViewKey = (id: CallId): string => `${prefix}:call-view:${id}`

/** Rows follow Redis by at most this much, so that a burst of events costs one write. */
const rowDelayMs = 150

interface Row {
  newest: Call
  /** Version that the database has. */
  written: number
  writing: Promise<void> | null
}

export function openLedger(options: {
  redis: Redis
  store: CallStore
  node: string
  /** Aborted when another controller leads: what is still open is written by that one. */
  over?: AbortSignal
  log: Logger
}): Ledger {
  const { redis, store, log } = options
  const rows = new Map<CallId, Row>()
  const stopping = new AbortController()

  async function keepInRedis(call: Call, view: CallView): Promise<void> {
    const results = await redis
      .multi()
      .set(callKey(call.id), JSON.stringify(call))
      .set(callViewKey(call.id), JSON.stringify(view))
      .sadd(liveCallsKey, call.id)
      .exec()
    const failure = results?.find(([error]) => error)?.[0]
    if (!results || failure) throw failure ?? new Error('Redis dropped the transaction')
  }

  async function forgetInRedis(id: CallId): Promise<void> {
    await redis.multi().del(callKey(id), callViewKey(id)).srem(liveCallsKey, id).exec()
  }

  function rowOf(call: Call): Row {
    const row = rows.get(call.id) ?? { newest: call, written: 0, writing: null }
    row.newest = call
    rows.set(call.id, row)
    return row
  }

  /** A database that is away is waited for; one that refuses a row for good must not make it a ghost on the floor. */
  async function write(call: Call): Promise<void> {
    try {
      await store.write(call)
    } catch (error) {
      if (whatIsAway(error) !== null || error instanceof LinesNotReady) throw error
      log.error({ callId: call.id, version: call.version, err: error }, 'the database refuses the record of a call')
    }
  }

  async function writeRow(row: Row): Promise<void> {
    const { id } = row.newest
    while (row.written < row.newest.version) {
      const call = row.newest
      const isDone = await patiently(`record of call ${id}`, () => write(call), { log, signal: stopping.signal })
      if (!isDone) return
      row.written = call.version
    }
    if (row.newest.stage.phase !== 'ended') return
    rows.delete(id)
    await patiently(`forgetting call ${id}`, () => forgetInRedis(id), { log, signal: stopping.signal })
  }

  /** One writer a call, the newest state wins. */
  function scheduleRow(row: Row, delayMs: number): Promise<void> {
    row.writing ??= new Promise<void>((resolve) => setTimeout(resolve, delayMs))
      .then(() => writeRow(row))
      .finally(() => {
        row.writing = null
        if (row.written < row.newest.version && !stopping.signal.aborted) scheduleRow(row, delayMs)
      })
    return row.writing
  }

  return {
    async keep(call, view) {
      // Told once more, and late: what is newer stays.
      if ((rows.get(call.id)?.newest.version ?? 0) > call.version) return
      const row = rowOf(call)
      try {
        await keepInRedis(call, view)
        void scheduleRow(row, call.stage.phase === 'ended' ? 0 : rowDelayMs)
      } catch (error) {
        log.warn({ callId: call.id, err: error }, 'Redis did not take the state of a call; writing it to the database')
        const inTime = new Promise<void>((resolve) => setTimeout(resolve, 1_000))
        await Promise.race([scheduleRow(row, 0), inTime])
      }
    },

    async settled(callId) {
      const row = rows.get(callId)
      if (row) await scheduleRow(row, 0)
    },

    async load() {
      const memories = await Promise.allSettled([store.loadOpen(options.node), loadFromRedis(redis, log)])
      const newest = new Map<CallId, Call>()
      for (const memory of memories) {
        if (memory.status === 'rejected') {
          log.warn({ err: memory.reason }, 'one memory of the calls is away; going on with the other')
          continue
        }
        for (const call of memory.value) {
          const other = newest.get(call.id)
          if (call.node === options.node && (!other || other.version < call.version)) newest.set(call.id, call)
        }
      }
      return { calls: [...newest.values()], isWhole: memories.every((memory) => memory.status === 'fulfilled') }
    },

    async stop() {
      if (options.over?.aborted) {
        stopping.abort()
        return
      }
      const open = [...rows.values()].filter((row) => row.written < row.newest.version)
      const limit = new Promise<void>((resolve) => setTimeout(resolve, 3_000))
      await Promise.race([Promise.all(open.map((row) => scheduleRow(row, 0))), limit])
      stopping.abort()
    },
  }
}

async function loadFromRedis(redis: Redis, log: Logger): Promise<Call[]> {
  const ids = (await redis.smembers(liveCallsKey)) as CallId[]
  if (ids.length === 0) return []
  const texts = await redis.mget(ids.map(callKey))
  return texts.flatMap((text) => {
    try {
      return text ? [JSON.parse(text) as Call] : []
    } catch (error) {
      log.error({ err: error }, 'state of a call in Redis cannot be read; the database has it')
      return []
    }
  })
}
