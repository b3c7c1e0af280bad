import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { SessionId } from '../../platform/types.ts'

/** Which tab of a log-in has the phone; in Redis, so that all web processes agree. */
export interface Tabs {
  hold(id: SessionId, tab: Tab, takeOver: boolean): Promise<'open' | 'occupied'>
  /** @returns false when another socket has it now */
  keep(id: SessionId, tab: Tab): Promise<boolean>
  release(id: SessionId, tab: Tab): Promise<void>
}

export interface Tab {
  tabId: string
  socketId: string
}

/** Three heartbeats of a desk. */
export const tabLifeMs = 15_000

const script = (name: string): string => readFileSync(new URL(`${name}.lua`, import.meta.url), 'utf8')
const holdTab = script('hold-tab')
const keepTab = script('keep-tab')
const keyOf = (id: SessionId): string => `{hotline}:desk:${id}`

export function openTabs(redis: Redis): Tabs {
  return {
    async hold(id, { tabId, socketId }, takeOver) {
      const answer = await redis.eval(holdTab, 1, keyOf(id), tabId, socketId, takeOver ? '1' : '', tabLifeMs)
      return answer === 'open' ? 'open' : 'occupied'
    },
    async keep(id, { tabId, socketId }) {
      return (await redis.eval(keepTab, 1, keyOf(id), tabId, socketId, tabLifeMs)) === 1
    },
    async release(id, { tabId, socketId }) {
      await redis.eval(keepTab, 1, keyOf(id), tabId, socketId, 0)
    },
  }
}
