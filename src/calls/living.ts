import type { Redis } from 'ioredis'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { CallId } from '../platform/types.ts'
import type { Call } from './call.ts'
import { callKey, callViewKey, liveCallsKey } from './ledger.ts'
import { findCall, readCallView } from './reads.ts'
import type { CallView } from './view.ts'

/** Calls as they are now, for desks and floors: read from what the controllers keep, never written here. */
export interface LiveCalls {
  /** Also of a call that has just ended, from its row; null when nobody knows it. */
  view(id: CallId): Promise<CallView | null>
  /** All that live. */
  views(): Promise<CallView[]>
  /** The whole number, for looking up earlier calls. */
  callerNumber(id: CallId): Promise<string | null>
}

export function openLiveCalls(parts: { redis: Redis; db: Db; areaCode: string; log: Log }): LiveCalls {
  const { redis, db, areaCode, log } = parts

  function parse<T>(text: string | null | undefined): T | null {
    if (text === null || text === undefined) return null
    try {
      return JSON.parse(text) as T
    } catch (error) {
      log.error({ err: error }, 'state of a call in redis cannot be read')
      return null
    }
  }

  return {
    async view(id) {
      const kept = await redis.get(callViewKey(id)).catch((error: unknown) => {
        log.debug({ err: error, callId: id }, 'call read from the database instead')
        return null
      })
      return parse<CallView>(kept) ?? (await readCallView(db, id, areaCode))
    },
    async views() {
      const ids = (await redis.smembers(liveCallsKey)) as CallId[]
      if (ids.length === 0) return []
      const texts = await redis.mget(ids.map(callViewKey))
      return texts.flatMap((text) => parse<CallView>(text) ?? [])
    },
    async callerNumber(id) {
      const call = parse<Call>(await redis.get(callKey(id)).catch(() => null))
      if (call) return call.caller.number
      return (await findCall(db, id))?.call.callerNumber ?? null
    },
  }
}
