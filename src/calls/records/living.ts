import type { Redis } from 'ioredis'
import { placeOf } from '../../lines/place.ts'
import type { Db } from '../../platform/database/database.ts'
import type { Log } from '../../platform/process/log.ts'
import type { CallId, Instant } from '../../platform/types.ts'
import { livingKey } from '../control/ledger.ts'
import { agentsIn, type Call } from '../machine/call.ts'
import { readStoredCall } from '../machine/stored.ts'
import { type CallView, viewOf } from '../machine/view.ts'
import { findCall, partiesOf, readCallView, whoSpoke } from './reads.ts'

/** The present state of calls, for desks and floors: read from the controllers' stores, never written here. */
export interface LiveCalls {
  /** Also of a call that has just ended, from its row; null for an unknown call. */
  view(id: CallId): Promise<CallView | null>
  /** All live calls. */
  views(): Promise<CallView[]>
  /** The whole number, for looking up earlier calls, the line, and whose call it is; null for an unknown call. */
  arrival(id: CallId): Promise<Arrival | null>
}

export interface Arrival {
  callerNumber: string | null
  /** null: no longer one of our lines. */
  lineNumber: string | null
  agentIds: readonly number[]
  /** An agent and the citizen hear each other from here. */
  answeredAt: Instant | null
  endedAt: Instant | null
  isSecret: boolean
}

export function openLiveCalls(parts: { redis: Redis; db: Db; areaCode: string; log: Log }): LiveCalls {
  const { redis, db, areaCode, log } = parts

  const view = (call: Call): CallView => viewOf(call, placeOf(call.caller.number, areaCode))

  function parse(text: string): Call | null {
    try {
      return readStoredCall(text)
    } catch (error) {
      log.error({ err: error }, 'stored call in Redis malformed: skipped')
      return null
    }
  }

  /** Null when the call has ended, or Redis does not answer. */
  async function living(id: CallId): Promise<Call | null> {
    const text = await redis.hget(livingKey, id).catch((error: unknown) => {
      log.debug({ err: error, callId: id }, 'Redis unreachable: call read from the database')
      return null
    })
    return text === null ? null : parse(text)
  }

  return {
    async view(id) {
      const call = await living(id)
      return call ? view(call) : readCallView(db, id, areaCode)
    },
    async views() {
      const texts = await redis.hvals(livingKey)
      return texts.flatMap((text) => {
        const call = parse(text)
        return call ? [view(call)] : []
      })
    },
    async arrival(id) {
      const call = await living(id)
      if (call) {
        const { caller, line, answeredAt, endedAt } = call
        const isSecret = call.outgoing?.isHidden ?? false
        const known = { callerNumber: caller.number, lineNumber: line.number, answeredAt, endedAt, isSecret }
        return { ...known, agentIds: agentsIn(call) }
      }
      const kept = await findCall(db, id)
      if (!kept) return null
      const { callerNumber, answeredAt } = kept.call
      const parties = partiesOf(kept.call, await whoSpoke(db, [id]))
      return { callerNumber, lineNumber: kept.line?.number ?? null, answeredAt, ...parties }
    },
  }
}
